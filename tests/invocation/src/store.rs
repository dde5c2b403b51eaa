//! DynamoDB's API on an embedded engine in memory.

use contracts::table::PK;
use dynoxide::Database;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The table's name.
pub(crate) const TABLE: &str = "sign-up";

/// Serves a new table that holds these items. Returns the address.
pub(crate) async fn start(items: &[Value]) -> String {
    let database = Database::memory().unwrap();
    let table = json!({
        "TableName": TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": PK, "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": PK, "KeyType": "HASH"}],
    });
    database
        .create_table(serde_json::from_value(table).unwrap())
        .unwrap();
    for item in items {
        let put = json!({"TableName": TABLE, "Item": item});
        database.put_item(serde_json::from_value(put).unwrap()).unwrap();
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(dynoxide::server::serve_on(listener, database));
    url
}
