//! The DynamoDB adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_smithy_mocks::{Rule, mock};
use contracts::table::UserStatus;
use contracts::values::{TaskToken, Timestamp, UserId};
use kit::Clock;
use kit::aws::dynamodb::{number, string};
use kit::testing::{NOON, failed_condition, mock_table, throttled_update};
use request_mail::{DynamoMailRequests, FindSignUp, MailRequest, SignUpRecord, TakeMail};

const ID: &str = "0123456789abcdef0123456789abcdef";

fn user() -> UserId {
    ID.parse().unwrap()
}

fn noon() -> Timestamp {
    NOON.now()
}

fn requests(rule: &Rule) -> DynamoMailRequests {
    DynamoMailRequests(mock_table(&[rule]))
}

#[tokio::test]
async fn the_sign_up_is_read_consistently() {
    let get = mock!(Client::get_item)
        .match_requests(|request| {
            request.key().unwrap()["pk"] == string(format!("user#{ID}"))
                && request.consistent_read() == Some(true)
        })
        .then_output(|| {
            GetItemOutput::builder()
                .item("status", string("superseded"))
                .item("windowEndsAt", number(1_767_268_800_000))
                .build()
        });

    let found = requests(&get).find(&user()).await.unwrap();

    let expected = SignUpRecord {
        status: UserStatus::Superseded,
        window_ends_at: Some(noon()),
    };
    assert_eq!(found, Some(expected));
}

#[tokio::test]
async fn a_mail_is_taken_once_a_minute_and_five_times() {
    let update = mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            request.key().unwrap()["pk"] == string(format!("verification#{ID}"))
                && request.update_expression()
                    == Some("SET #lastMailAt = :now REMOVE #mailGranted, #sms ADD #mailRequests :one")
                && request.condition_expression()
                    == Some(
                        "attribute_exists(#pk) \
                         AND (attribute_not_exists(#lastMailAt) OR #lastMailAt <= :minuteAgo) \
                         AND (attribute_not_exists(#mailRequests) OR #mailRequests < :max)",
                    )
                && values[":minuteAgo"] == number(1_767_268_740_000)
                && values[":max"] == number(5)
                && request.return_values_on_condition_check_failure()
                    == Some(&ReturnValuesOnConditionCheckFailure::AllOld)
        })
        .then_output(|| {
            UpdateItemOutput::builder()
                .attributes("taskToken", string("newest"))
                .build()
        });

    let taken = requests(&update).take(&user(), noon()).await.unwrap();

    assert_eq!(taken, MailRequest::Taken(TaskToken::new("newest")));
}

/// An update whose condition failed, with the last mail at noon and this number of requests.
fn refused(mail_requests: i64) -> Rule {
    mock!(Client::update_item).then_error(move || {
        let failed = ConditionalCheckFailedException::builder()
            .item("lastMailAt", number(1_767_268_800_000))
            .item("mailRequests", number(mail_requests));
        UpdateItemError::ConditionalCheckFailedException(failed.build())
    })
}

#[tokio::test]
async fn the_stored_verification_tells_why_a_mail_is_refused() {
    let too_soon = requests(&refused(4)).take(&user(), noon()).await.unwrap();
    let used_up = requests(&refused(5)).take(&user(), noon()).await.unwrap();
    let not_mailed = requests(&failed_condition()).take(&user(), noon()).await.unwrap();

    assert_eq!(too_soon, MailRequest::TooSoon { last: noon() });
    assert_eq!(used_up, MailRequest::UsedUp);
    assert_eq!(not_mailed, MailRequest::NotMailed);
}

#[tokio::test]
async fn throttling_is_a_store_fault() {
    assert!(requests(&throttled_update()).take(&user(), noon()).await.is_err());
}
