//! Checks of the results, in executions, table, mails and webhooks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use aws_sdk_dynamodb::types::AttributeValue;
use local::{LocalServer, Settings};
use serde_json::{Value, json};

/// Asserts that each user has one verified sign-up and that there are no others. Returns the number of webhooks that were
/// delivered more than once.
pub(crate) async fn check(directory: &Path, users: &[String]) -> usize {
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        data: directory.join("data"),
        dynamodb_port: 0,
        webhook_url: None,
        contacts: local::Contacts::default(),
    };
    let server = LocalServer::start(settings).await.unwrap();
    let known: BTreeSet<&str> = users.iter().map(String::as_str).collect();
    assert_eq!(known.len(), users.len());

    check_executions(&server, &known);
    check_table(&server, &known).await;
    check_mails(&server, known.len());
    let repeated = check_webhooks(&server, &known);
    server.stop().await;
    repeated
}

fn check_executions(server: &LocalServer, users: &BTreeSet<&str>) {
    let executions = server.executions().list(None);
    assert!(
        executions
            .iter()
            .map(|one| one.name.as_str())
            .collect::<BTreeSet<_>>()
            == *users
    );
    assert_eq!(executions.len(), users.len());
    for execution in executions {
        let output = execution.status.output();
        assert_eq!(
            output,
            Some(&json!({"outcome": "verified"})),
            "{}",
            execution.name
        );
    }
}

async fn check_table(server: &LocalServer, users: &BTreeSet<&str>) {
    let items = server
        .dynamodb()
        .scan()
        .table_name(server.table())
        .consistent_read(true);
    let items = items.into_paginator().items().send();
    let items = items.collect::<Result<Vec<_>, _>>().await.unwrap();
    let text = |item: &std::collections::HashMap<String, AttributeValue>, name: &str| {
        item.get(name)
            .and_then(|value| value.as_s().ok())
            .cloned()
            .unwrap_or_default()
    };
    let mut claims = BTreeSet::new();
    let (mut verified, mut delivered) = (0, 0);
    for item in &items {
        let key = text(item, "pk");
        match key.split_once('#').unwrap() {
            ("user", id) => {
                assert!(users.contains(id) && text(item, "status") == "verified", "{key}");
                verified += 1;
            }
            ("address", _) => assert!(claims.insert(text(item, "userId")), "{key}"),
            ("delivery", id) => {
                assert!(users.contains(id) && text(item, "status") == "delivered", "{key}");
                delivered += 1;
            }
            _ => {}
        }
    }
    assert_eq!(
        (verified, claims.len(), delivered),
        (users.len(), users.len(), users.len())
    );
}

/// Every user has exactly one mail.
fn check_mails(server: &LocalServer, users: usize) {
    let mails = server.outbox().all();
    let recipients: BTreeSet<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!((recipients.len(), mails.len()), (users, users));
}

/// Every user has exactly one webhook id, however often it was delivered.
fn check_webhooks(server: &LocalServer, users: &BTreeSet<&str>) -> usize {
    let received = server.webhooks().all();
    let mut users_of_webhooks = BTreeMap::new();
    for webhook in &received {
        assert!(webhook.valid && !webhook.conflicting, "{}", webhook.id);
        let content: Value = serde_json::from_str(&webhook.content).unwrap();
        let user = content["data"]["userId"].as_str().unwrap().to_owned();
        assert!(
            users_of_webhooks.insert(user, &webhook.id).is_none(),
            "{} has another webhook, too",
            webhook.id
        );
    }
    assert!(
        users_of_webhooks
            .keys()
            .map(String::as_str)
            .collect::<BTreeSet<_>>()
            == *users
    );
    received.iter().filter(|webhook| webhook.count > 1).count()
}
