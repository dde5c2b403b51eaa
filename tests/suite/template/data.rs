//! The table's schema, and deletion policies of all data.

use contracts::table::{EXPIRES_AT, PK};
use serde_json::json;

use super::Template;

/// The table's key and TTL attribute are those of `contracts::table`.
fn wrong_attributes(template: &Template) -> Vec<String> {
    let table = template.properties("Table");
    let expected = [
        (
            "AttributeDefinitions",
            json!([{"AttributeName": PK, "AttributeType": "S"}]),
        ),
        ("KeySchema", json!([{"AttributeName": PK, "KeyType": "HASH"}])),
        (
            "TimeToLiveSpecification",
            json!({"AttributeName": EXPIRES_AT, "Enabled": true}),
        ),
    ];
    let wrong = expected.into_iter().filter(|(key, value)| table[*key] != *value);
    wrong
        .map(|(key, _)| format!("the table has the wrong {key}"))
        .collect()
}

#[test]
fn table_schema_is_that_of_the_contracts() {
    let template = Template::sign_up();

    assert_eq!(wrong_attributes(&template), Vec::<String>::new());
    let planted = template.with("AttributeName: expiresAt", "AttributeName: ttl");
    assert_eq!(
        wrong_attributes(&planted),
        ["the table has the wrong TimeToLiveSpecification"]
    );
}

#[test]
fn all_data_has_deletion_policies() {
    let template = Template::sign_up();
    let kinds = [
        "AWS::DynamoDB::Table",
        "AWS::KMS::Key",
        "AWS::SecretsManager::Secret",
        "AWS::Logs::LogGroup",
    ];

    for (id, resource) in kinds.iter().flat_map(|kind| template.resources(kind)) {
        for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
            assert!(resource[policy].is_string(), "{id} has no {policy}");
        }
    }
}
