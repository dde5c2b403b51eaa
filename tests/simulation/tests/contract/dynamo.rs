//! The functions' adapters, on DynamoDB's API from an embedded engine.

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Region;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use confirm_contact::{FindLink, MarkSpent, ReadPreview, ReadStatus, StartConfirming, TakeTry};
use contracts::table::PK;
use create_user::AcceptSignUp;
use get_user::FindSignUp;
use kit::StoreFault;
use kit::aws::dynamodb::Table;
use kit::limit::{DynamoBuckets, TakeTokens};
use notify_webhook::{Attempt, KeepEvent, RecordAttempt, ShareCircuit};
use record_mail_event::{MarkSignUp, SuppressAddress};
use request_mail::TakeMail;
use set_user_status::{ClaimAddress, EndSignUp, SupersedeUser};
use simulation::{ENDPOINT, Items};
use store_user_data::{FindClaim, StoreUser};
use tokio::net::TcpListener;
use validate_contacts::{ClaimSms, DropPhone, ReturnSms};
use verifications::{GrantMail, OpenVerification, RecordMailStep};

use crate::calls::{
    Call, acceptance, begun, bucket, circuit, event, link, mail_bucket, outcome, pending, phone_buckets,
    recipient, time, user, verification,
};

const TABLE: &str = "sign-up";

pub(crate) struct Dynamo {
    client: Client,
}

impl Dynamo {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let database = dynoxide::Database::memory().unwrap();
        tokio::spawn(dynoxide::server::serve_on(listener, database));
        let config = kit::aws::loader()
            .endpoint_url(url)
            .region(Region::new("eu-west-1"))
            .credentials_provider(Credentials::for_tests())
            .load()
            .await;
        let client = Client::new(&config);
        Self { client }.cleared().await
    }

    /// The same store with an empty table.
    pub(crate) async fn cleared(self) -> Self {
        let _ = self.client.delete_table().table_name(TABLE).send().await;
        let key = AttributeDefinition::builder()
            .attribute_name(PK)
            .attribute_type(ScalarAttributeType::S);
        let schema = KeySchemaElement::builder()
            .attribute_name(PK)
            .key_type(KeyType::Hash);
        self.client
            .create_table()
            .table_name(TABLE)
            .billing_mode(BillingMode::PayPerRequest)
            .attribute_definitions(key.build().unwrap())
            .key_schema(schema.build().unwrap())
            .send()
            .await
            .unwrap();
        self
    }

    #[expect(clippy::too_many_lines, reason = "it has one arm for each call")]
    pub(crate) async fn ask(&self, call: Call) -> String {
        fn of<T: std::fmt::Debug>(result: Result<T, StoreFault>) -> String {
            result.map_or_else(|_| "fault".to_owned(), |result| format!("{result:?}"))
        }
        let table = || Table::new(self.client.clone(), TABLE);
        let create = create_user::DynamoSignUps(table());
        let store = store_user_data::DynamoUsers(table());
        let validate = verifications::DynamoVerifications(table());
        let texts = validate_contacts::DynamoSms(table());
        let confirm = confirm_contact::DynamoVerifications(table());
        let set = set_user_status::DynamoUsers(table());
        let notify = notify_webhook::DynamoDeliveries(table());
        let get = get_user::DynamoSignUps(table());
        let buckets = DynamoBuckets(table());
        let events = record_mail_event::DynamoSuppressions(table());
        let mails = request_mail::DynamoMailRequests(table());
        let address = |number| pending(0, number, false, 0).address_hash;
        match call {
            Call::Accept { user, key, asks, at } => of(create.accept(&acceptance(user, key, asks, at)).await),
            Call::IsHeld {
                user: number,
                address: of_address,
            } => of(store.is_held(&address(of_address), &user(number)).await),
            Call::Store {
                user,
                address,
                held,
                name,
                at,
            } => of(store
                .store(&pending(user, address, name, at), outcome(held))
                .await),
            Call::Open {
                user,
                attempt,
                link,
                phone,
                window_ends,
            } => of(validate
                .open(verification(user, attempt, link, phone, window_ends))
                .await),
            Call::Take { subject, tokens, at } => of(buckets.take(&bucket(subject, tokens), time(at)).await),
            Call::Grant {
                user: number,
                address,
                at,
                tokens,
            } => of(validate
                .grant(
                    &mail_bucket(address, tokens),
                    &recipient(address),
                    &user(number),
                    time(at),
                )
                .await),
            Call::Suppress { address, until } => of(events.suppress(&recipient(address), time(until)).await),
            Call::MarkSuppressed { user: number, at } => {
                of(MarkSignUp::mark(&events, &user(number), time(at)).await)
            }
            Call::RecordMailStep {
                user: number,
                window_ends,
            } => of(validate.record(&user(number), time(window_ends)).await),
            Call::ClaimSms {
                user: number,
                phone,
                tokens,
                at,
            } => of(texts
                .claim(&user(number), &phone_buckets(phone, tokens), time(at))
                .await),
            Call::ReturnSms { user: number } => of(texts.give_back(&user(number)).await),
            Call::DropPhone { user: number, at } => of(texts.drop_phone(&user(number), time(at)).await),
            Call::Find { link: number } => of(confirm.user_of(&link(number).hash()).await),
            Call::TakeTry { user: number } => of(confirm.take_try(&user(number)).await),
            Call::FindForMail { user: number } => {
                of(request_mail::FindSignUp::find(&mails, &user(number)).await)
            }
            Call::TakeMail { user: number, at } => of(mails.take(&user(number), time(at)).await),
            Call::Preview { user: number, at } => of(confirm.preview(&user(number), time(at)).await),
            Call::Begin {
                user: number,
                proof,
                scope,
                at,
            } => {
                let started = confirm.start(&user(number), proof, scope, time(at)).await;
                of(started.map(|started| started.map(begun)))
            }
            Call::MarkSpent { user: number } => of(MarkSpent::mark(&confirm, &user(number)).await),
            Call::Status { user: number } => of(confirm.status(&user(number)).await),
            Call::FindSignUp { user: number } => of(get.find(&user(number)).await),
            Call::Claim {
                user: number,
                address: of_address,
                scope,
                at,
            } => of(set
                .claim(&user(number), &address(of_address), scope, time(at))
                .await),
            Call::Supersede { user: number, at } => of(set.supersede(&user(number), time(at)).await),
            Call::End {
                user: number,
                end,
                at,
            } => of(set.end(&user(number), end, time(at)).await),
            Call::Keep { user, at } => of(notify.keep(event(user, at)).await),
            Call::Delivered { user, at } => of(notify
                .record(&event(user, 0), Attempt::Delivered { at: time(at) })
                .await),
            Call::NotDelivered { user } => {
                let reason = "503".to_owned();
                of(notify.record(&event(user, 0), Attempt::Failed { reason }).await)
            }
            Call::GiveUp { user } => of(notify.record(&event(user, 0), Attempt::GivenUp).await),
            Call::Circuit => of(notify.circuit(ENDPOINT).await),
            Call::Change { from, to } => of(notify.change(ENDPOINT, circuit(from), circuit(to)).await),
        }
    }

    pub(crate) async fn items(&self) -> Items {
        let result = self.client.scan().table_name(TABLE).send().await.unwrap();
        let items = result.items.unwrap_or_default().into_iter();
        items
            .map(|item| {
                let item = item.into_iter().map(|(name, value)| (name, text(value)));
                let item: std::collections::BTreeMap<_, _> = item.collect();
                (item[PK].clone(), item)
            })
            .collect()
    }
}

fn text(value: AttributeValue) -> String {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text,
        AttributeValue::Bool(truth) => truth.to_string(),
        AttributeValue::Ss(mut texts) => {
            texts.sort();
            texts.join(" ")
        }
        other => format!("{other:?}"),
    }
}
