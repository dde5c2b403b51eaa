//! Service integrations, with DynamoDB on an embedded engine.

use std::time::Duration;

use asl::document::StateMachine;
use asl::dynamodb::{
    Condition, ConditionFailed, Item, Table, Update, delete_item, get_item, put_item, update_item,
};
use asl::events::{Event, put_event};
use asl::sns::{Topic, publish};
use asl::sqs::{Queue, send_message, send_message_in_order};
use asl::{
    Function, Payload, Step, TaskError, Text, Timestamp, choose, execution_id, execution_start_time, fail,
    literal, none, pass,
};
use dynoxide::Database;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use simulator::{TaskCall, TaskFailure};

use super::run;

#[derive(Serialize, Deserialize)]
struct Sku(String);

impl Text for Sku {}

#[derive(Serialize, Deserialize, Payload, Item)]
struct StockKey {
    sku: Sku,
}

#[derive(Serialize, Deserialize, Payload, Item)]
#[serde(rename_all = "camelCase")]
struct Stock {
    sku: Sku,
    in_store: i64,
    sold_out: bool,
    counted_at: Timestamp,
    shelf: Option<String>,
    reserved: Option<u32>,
}

enum Stocks {}

impl Table for Stocks {
    const NAME: &'static str = "Stock";
    type Key = StockKey;
    type Item = Stock;
}

#[derive(Serialize, Deserialize, Payload)]
struct Take {
    sku: Sku,
    amount: i64,
}

#[derive(Serialize, Deserialize, Payload)]
struct Taken {
    left: i64,
    shelf: Option<String>,
    reserved: Option<u32>,
    how: String,
}

#[derive(Debug, TaskError)]
enum TakeError {
    #[task(name = "NoStock", permanent)]
    #[expect(dead_code, reason = "the workflow only needs its name")]
    NoStock,
}

enum TakeStock {}

impl Function for TakeStock {
    const NAME: &'static str = "TakeStock";
    const TIMEOUT: Duration = Duration::from_mins(10);
    type Input = Take;
    type Output = Taken;
    type Error = TakeError;
}

fn no_stock(name: &str) -> Step<Taken> {
    fail(name, take_error::NoStock, "the table does not answer")
}

fn taken(name: &str, how: &str) -> Step<Taken> {
    pass(
        name,
        TakenFields {
            left: 0.into(),
            shelf: none(),
            reserved: none(),
            how: literal(how.to_owned()),
        },
    )
}

/// Puts an item, updates it, reads it and outputs it.
fn write_change_and_read() -> StateMachine {
    TakeStock::define(|take| {
        put_item::<Stocks>(
            StockFields {
                sku: take.sku,
                in_store: 10.into(),
                sold_out: false.into(),
                counted_at: execution_start_time(),
                shelf: Some("A'7".to_owned()).into(),
                reserved: none(),
            },
            Condition::absent(),
        )
        .catch(ConditionFailed, |_| taken("Known", "known"))
        .catch_all(|_| no_stock("NotPut"))
        .and_then(|_| {
            update_item::<Stocks>(
                StockKeyFields { sku: take.sku },
                Update::<Stocks>::new()
                    .add(|stock| stock.in_store, literal(0) - take.amount)
                    .set(|stock| stock.sold_out, take.amount.ge(10))
                    .set_some(|stock| stock.reserved, literal(3))
                    .remove(|stock| stock.shelf),
                Condition::<Stocks>::equal(|stock| stock.sold_out, literal(false)).and(Condition::present()),
            )
            .catch_all(|_| no_stock("NotUpdated"))
            .and_then(|_| {
                get_item::<Stocks>(StockKeyFields { sku: take.sku })
                    .catch_all(|_| no_stock("NotRead"))
                    .and_then(|found| {
                        choose("Found")
                            .when_some(found.item, |stock| {
                                pass(
                                    "Read",
                                    TakenFields {
                                        left: stock.in_store,
                                        shelf: stock.shelf,
                                        reserved: stock.reserved,
                                        how: literal("read at ")
                                            .concat(stock.counted_at.text())
                                            .concat(stock.sku),
                                    },
                                )
                            })
                            .otherwise(taken("Missing", "missing"))
                    })
            })
        })
    })
    .build()
    .unwrap()
}

/// Mocks the DynamoDB integration with an embedded engine that has the table.
fn table() -> impl Fn(&TaskCall) -> Result<Value, TaskFailure> + Send + Sync {
    let database = Database::memory().unwrap();
    let create = json!({
        "TableName": "StockTableName",
        "AttributeDefinitions": [{"AttributeName": "sku", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "sku", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    });
    database
        .create_table(serde_json::from_value(create).unwrap())
        .unwrap();
    move |call| {
        let arguments = Value::clone(&call.arguments);
        let action = call.resource.rsplit(':').next().unwrap();
        let answer = match action {
            "putItem" => database.put_item(fits(arguments)).map(|answer| json!(answer)),
            "getItem" => database.get_item(fits(arguments)).map(|answer| json!(answer)),
            "updateItem" => database.update_item(fits(arguments)).map(|answer| json!(answer)),
            "deleteItem" => database.delete_item(fits(arguments)).map(|answer| json!(answer)),
            other => panic!("{other}"),
        };
        answer.map_err(|error| {
            let name = error.error_type().rsplit('#').next().unwrap().to_owned();
            TaskFailure::new(format!("DynamoDB.{name}"), error.to_string())
        })
    }
}

fn fits<T: serde::de::DeserializeOwned>(arguments: Value) -> T {
    serde_json::from_value(arguments).unwrap()
}

#[tokio::test]
async fn a_dynamodb_item_is_put_updated_and_read() {
    let ran = run(
        &write_change_and_read(),
        json!({"sku": "s-1", "amount": 4}),
        table(),
    )
    .await;

    assert_eq!(
        ran.output(),
        &json!({"left": 6, "shelf": null, "reserved": 3, "how": "read at 1970-01-01T00:00:00.000Zs-1"})
    );
}

#[tokio::test]
async fn a_failed_condition_is_caught_by_name() {
    let table = table();
    let put = put_item::<Stocks>(
        StockFields {
            sku: literal(Sku("s-1".to_owned())),
            in_store: 1.into(),
            sold_out: false.into(),
            counted_at: execution_start_time(),
            shelf: none(),
            reserved: none(),
        },
        Condition::always(),
    );
    let once = TakeStock::define(|_| {
        put.catch_all(|_| no_stock("NotPut"))
            .and_then(|_| taken("Put", "put"))
    });
    run(&once.build().unwrap(), json!({"sku": "s-1", "amount": 1}), &table).await;

    let ran = run(
        &write_change_and_read(),
        json!({"sku": "s-1", "amount": 4}),
        &table,
    )
    .await;

    assert_eq!(ran.output()["how"], "known");
}

#[tokio::test]
async fn a_put_if_absent_or_mine_is_idempotent() {
    let claim = |mine: &str| {
        let mine = literal(mine.to_owned());
        let item = StockFields {
            sku: literal(Sku("s-1".to_owned())),
            in_store: 1.into(),
            sold_out: false.into(),
            counted_at: execution_start_time(),
            shelf: mine.some(),
            reserved: none(),
        };
        let condition = Condition::absent().or(Condition::<Stocks>::equal_some(|stock| stock.shelf, mine));
        let put = put_item::<Stocks>(item, condition)
            .catch(ConditionFailed, |_| taken("Theirs", "theirs"))
            .catch_all(|_| no_stock("NotPut"))
            .and_then(|_| taken("Mine", "mine"));
        TakeStock::define(|_| put).build().unwrap()
    };
    let table = table();
    let mut ends = Vec::new();

    for claim in [claim("me"), claim("me"), claim("you")] {
        let ran = run(&claim, json!({"sku": "s-1", "amount": 1}), &table).await;
        ends.push(ran.output()["how"].clone());
    }

    assert_eq!(ends, ["mine", "mine", "theirs"]);
}

#[tokio::test]
async fn a_deleted_item_is_not_found() {
    let machine = TakeStock::define(|take| {
        delete_item::<Stocks>(StockKeyFields { sku: take.sku }, Condition::always())
            .catch_all(|_| no_stock("NotDeleted"))
            .and_then(|_| {
                get_item::<Stocks>(StockKeyFields { sku: take.sku })
                    .catch_all(|_| no_stock("NotRead"))
                    .and_then(|found| {
                        choose("Found")
                            .when(found.item.is_some(), taken("There", "there"))
                            .otherwise(taken("Gone", "gone"))
                    })
            })
    })
    .build()
    .unwrap();

    let ran = run(&machine, json!({"sku": "s-1", "amount": 4}), table()).await;

    assert_eq!(ran.output()["how"], "gone");
}

#[derive(Serialize, Deserialize, Payload)]
struct News {
    sku: Sku,
    text: String,
}

enum Newsletter {}

impl Topic for Newsletter {
    const NAME: &'static str = "Newsletter";
    type Message = News;
}

enum Restock {}

impl Queue for Restock {
    const NAME: &'static str = "Restock";
    type Message = News;
}

enum StockTaken {}

impl Event for StockTaken {
    const NAME: &'static str = "StockTaken";
    const BUS: &'static str = "Shop";
    const SOURCE: &'static str = "shop.stock";
    type Detail = News;
}

#[tokio::test]
async fn messages_and_events_match_their_contracts() {
    let machine = TakeStock::define(|take| {
        let news = || NewsFields {
            sku: take.sku,
            text: "it's ${new}".into(),
        };
        publish::<Newsletter>(news())
            .catch_all(|_| no_stock("NotPublished"))
            .and_then(|published| {
                send_message::<Restock>(NewsFields {
                    sku: take.sku,
                    text: published.message_id,
                })
                .catch_all(|_| no_stock("NotSent"))
                .and_then(|sent| {
                    send_message_in_order::<Restock>(news(), sent.message_id, execution_id())
                        .named("SendInOrder")
                        .catch_all(|_| no_stock("NotSentInOrder"))
                        .and_then(|_| {
                            put_event::<StockTaken>(news())
                                .catch_all(|_| no_stock("NotTold"))
                                .and_then(|_| taken("Told", "told"))
                        })
                })
            })
    })
    .build()
    .unwrap();

    let ran = run(&machine, json!({"sku": "s-1", "amount": 4}), |_| {
        Ok(json!({"MessageId": "m-1"}))
    })
    .await;

    let news = json!({"sku": "s-1", "text": "it's ${new}"});
    assert_eq!(ran.output()["how"], "told");
    assert_eq!(
        ran.arguments("PublishNewsletter"),
        &json!({"TopicArn": "NewsletterTopicArn", "Message": news})
    );
    assert_eq!(
        ran.arguments("SendRestock"),
        &json!({"QueueUrl": "RestockQueueUrl", "MessageBody": {"sku": "s-1", "text": "m-1"}})
    );
    let in_order = ran.arguments("SendInOrder");
    assert_eq!(in_order["MessageGroupId"], "m-1");
    assert!(
        in_order["MessageDeduplicationId"]
            .as_str()
            .unwrap()
            .ends_with(":Trial:one")
    );
    assert_eq!(
        ran.arguments("PutStockTaken"),
        &json!({"Entries": [{
            "Detail": news,
            "DetailType": "StockTaken",
            "EventBusName": "ShopEventBusName",
            "Source": "shop.stock",
        }]})
    );
}
