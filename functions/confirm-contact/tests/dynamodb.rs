//! The DynamoDB adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use confirm_contact::{
    Confirmation, DynamoVerifications, FindLink, MarkSpent, Proof, ReadPreview, ReadStatus, StartConfirming,
    StartedConfirmation, TakeTry,
};
use contracts::table::UserStatus;
use contracts::values::{
    CodeHash, ConfirmationScope, Contact, EmailConfirmed, LinkToken, TaskToken, Timestamp, UserId,
};
use kit::Clock;
use kit::aws::dynamodb::Table;
use kit::testing::{NOON, failed_condition, mock_table, throttled_update};

const ID: &str = "0123456789abcdef0123456789abcdef";

fn user() -> UserId {
    ID.parse().unwrap()
}

fn noon() -> Timestamp {
    NOON.now()
}

fn verifications(rule: &Rule) -> DynamoVerifications {
    DynamoVerifications(mock_table(&[rule]))
}

fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A verification that is being confirmed.
fn confirming() -> HashMap<String, AttributeValue> {
    HashMap::from([
        ("taskToken".to_owned(), text("newest")),
        (
            "confirmedAt".to_owned(),
            AttributeValue::N("1767268800000".to_owned()),
        ),
        ("scope".to_owned(), text("address")),
    ])
}

fn item(name: &str, value: &str) -> HashMap<String, AttributeValue> {
    HashMap::from([(name.to_owned(), text(value))])
}

#[tokio::test]
async fn a_link_is_found_by_its_hash_alone() {
    let token = LinkToken::from_bytes([7; 32]);
    let key = text(format!("link#{}", token.hash().as_str()));
    let get = mock!(Client::get_item)
        .match_requests(move |request| {
            request.key().unwrap()["pk"] == key && request.consistent_read() == Some(true)
        })
        .then_output(|| {
            GetItemOutput::builder()
                .set_item(Some(item("userId", ID)))
                .build()
        });

    let found = verifications(&get).user_of(&token.hash()).await.unwrap();

    assert_eq!(found, Some(user()));
}

#[tokio::test]
async fn an_unknown_link_is_not_found() {
    let get = mock!(Client::get_item).then_output(|| GetItemOutput::builder().build());
    let token = LinkToken::from_bytes([7; 32]);

    assert_eq!(verifications(&get).user_of(&token.hash()).await.unwrap(), None);
}

#[tokio::test]
async fn the_window_is_a_condition_and_the_newest_task_token_is_returned() {
    let update = mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            request.key().unwrap()["pk"] == text(format!("verification#{ID}"))
                && request.condition_expression()
                    == Some(
                        "(#state = :open AND #windowEndsAt > :now AND \
                         (attribute_not_exists(#unconfirmed) OR #unconfirmed = :contact)) OR #state = :confirming",
                    )
                && request.update_expression()
                    == Some(
                        "SET #state = :confirming, #confirmedAt = if_not_exists(#confirmedAt, :now), \
                         #scope = if_not_exists(#scope, :scope)",
                    )
                && values[":scope"] == text("all")
                && values[":contact"] == set(&["email"])
                && values[":now"] == AttributeValue::N("1767268800000".to_owned())
                && request.return_values() == Some(&ReturnValue::AllNew)
        })
        .then_output(|| {
            UpdateItemOutput::builder()
                .set_attributes(Some(confirming()))
                .build()
        });

    let token = verifications(&update)
        .start(&user(), Proof::Link, ConfirmationScope::All, noon())
        .await
        .unwrap();

    let expected = StartedConfirmation {
        task: TaskToken::new("newest"),
        output: EmailConfirmed {
            confirmed_at: noon(),
            scope: Some(ConfirmationScope::Address),
        },
    };
    assert_eq!(token, Some(Confirmation::Complete(expected)));
}

fn set(values: &[&str]) -> AttributeValue {
    AttributeValue::Ss(values.iter().map(|&value| value.to_owned()).collect())
}

/// A verification that is open until a second after noon, with these contacts to be confirmed.
fn blocked_by(unconfirmed: &'static [&str]) -> Rule {
    mock!(Client::update_item)
        .match_requests(|request| request.update_expression().unwrap().starts_with("SET #state"))
        .then_error(move || {
            let failed = ConditionalCheckFailedException::builder()
                .item("state", text("open"))
                .item(
                    "windowEndsAt",
                    AttributeValue::N((noon().epoch_millis() + 1000).to_string()),
                )
                .item("unconfirmed", set(unconfirmed));
            UpdateItemError::ConditionalCheckFailedException(failed.build())
        })
}

/// The update that removes the contact from these.
fn is_partial(request: &UpdateItemInput, contact: &str, seen: &[&str]) -> bool {
    let values = request.expression_attribute_values().unwrap();
    request.update_expression() == Some("DELETE #unconfirmed :contact ADD #codeTries :minusOne")
        && request.condition_expression()
            == Some("#state = :open AND #windowEndsAt > :now AND #unconfirmed = :seen")
        && values[":contact"] == set(&[contact])
        && values[":seen"] == set(seen)
}

#[tokio::test]
async fn a_contact_is_confirmed_by_itself_if_others_are_left() {
    let partial = mock!(Client::update_item)
        .match_requests(|request| is_partial(request, "phone", &["email", "phone"]))
        .then_output(|| UpdateItemOutput::builder().build());
    let blocked = blocked_by(&["phone", "email"]);
    let store = DynamoVerifications(mock_table(&[&blocked, &partial]));

    let confirmation = store
        .start(
            &user(),
            Proof::Code(Contact::Phone),
            ConfirmationScope::All,
            noon(),
        )
        .await
        .unwrap();

    let left = BTreeSet::from([Contact::Email]);
    assert_eq!(confirmation, Some(Confirmation::Partial(left)));
}

#[tokio::test]
async fn the_second_of_two_contacts_at_the_same_time_completes_the_confirmation() {
    let blocked = blocked_by(&["email", "phone"]);
    let overtaken = failed_condition();
    let complete = mock!(Client::update_item)
        .match_requests(|request| request.update_expression().unwrap().starts_with("SET #state"))
        .then_output(|| {
            UpdateItemOutput::builder()
                .set_attributes(Some(confirming()))
                .build()
        });
    let client = mock_client!(
        aws_sdk_dynamodb,
        RuleMode::Sequential,
        [&blocked, &overtaken, &complete]
    );
    let store = DynamoVerifications(Table::new(client, "table"));

    let confirmation = store
        .start(
            &user(),
            Proof::Code(Contact::Phone),
            ConfirmationScope::All,
            noon(),
        )
        .await
        .unwrap();

    assert!(matches!(confirmation, Some(Confirmation::Complete(_))));
}

#[tokio::test]
async fn a_lasting_race_of_contacts_is_a_store_fault() {
    let blocked = blocked_by(&["email", "phone"]);
    let overtaken = mock!(Client::update_item)
        .match_requests(|request| is_partial(request, "email", &["email", "phone"]))
        .then_error(|| {
            let failed = ConditionalCheckFailedException::builder().build();
            UpdateItemError::ConditionalCheckFailedException(failed)
        });
    let store = DynamoVerifications(mock_table(&[&blocked, &overtaken]));

    let result = store
        .start(
            &user(),
            Proof::Code(Contact::Email),
            ConfirmationScope::All,
            noon(),
        )
        .await;

    assert!(result.is_err());
    assert_eq!((blocked.num_calls(), overtaken.num_calls()), (4, 4));
}

#[tokio::test]
async fn the_address_alone_needs_no_other_contact() {
    let update = mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            request.condition_expression()
                == Some("(#state = :open AND #windowEndsAt > :now) OR #state = :confirming")
                && values[":scope"] == text("address")
                && !values.contains_key(":contact")
        })
        .then_output(|| {
            UpdateItemOutput::builder()
                .set_attributes(Some(confirming()))
                .build()
        });

    let confirmation = verifications(&update)
        .start(&user(), Proof::Link, ConfirmationScope::Address, noon())
        .await;

    assert!(matches!(confirmation, Ok(Some(Confirmation::Complete(_)))));
}

#[tokio::test]
async fn spent_expired_or_missing_verifications_are_not_confirmed() {
    let update = failed_condition();

    let started = verifications(&update)
        .start(&user(), Proof::Link, ConfirmationScope::Address, noon())
        .await;

    assert_eq!(started.unwrap(), None);
}

#[tokio::test]
async fn throttling_is_a_store_fault() {
    let update = throttled_update();

    let store = verifications(&update);
    assert!(
        store
            .start(&user(), Proof::Link, ConfirmationScope::Address, noon())
            .await
            .is_err()
    );
    assert!(store.take_try(&user()).await.is_err());
}

#[tokio::test]
async fn a_right_code_gives_its_try_back() {
    let update = mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            request
                .update_expression()
                .unwrap()
                .ends_with(" ADD #codeTries :minusOne")
                && values[":minusOne"] == AttributeValue::N("-1".to_owned())
        })
        .then_output(|| {
            UpdateItemOutput::builder()
                .set_attributes(Some(confirming()))
                .build()
        });

    let confirmation = verifications(&update)
        .start(
            &user(),
            Proof::Code(Contact::Email),
            ConfirmationScope::All,
            noon(),
        )
        .await;

    assert!(matches!(confirmation, Ok(Some(Confirmation::Complete(_)))));
}

#[tokio::test]
async fn a_try_is_counted_below_the_maximum_only_and_returns_the_newest_codes() {
    let update = mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            request.key().unwrap()["pk"] == text(format!("verification#{ID}"))
                && request.update_expression() == Some("ADD #codeTries :one")
                && request.condition_expression()
                    == Some(
                        "attribute_exists(#pk) AND (attribute_not_exists(#codeTries) OR #codeTries < :max)",
                    )
                && values[":max"] == AttributeValue::N("5".to_owned())
                && request.return_values() == Some(&ReturnValue::AllNew)
        })
        .then_output(|| {
            let codes = (0..14).map(|attempt| format!("{attempt}:of {attempt}"));
            UpdateItemOutput::builder()
                .attributes("codes", AttributeValue::Ss(codes.collect()))
                .attributes("phoneCodes", set(&["3:of a phone"]))
                .build()
        });

    let codes = verifications(&update).take_try(&user()).await.unwrap().unwrap();

    let newest: Vec<_> = codes.email.iter().map(CodeHash::as_str).collect();
    let expected: Vec<_> = (2..14).rev().map(|attempt| format!("of {attempt}")).collect();
    assert_eq!(newest, expected);
    assert_eq!(codes.phone[0].as_str(), "of a phone");
}

#[tokio::test]
async fn without_a_try_left_or_a_verification_there_are_no_codes() {
    let update = failed_condition();

    assert!(verifications(&update).take_try(&user()).await.unwrap().is_none());
}

#[tokio::test]
async fn only_a_confirming_verification_becomes_spent() {
    let update = mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            request.condition_expression() == Some("#state = :confirming")
                && values[":spent"] == text("spent")
                && values[":confirming"] == text("confirming")
        })
        .then_output(|| UpdateItemOutput::builder().build());

    verifications(&update).mark(&user()).await.unwrap();

    assert_eq!(update.num_calls(), 1);
}

#[tokio::test]
async fn a_verification_that_is_already_spent_is_ignored() {
    let update = failed_condition();

    verifications(&update).mark(&user()).await.unwrap();
}

#[tokio::test]
async fn the_status_is_read_consistently() {
    let get = mock!(Client::get_item)
        .match_requests(|request| {
            request.key().unwrap()["pk"] == text(format!("user#{ID}"))
                && request.consistent_read() == Some(true)
        })
        .then_output(|| {
            GetItemOutput::builder()
                .set_item(Some(item("status", "verified")))
                .build()
        });

    let status = verifications(&get).status(&user()).await.unwrap();

    assert_eq!(status, Some(UserStatus::Verified));
}

/// The items of a sign-up and its verification, in this order.
fn sign_up(status: &str, state: &str, window_ends_at: i64) -> Rule {
    let items = [
        HashMap::from([
            ("status".to_owned(), text(status)),
            (
                "acceptedAt".to_owned(),
                AttributeValue::N("1767268800000".to_owned()),
            ),
            ("name".to_owned(), text("Ada")),
        ]),
        HashMap::from([
            ("state".to_owned(), text(state)),
            (
                "windowEndsAt".to_owned(),
                AttributeValue::N(window_ends_at.to_string()),
            ),
        ]),
    ];
    let keys = [format!("user#{ID}"), format!("verification#{ID}")];
    mock!(Client::get_item)
        .match_requests(move |request| {
            let key = request.key().unwrap()["pk"].as_s().unwrap();
            keys.contains(key) && request.consistent_read() == Some(true)
        })
        .sequence()
        .output({
            let item = items[0].clone();
            move || GetItemOutput::builder().set_item(Some(item.clone())).build()
        })
        .output({
            let item = items[1].clone();
            move || GetItemOutput::builder().set_item(Some(item.clone())).build()
        })
        .build()
}

#[tokio::test]
async fn a_preview_is_what_was_signed_up_with() {
    let rule = sign_up("awaiting_verification", "open", noon().epoch_millis() + 1);

    let preview = verifications(&rule)
        .preview(&user(), noon())
        .await
        .unwrap()
        .unwrap();

    assert_eq!(preview.requested_at, noon());
    assert_eq!(preview.name, Some("Ada".parse().unwrap()));
    assert_eq!(preview.phone, None);
}

#[tokio::test]
async fn there_is_no_preview_of_what_cannot_be_confirmed() {
    let now = noon().epoch_millis();
    for (status, state, window_ends_at) in [
        ("awaiting_verification", "open", now),
        ("awaiting_verification", "spent", now + 1),
        ("verified", "open", now + 1),
        ("superseded", "confirming", now + 1),
    ] {
        let rule = sign_up(status, state, window_ends_at);

        let preview = verifications(&rule).preview(&user(), noon()).await.unwrap();

        assert_eq!(preview, None, "{status}, {state}, {window_ends_at}");
    }
}
