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
use aws_sdk_dynamodb::operation::update_item::{UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::{CancellationReason, ReturnValuesOnConditionCheckFailure, Update};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use contracts::table::VerificationState;
use contracts::values::{
    CodeHash, ConfirmationScope, EmailAddress, LinkToken, RecipientHash, TaskToken, Timestamp, UserId,
};
use kit::Clock;
use kit::aws::dynamodb::{Table, number, string};
use kit::limit::{Bucket, Rate};
use kit::testing::{NOON, cancelled, failed_condition, mock_table, reason, throttled_update};
use verifications::{
    DynamoVerifications, Grant, GrantMail, OpenResult, OpenVerification, RecordMailStep, RecordResult,
    Verification,
};

const ID: &str = "0123456789abcdef0123456789abcdef";

fn user() -> UserId {
    ID.parse().unwrap()
}

/// A bucket of three tokens, one of which comes back each hour.
fn bucket() -> Bucket {
    let rate = Rate::new(NonZeroU32::new(3).unwrap(), Duration::from_hours(3));
    let address: EmailAddress = "ada@example.org".parse().unwrap();
    Bucket::of_mails(&address.mailbox(), rate)
}

fn recipient() -> RecipientHash {
    "ab".repeat(32).parse().unwrap()
}

/// A transaction of the expected token.
fn taken(expected: fn(&Update) -> bool) -> Rule {
    mock!(Client::transact_write_items)
        .match_requests(move |request| {
            let [token, mark, suppression] = request.transact_items() else {
                return false;
            };
            let (token, mark) = (token.update().unwrap(), mark.update().unwrap());
            let suppression = suppression.condition_check().unwrap();
            token.key()["pk"].as_s().unwrap() == bucket().key()
                && mark.key()["pk"].as_s().unwrap() == &format!("verification#{ID}")
                && mark.condition_expression()
                    == Some("attribute_exists(#pk) AND attribute_not_exists(#mailGranted)")
                && suppression.key()["pk"].as_s().unwrap() == &format!("suppression#{}", "ab".repeat(32))
                && suppression.condition_expression() == "attribute_not_exists(#pk) OR #until <= :now"
                && expected(token)
        })
        .then_output(|| TransactWriteItemsOutput::builder().build())
}

/// A transaction whose token was not there: the bucket would be full at this time.
fn not_taken(full_at: i64) -> Rule {
    let token = CancellationReason::builder()
        .code("ConditionalCheckFailed")
        .item("fullAt", number(full_at));
    cancelled([token.build(), reason("None"), reason("None")])
}

fn in_hours(hours: i64) -> i64 {
    noon().epoch_millis() + hours * 3_600_000
}

fn token_value<'a>(token: &'a Update, name: &str) -> &'a str {
    token.expression_attribute_values().unwrap()[name].as_n().unwrap()
}

fn noon() -> Timestamp {
    NOON.now()
}

fn verification() -> Verification {
    Verification {
        user: user(),
        task_token: TaskToken::new("a-task-token"),
        attempt: 3,
        link: LinkToken::from_bytes([7; 32]).hash(),
        code: CodeHash::from_table("hash"),
        phone_code: None,
        opened_at: noon(),
        window_ends_at: noon(),
    }
}

fn store(rules: &[&Rule]) -> DynamoVerifications {
    DynamoVerifications(mock_table(rules))
}

fn updated(expected: fn(&UpdateItemInput) -> bool) -> Rule {
    mock!(Client::update_item)
        .match_requests(expected)
        .then_output(|| UpdateItemOutput::builder().build())
}

/// A transaction whose condition on the verification failed, with the stored state and scope.
fn blocked_by(state: VerificationState, scope: Option<&str>) -> Rule {
    let verification = CancellationReason::builder()
        .code("ConditionalCheckFailed")
        .item("state", string(state.as_str()))
        .item("attempt", number(4));
    let verification = match scope {
        Some(scope) => verification.item("scope", string(scope)),
        None => verification,
    };
    cancelled([verification.build(), reason("None"), reason("None")])
}

fn key(request: &UpdateItemInput) -> &str {
    request.key().unwrap()["pk"].as_s().unwrap()
}

fn value<'a>(request: &'a UpdateItemInput, name: &str) -> &'a str {
    let value = &request.expression_attribute_values().unwrap()[name];
    value.as_s().or_else(|_| value.as_n()).unwrap()
}

#[tokio::test]
async fn task_token_window_and_link_are_stored_in_one_transaction() {
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
                         (#state = :open AND #attempt <= :attempt AND attribute_not_exists(#suppressedAt))",
                    )
                && verification.return_values_on_condition_check_failure()
                    == Some(&ReturnValuesOnConditionCheckFailure::AllOld)
                && opened[":attempt"].as_n().unwrap() == "3"
                && opened[":openedAt"].as_n().unwrap() == "1767268800000"
                && opened[":taskToken"].as_s().unwrap() == "a-task-token"
                && opened[":windowEndsAt"].as_n().unwrap() == "1767268800000"
                && opened[":expiresAt"].as_n().unwrap() == "1767355200"
                && opened[":code"].as_ss().unwrap() == &["3:hash".to_owned()]
                && verification.update_expression().ends_with(" ADD #codes :code")
                && user.key()["pk"].as_s().unwrap() == &format!("user#{ID}")
                && user.condition_expression() == Some("#status = :awaiting")
                && link.item()["pk"].as_s().unwrap()
                    == &format!("link#{}", self::verification().link.as_str())
                && link.item()["userId"].as_s().unwrap() == ID
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());

    let opened = store(&[&open]).open(verification()).await.unwrap();

    assert_eq!(opened, OpenResult::Open);
    assert_eq!(open.num_calls(), 1);
}

#[tokio::test]
async fn a_confirmation_is_final_and_says_what_was_confirmed() {
    for state in [VerificationState::Confirming, VerificationState::Spent] {
        for (scope, expected) in [
            (None, ConfirmationScope::All),
            (Some("all"), ConfirmationScope::All),
            (Some("address"), ConfirmationScope::Address),
        ] {
            let confirmed = blocked_by(state, scope);

            let opened = store(&[&confirmed]).open(verification()).await.unwrap();

            assert_eq!(opened, OpenResult::Confirmed(expected), "{state:?}");
        }
    }
}

#[tokio::test]
async fn a_stale_attempt_changes_nothing() {
    let stale = blocked_by(VerificationState::Open, None);

    let opened = store(&[&stale]).open(verification()).await.unwrap();

    assert_eq!(opened, OpenResult::StaleAttempt);
}

#[tokio::test]
async fn ended_sign_ups_get_no_verification() {
    for verification_code in ["None", "ConditionalCheckFailed"] {
        let ended = cancelled([
            reason(verification_code),
            reason("ConditionalCheckFailed"),
            reason("None"),
        ]);

        let opened = store(&[&ended]).open(verification()).await.unwrap();

        assert_eq!(opened, OpenResult::Ended, "{verification_code}");
    }
}

#[tokio::test]
async fn a_transaction_conflict_is_a_store_fault() {
    let conflict = cancelled([reason("TransactionConflict"), reason("None"), reason("None")]);

    assert!(store(&[&conflict]).open(verification()).await.is_err());
}

#[tokio::test]
async fn the_first_token_of_a_mailbox_is_taken_with_a_mark_on_the_sign_up() {
    let first = taken(|token| {
        token.condition_expression() == Some("attribute_not_exists(#fullAt) OR #fullAt <= :now")
            && token_value(token, ":fullAt") == in_hours(1).to_string()
            && token_value(token, ":expiresAt") == (in_hours(4) / 1_000).to_string()
    });

    let granted = store(&[&first])
        .grant(&bucket(), &recipient(), &user(), noon())
        .await;

    assert_eq!(granted.unwrap(), Grant::Granted);
    assert_eq!(first.num_calls(), 1);
}

#[tokio::test]
async fn a_later_token_is_added_to_what_is_there() {
    let used = not_taken(in_hours(2));
    let next = taken(|token| {
        token.update_expression() == "SET #fullAt = #fullAt + :interval, #expiresAt = :expiresAt"
            && token.condition_expression() == Some("#fullAt > :now AND #fullAt <= :last")
            && token_value(token, ":interval") == "3600000"
            && token_value(token, ":last") == in_hours(2).to_string()
    });
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::Sequential, [&used, &next]);
    let store = DynamoVerifications(Table::new(client, "table"));

    let granted = store.grant(&bucket(), &recipient(), &user(), noon()).await;

    assert_eq!(granted.unwrap(), Grant::Granted);
    assert_eq!(next.num_calls(), 1);
}

#[tokio::test]
async fn an_empty_bucket_grants_no_mail() {
    let empty = not_taken(in_hours(2) + 1);

    let granted = store(&[&empty])
        .grant(&bucket(), &recipient(), &user(), noon())
        .await;

    assert_eq!(granted.unwrap(), Grant::UsedUp);
    assert_eq!(empty.num_calls(), 1);
}

#[tokio::test]
async fn a_sign_up_takes_one_token() {
    let failed = || reason("ConditionalCheckFailed");
    let marked = cancelled([reason("None"), failed(), reason("None")]);
    let empty_and_marked = cancelled([failed(), failed(), reason("None")]);
    for before in [marked, empty_and_marked] {
        let granted = store(&[&before])
            .grant(&bucket(), &recipient(), &user(), noon())
            .await;

        assert_eq!(granted.unwrap(), Grant::Granted);
    }
}

#[tokio::test]
async fn a_suppressed_address_is_granted_no_mail_also_if_it_has_its_token() {
    let failed = || reason("ConditionalCheckFailed");
    for before in [
        cancelled([reason("None"), reason("None"), failed()]),
        cancelled([reason("None"), failed(), failed()]),
        cancelled([failed(), failed(), failed()]),
    ] {
        let granted = store(&[&before])
            .grant(&bucket(), &recipient(), &user(), noon())
            .await;

        assert_eq!(granted.unwrap(), Grant::Suppressed);
    }
}

#[tokio::test]
async fn a_sign_up_whose_mail_bounced_is_not_opened_again() {
    let verification = CancellationReason::builder()
        .code("ConditionalCheckFailed")
        .item("state", string("open"))
        .item("attempt", number(2))
        .item("suppressedAt", number(1));
    let bounced = cancelled([verification.build(), reason("None"), reason("None")]);

    let opened = store(&[&bounced]).open(self::verification()).await.unwrap();

    assert_eq!(opened, OpenResult::Suppressed);
}

#[tokio::test]
async fn a_lasting_race_for_tokens_is_a_store_fault() {
    let used = not_taken(in_hours(1));

    let granted = store(&[&used])
        .grant(&bucket(), &recipient(), &user(), noon())
        .await;

    assert!(granted.is_err());
    assert_eq!(used.num_calls(), 4);
}

#[tokio::test]
async fn the_mail_step_is_recorded_before_and_after_the_confirmation() {
    let record = updated(|request| {
        key(request) == format!("user#{ID}")
            && request.condition_expression()
                == Some("#status IN (:awaiting, :verified, :superseded, :suppressed)")
            && value(request, ":awaiting") == "awaiting_verification"
            && value(request, ":windowEndsAt") == "1767268800000"
    });

    let recorded = store(&[&record]).record(&user(), noon()).await.unwrap();
    let ended = store(&[&failed_condition()])
        .record(&user(), noon())
        .await
        .unwrap();

    assert_eq!(recorded, RecordResult::Recorded);
    assert_eq!(record.num_calls(), 1);
    assert_eq!(ended, RecordResult::Ended);
}

#[tokio::test]
async fn throttling_is_a_store_fault() {
    let throttled = cancelled([reason("ThrottlingError"), reason("None"), reason("None")]);

    assert!(
        store(&[&throttled])
            .grant(&bucket(), &recipient(), &user(), noon())
            .await
            .is_err()
    );
    assert!(
        store(&[&throttled_update()])
            .record(&user(), noon())
            .await
            .is_err()
    );
}
