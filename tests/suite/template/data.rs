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
        "AWS::SQS::Queue",
    ];

    for (id, resource) in kinds.iter().flat_map(|kind| template.resources(kind)) {
        for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
            assert!(resource[policy].is_string(), "{id} has no {policy}");
        }
    }
}

/// What the table's data outlives: the stack's end and a replacement, and not a first deployment that fails.
fn wrong_lives(template: &Template) -> Vec<String> {
    let table = &template.value["Resources"]["Table"];
    let expected = [
        ("DeletionPolicy", "RetainExceptOnCreate"),
        ("UpdateReplacePolicy", "Retain"),
    ];
    let wrong = expected
        .into_iter()
        .filter(|(policy, value)| table[*policy] != *value);
    wrong
        .map(|(policy, value)| format!("the table's {policy} is not {value}"))
        .collect()
}

#[test]
fn the_table_outlives_the_stack_but_not_a_failed_first_deployment() {
    let template = Template::sign_up();

    assert_eq!(wrong_lives(&template), Vec::<String>::new());
    for (old, new, problem) in [
        (
            "DeletionPolicy: RetainExceptOnCreate",
            "DeletionPolicy: Retain",
            "the table's DeletionPolicy is not RetainExceptOnCreate",
        ),
        (
            "DeletionPolicy: RetainExceptOnCreate",
            "DeletionPolicy: Delete",
            "the table's DeletionPolicy is not RetainExceptOnCreate",
        ),
        (
            "UpdateReplacePolicy: Retain",
            "UpdateReplacePolicy: Delete",
            "the table's UpdateReplacePolicy is not Retain",
        ),
    ] {
        assert_eq!(wrong_lives(&template.with(old, new)), [problem]);
    }
}
