//! The DynamoDB adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::num::NonZeroU32;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::CancellationReason;
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use contracts::values::UserId;
use kit::Clock;
use kit::aws::dynamodb::{Table, number, string, strings};
use kit::limit::{Bucket, Rate};
use kit::testing::{NOON, cancelled, failed_condition, mock_table, reason, throttled_update};
use validate_contacts::{Claim, ClaimSms, DropPhone, Dropped, DynamoSms, ReturnSms};

const ID: &str = "0123456789abcdef0123456789abcdef";

fn user() -> UserId {
    ID.parse().unwrap()
}

/// Buckets of three tokens, one of which comes back each hour.
fn buckets() -> [Bucket; 2] {
    let rate = Rate::new(NonZeroU32::new(3).unwrap(), Duration::from_hours(3));
    [
        Bucket::new("sms-per-number", "number", rate),
        Bucket::new("sms-per-range", "range", rate),
    ]
}

fn in_hours(hours: i64) -> i64 {
    NOON.now().epoch_millis() + hours * 3_600_000
}

fn store(rules: &[&Rule]) -> DynamoSms {
    DynamoSms(mock_table(rules))
}

/// A store whose calls have these results, in this order.
fn in_order(rules: &[&Rule]) -> DynamoSms {
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::Sequential, rules);
    DynamoSms(Table::new(client, "table"))
}

async fn claim(store: &DynamoSms) -> Claim {
    store.claim(&user(), &buckets(), NOON.now()).await.unwrap()
}

fn taken() -> Rule {
    mock!(Client::transact_write_items).then_output(|| TransactWriteItemsOutput::builder().build())
}

/// The reason of a bucket that would be full at this time.
fn used(full_at: i64) -> CancellationReason {
    let reason = CancellationReason::builder().code("ConditionalCheckFailed");
    reason.item("fullAt", number(full_at)).build()
}

/// The reason of a text message with this mark.
fn marked(mark: &str) -> CancellationReason {
    let reason = CancellationReason::builder().code("ConditionalCheckFailed");
    reason.item("sms", string(mark)).build()
}

#[tokio::test]
async fn a_claim_takes_both_tokens_and_marks_an_open_phone() {
    let claimed = mock!(Client::transact_write_items)
        .match_requests(|request| {
            let [number, range, mark] = request.transact_items() else {
                return false;
            };
            let [number, range, mark] = [number, range, mark].map(|item| item.update().unwrap());
            let values = mark.expression_attribute_values().unwrap();
            number.key()["pk"] == string("limit#sms-per-number#number")
                && range.key()["pk"] == string("limit#sms-per-range#range")
                && mark.key()["pk"] == string(format!("verification#{ID}"))
                && mark.update_expression() == "SET #sms = :mark"
                && mark.condition_expression()
                    == Some(
                        "#state = :open AND contains(#unconfirmed, :phone) AND attribute_not_exists(#sms)",
                    )
                && values[":mark"] == string("sent")
                && values[":phone"] == string("phone")
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());

    assert_eq!(claim(&store(&[&claimed])).await, Claim::Claimed);
    assert_eq!(claimed.num_calls(), 1);
}

#[tokio::test]
async fn what_was_sent_is_not_sent_again() {
    for mark in [marked("sent"), reason("ConditionalCheckFailed")] {
        let sent = cancelled([reason("None"), reason("None"), mark]);

        assert_eq!(claim(&store(&[&sent])).await, Claim::NotNeeded);
    }
}

#[tokio::test]
async fn what_was_given_back_is_claimed_again_without_tokens() {
    let unsent = || cancelled([used(in_hours(9)), reason("None"), marked("unsent")]);
    let again = mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            request.condition_expression()
                == Some("#state = :open AND contains(#unconfirmed, :phone) AND #sms = :unsent")
                && values[":mark"] == string("sent")
                && values[":unsent"] == string("unsent")
        })
        .then_output(|| UpdateItemOutput::builder().build());

    assert_eq!(claim(&in_order(&[&unsent(), &again])).await, Claim::Claimed);
    let overtaken = in_order(&[&unsent(), &failed_condition()]);
    assert_eq!(claim(&overtaken).await, Claim::NotNeeded);
}

#[tokio::test]
async fn an_empty_bucket_is_named() {
    for (number, range, expected) in [
        (used(in_hours(2) + 1), reason("None"), Claim::UsedUp(0)),
        (reason("None"), used(in_hours(2) + 1), Claim::UsedUp(1)),
    ] {
        let empty = cancelled([number, range, reason("None")]);

        assert_eq!(claim(&store(&[&empty])).await, expected);
        assert_eq!(empty.num_calls(), 1);
    }
}

#[tokio::test]
async fn a_used_bucket_gives_its_next_token() {
    let used = cancelled([used(in_hours(1)), reason("None"), reason("None")]);

    assert_eq!(claim(&in_order(&[&used, &taken()])).await, Claim::Claimed);
}

#[tokio::test]
async fn a_lasting_race_and_a_conflict_are_store_faults() {
    let used = cancelled([used(in_hours(1)), reason("None"), reason("None")]);
    let conflict = cancelled([reason("TransactionConflict"), reason("None"), reason("None")]);

    for (rule, calls) in [(used, 4), (conflict, 1)] {
        let result = store(&[&rule]).claim(&user(), &buckets(), NOON.now()).await;

        assert!(result.is_err());
        assert_eq!(rule.num_calls(), calls);
    }
}

#[tokio::test]
async fn only_a_sent_message_is_given_back() {
    let given_back = mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            request.condition_expression() == Some("#sms = :sent") && values[":mark"] == string("unsent")
        })
        .then_output(|| UpdateItemOutput::builder().build());

    store(&[&given_back]).give_back(&user()).await.unwrap();
    store(&[&failed_condition()]).give_back(&user()).await.unwrap();
    assert!(store(&[&throttled_update()]).give_back(&user()).await.is_err());

    assert_eq!(given_back.num_calls(), 1);
}

/// The failed condition of a verification that asks for these.
fn asks_for(contacts: &'static [&str]) -> Rule {
    mock!(Client::update_item).then_error(move || {
        let failed = ConditionalCheckFailedException::builder()
            .item("state", string("open"))
            .item("unconfirmed", strings(contacts.iter().copied()));
        UpdateItemError::ConditionalCheckFailedException(failed.build())
    })
}

#[tokio::test]
async fn a_dropped_phone_leaves_the_address() {
    let dropped = mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            request.update_expression() == Some("DELETE #unconfirmed :phone")
                && request.condition_expression() == Some("#unconfirmed = :both")
                && values[":both"] == strings(["email", "phone"])
        })
        .then_output(|| UpdateItemOutput::builder().build());

    for rule in [dropped, asks_for(&["email"])] {
        let result = store(&[&rule]).drop_phone(&user(), NOON.now()).await;

        assert_eq!(result.unwrap(), Dropped::Unconfirmed);
        assert_eq!(rule.num_calls(), 1);
    }
}

#[tokio::test]
async fn a_phone_that_is_the_last_is_the_confirmation() {
    let last = || asks_for(&["phone"]);
    let confirmed = mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            request.condition_expression()
                == Some("#state = :open AND #windowEndsAt > :now AND #unconfirmed = :phone")
                && values[":confirming"] == string("confirming")
                && values[":all"] == string("all")
        })
        .then_output(|| UpdateItemOutput::builder().build());

    let by_this = in_order(&[&last(), &confirmed])
        .drop_phone(&user(), NOON.now())
        .await;
    let by_another = in_order(&[&last(), &failed_condition()])
        .drop_phone(&user(), NOON.now())
        .await;

    assert_eq!(by_this.unwrap(), Dropped::Confirmed);
    assert_eq!(by_another.unwrap(), Dropped::Unconfirmed);
}
