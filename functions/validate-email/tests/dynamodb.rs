//! The DynamoDB adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use asl::Timestamp;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::error::{
    ConditionalCheckFailedException, ProvisionedThroughputExceededException, TransactionCanceledException,
};
use aws_sdk_dynamodb::types::{CancellationReason, ReturnValuesOnConditionCheckFailure};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use contracts::table::VerificationState;
use contracts::values::{AddressKey, EmailAddress, LinkToken, TaskToken, UserId};
use kit::aws::dynamodb::{number, string};
use validate_email::{
    DynamoVerifications, Grant, GrantMail, OpenVerification, Opened, RecordMailed, Recorded, Verification,
};

const ID: &str = "0123456789abcdef0123456789abcdef";

fn user() -> UserId {
    ID.parse().unwrap()
}

fn address() -> AddressKey {
    "ada@example.org".parse::<EmailAddress>().unwrap().key()
}

fn noon() -> Timestamp {
    "2026-01-01T12:00:00Z".parse().unwrap()
}

fn verification() -> Verification {
    Verification {
        user: user(),
        task_token: TaskToken::new("a-task-token"),
        attempt: 3,
        link: LinkToken::from_bytes([7; 32]).hash(),
        window_ends_at: noon(),
    }
}

fn store(rules: &[&Rule]) -> DynamoVerifications {
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, rules);
    DynamoVerifications::new(client, "table".to_owned())
}

fn updated(expected: fn(&UpdateItemInput) -> bool) -> Rule {
    mock!(Client::update_item)
        .match_requests(expected)
        .then_output(|| UpdateItemOutput::builder().build())
}

fn refused() -> Rule {
    mock!(Client::update_item).then_error(|| {
        UpdateItemError::ConditionalCheckFailedException(ConditionalCheckFailedException::builder().build())
    })
}

/// A transaction that the verification, as it stands in the table, was in the way of.
fn in_the_way(state: VerificationState) -> Rule {
    mock!(Client::transact_write_items).then_error(move || {
        let verification = CancellationReason::builder()
            .code("ConditionalCheckFailed")
            .item("state", string(state.as_str()))
            .item("attempt", number(4))
            .build();
        let none = CancellationReason::builder().code("None").build();
        let reasons = vec![verification, none.clone(), none];
        let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons));
        TransactWriteItemsError::TransactionCanceledException(error.build())
    })
}

/// A transaction whose first two items ended like this.
fn cancelled(codes: [&'static str; 2]) -> Rule {
    mock!(Client::transact_write_items).then_error(move || {
        let [first, second] = codes;
        let reasons = [first, second, "None"].map(|code| CancellationReason::builder().code(code).build());
        let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons.to_vec()));
        TransactWriteItemsError::TransactionCanceledException(error.build())
    })
}

fn busy() -> Rule {
    mock!(Client::update_item).then_error(|| {
        let error = ProvisionedThroughputExceededException::builder().build();
        UpdateItemError::ProvisionedThroughputExceededException(error)
    })
}

fn key(request: &UpdateItemInput) -> &str {
    request.key().unwrap()["pk"].as_s().unwrap()
}

fn value<'a>(request: &'a UpdateItemInput, name: &str) -> &'a str {
    let value = &request.expression_attribute_values().unwrap()[name];
    value.as_s().or_else(|_| value.as_n()).unwrap()
}

#[tokio::test]
async fn task_token_window_and_link_are_written_in_one_transaction() {
    let open = mock!(Client::transact_write_items)
        .match_requests(|request| {
            let [verification, user, link] = request.transact_items() else {
                return false;
            };
            let (verification, user) = (verification.update().unwrap(), user.update().unwrap());
            let opened = verification.expression_attribute_values().unwrap();
            let link = link.put().unwrap();
            verification.key()["pk"].as_s().unwrap() == &format!("verification#{ID}")
                && verification.condition_expression()
                    == Some(
                        "attribute_not_exists(#pk) OR \
                         (#state IN (:open, :confirming) AND #attempt <= :attempt)",
                    )
                && verification.return_values_on_condition_check_failure()
                    == Some(&ReturnValuesOnConditionCheckFailure::AllOld)
                && opened[":attempt"].as_n().unwrap() == "3"
                && opened[":taskToken"].as_s().unwrap() == "a-task-token"
                && opened[":windowEndsAt"].as_n().unwrap() == "1767268800000"
                && opened[":expiresAt"].as_n().unwrap() == "1767355200"
                && user.key()["pk"].as_s().unwrap() == &format!("user#{ID}")
                && user.condition_expression() == Some("#status = :awaiting")
                && link.item()["pk"].as_s().unwrap()
                    == &format!("link#{}", self::verification().link.as_str())
                && link.item()["userId"].as_s().unwrap() == ID
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());

    let opened = store(&[&open]).open(verification()).await.unwrap();

    assert_eq!(opened, Opened::Open);
    assert_eq!(open.num_calls(), 1);
}

#[tokio::test]
async fn a_spent_verification_is_not_reopened() {
    let spent = in_the_way(VerificationState::Spent);

    let opened = store(&[&spent]).open(verification()).await.unwrap();

    assert_eq!(opened, Opened::Ended);
}

#[tokio::test]
async fn a_verification_of_a_later_attempt_is_not_changed() {
    for state in [VerificationState::Open, VerificationState::Confirming] {
        let overtaken = in_the_way(state);

        let opened = store(&[&overtaken]).open(verification()).await.unwrap();

        assert_eq!(opened, Opened::Overtaken, "{state:?}");
    }
}

#[tokio::test]
async fn no_verification_is_opened_for_an_ended_sign_up() {
    for verification_code in ["None", "ConditionalCheckFailed"] {
        let ended = cancelled([verification_code, "ConditionalCheckFailed"]);

        let opened = store(&[&ended]).open(verification()).await.unwrap();

        assert_eq!(opened, Opened::Ended, "{verification_code}");
    }
}

#[tokio::test]
async fn a_transaction_conflict_is_a_fault() {
    let conflict = cancelled(["TransactionConflict", "None"]);

    assert!(store(&[&conflict]).open(verification()).await.is_err());
}

#[tokio::test]
async fn mails_are_granted_by_address_and_day_and_expire_after_two_days() {
    let grant = updated(|request| {
        let values = request.expression_attribute_values().unwrap();
        key(request) == format!("mails#{}#20454", address().as_str())
            && request.update_expression()
                == Some("SET #expiresAt = if_not_exists(#expiresAt, :expiresAt) ADD #grants :me")
            && request.condition_expression()
                == Some("attribute_not_exists(#grants) OR contains(#grants, :user) OR size(#grants) < :most")
            && values[":me"].as_ss().unwrap() == &[ID.to_owned()]
            && value(request, ":user") == ID
            && value(request, ":most") == "5"
            && value(request, ":expiresAt") == "1767441600"
    });

    let granted = store(&[&grant])
        .grant(&address(), &user(), noon(), 5)
        .await
        .unwrap();

    assert_eq!(granted, Grant::Granted);
    assert_eq!(grant.num_calls(), 1);
}

#[tokio::test]
async fn a_failed_grant_condition_means_that_the_mail_limit_is_used_up() {
    let granted = store(&[&refused()]).grant(&address(), &user(), noon(), 5).await;

    assert_eq!(granted.unwrap(), Grant::UsedUp);
}

#[tokio::test]
async fn the_mail_is_recorded_unless_the_sign_up_has_failed_or_expired() {
    let record = updated(|request| {
        key(request) == format!("user#{ID}")
            && request.condition_expression() == Some("#status IN (:awaiting, :verified, :superseded)")
            && value(request, ":awaiting") == "awaiting_verification"
            && value(request, ":windowEndsAt") == "1767268800000"
    });

    let recorded = store(&[&record]).record(&user(), noon()).await.unwrap();
    let ended = store(&[&refused()]).record(&user(), noon()).await.unwrap();

    assert_eq!(recorded, Recorded::Recorded);
    assert_eq!(record.num_calls(), 1);
    assert_eq!(ended, Recorded::Ended);
}

#[tokio::test]
async fn throttling_is_a_fault() {
    let granted = store(&[&busy()]).grant(&address(), &user(), noon(), 5).await;

    assert!(granted.is_err());
    assert!(store(&[&busy()]).record(&user(), noon()).await.is_err());
}
