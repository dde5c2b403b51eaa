//! The DynamoDB adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, ReturnValuesOnConditionCheckFailure};
use aws_smithy_mocks::{Rule, mock};
use contracts::values::{AddressHash, ConfirmationScope, EmailAddress, Timestamp, UserId};
use kit::Clock;
use kit::aws::dynamodb::string;
use kit::testing::{NOON, cancelled, failed_condition, mock_table, reason};
use set_user_status::{
    Claim, ClaimAddress, DynamoUsers, EndResult, EndSignUp, RecordResult, SupersedeUser, UnverifiedEnd,
};

const ID: &str = "0123456789abcdef0123456789abcdef";
const CONDITION_FAILED: &str = "ConditionalCheckFailed";

fn user() -> UserId {
    ID.parse().unwrap()
}

fn address() -> AddressHash {
    "ada@example.org".parse::<EmailAddress>().unwrap().hash()
}

fn noon() -> Timestamp {
    NOON.now()
}

fn users(rule: &Rule) -> DynamoUsers {
    DynamoUsers(mock_table(&[rule]))
}

/// A failed condition with the current status of the user.
fn was(status: &str) -> CancellationReason {
    CancellationReason::builder()
        .code(CONDITION_FAILED)
        .item("status", AttributeValue::S(status.to_owned()))
        .build()
}

/// An expression with its placeholders filled in, so that a test can read it.
fn filled(
    expression: &str,
    names: &std::collections::HashMap<String, String>,
    values: &std::collections::HashMap<String, AttributeValue>,
) -> String {
    let mut text = expression.to_owned();
    for (placeholder, name) in names {
        text = text.replace(placeholder, name);
    }
    for (placeholder, value) in values {
        let value = value.as_s().or_else(|_| value.as_n()).unwrap();
        text = text.replace(placeholder, value);
    }
    text
}

#[tokio::test]
async fn an_address_is_claimed_and_its_user_verified_together() {
    let store = mock!(Client::transact_write_items)
        .match_requests(|request| {
            let [claim, update] = request.transact_items() else {
                return false;
            };
            let claim = claim.put().unwrap();
            let update = update.update().unwrap();
            let condition = filled(
                update.condition_expression().unwrap(),
                update.expression_attribute_names().unwrap(),
                update.expression_attribute_values().unwrap(),
            );
            claim.item()["pk"].as_s().unwrap() == &format!("address#{}", address().as_str())
                && claim.item()["userId"].as_s().unwrap() == ID
                && claim.condition_expression() == Some("attribute_not_exists(#pk) OR #userId = :userId")
                && update.key()["pk"].as_s().unwrap() == &format!("user#{ID}")
                && condition == "status IN (awaiting_verification, verified)"
                && update.return_values_on_condition_check_failure()
                    == Some(&ReturnValuesOnConditionCheckFailure::AllOld)
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());

    let claim = users(&store)
        .claim(&user(), &address(), ConfirmationScope::All, noon())
        .await
        .unwrap();

    assert_eq!(claim, Claim::Claimed);
    assert_eq!(store.num_calls(), 1);
}

#[tokio::test]
async fn an_address_of_another_user_is_held() {
    for user_s in [reason("None"), was("superseded"), reason("TransactionConflict")] {
        let store = cancelled([reason(CONDITION_FAILED), user_s]);

        let claim = users(&store)
            .claim(&user(), &address(), ConfirmationScope::All, noon())
            .await
            .unwrap();

        assert_eq!(claim, Claim::Held);
    }
}

#[tokio::test]
async fn the_current_status_decides_the_result_of_a_failed_condition() {
    for (found, expected) in [
        (was("superseded"), Claim::Superseded),
        (was("expired"), Claim::Ended),
        (was("pending"), Claim::Ended),
        (reason(CONDITION_FAILED), Claim::Ended),
    ] {
        let store = cancelled([reason("None"), found.clone()]);

        let claim = users(&store)
            .claim(&user(), &address(), ConfirmationScope::All, noon())
            .await
            .unwrap();

        assert_eq!(claim, expected, "{found:?}");
    }
}

#[tokio::test]
async fn a_transaction_conflict_is_a_store_fault() {
    let conflict = [reason("TransactionConflict"), reason("None")];
    let claimed = users(&cancelled(conflict.clone()));
    let ended = users(&cancelled(conflict.clone()));

    assert!(
        claimed
            .claim(&user(), &address(), ConfirmationScope::All, noon())
            .await
            .is_err()
    );
    assert!(ended.end(&user(), UnverifiedEnd::Expired, noon()).await.is_err());
}

#[tokio::test]
async fn superseding_removes_personal_data() {
    let store = mock!(Client::update_item)
        .match_requests(|request| {
            let fill = |expression: Option<&str>| {
                filled(
                    expression.unwrap(),
                    request.expression_attribute_names().unwrap(),
                    request.expression_attribute_values().unwrap(),
                )
            };
            fill(request.condition_expression()) == "status IN (awaiting_verification, superseded)"
                && fill(request.update_expression())
                    == "SET status = superseded, endedAt = if_not_exists(endedAt, 1767268800000) \
                        REMOVE expiresAt, email, name, phone, locale"
        })
        .then_output(|| UpdateItemOutput::builder().build());

    let recorded = users(&store).supersede(&user(), noon()).await.unwrap();

    assert_eq!(recorded, RecordResult::Recorded);
    assert_eq!(store.num_calls(), 1);
}

#[tokio::test]
async fn a_sign_up_that_ended_is_not_superseded() {
    let store = failed_condition();

    let recorded = users(&store).supersede(&user(), noon()).await.unwrap();

    assert_eq!(recorded, RecordResult::Ended);
}

#[tokio::test]
async fn a_suppressed_sign_up_keeps_its_verification_and_no_personal_data() {
    let store = mock!(Client::transact_write_items)
        .match_requests(|request| {
            let [check, update] = request.transact_items() else {
                return false;
            };
            let (check, update) = (check.condition_check().unwrap(), update.update().unwrap());
            check.key()["pk"].as_s().unwrap() == &format!("verification#{ID}")
                && check.condition_expression() == "attribute_not_exists(#pk) OR #state = :open"
                && check.return_values_on_condition_check_failure()
                    == Some(&ReturnValuesOnConditionCheckFailure::AllOld)
                && update.expression_attribute_values().unwrap()[":end"] == string("suppressed")
                && update.update_expression().contains("#email")
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());

    let recorded = users(&store)
        .end(&user(), UnverifiedEnd::Suppressed, noon())
        .await
        .unwrap();

    assert_eq!(recorded, EndResult::Recorded);
}

#[tokio::test]
async fn an_end_without_account_removes_personal_data_and_the_task_token() {
    for end in [UnverifiedEnd::Expired, UnverifiedEnd::Failed] {
        let store = mock!(Client::transact_write_items)
            .match_requests(|request| {
                let [delete, update] = request.transact_items() else {
                    return false;
                };
                let update = update.update().unwrap();
                let fill = |expression: &str| {
                    filled(
                        expression,
                        update.expression_attribute_names().unwrap(),
                        update.expression_attribute_values().unwrap(),
                    )
                };
                let delete = delete.delete().unwrap();
                let verification = &delete.key()["pk"];
                fill(update.condition_expression().unwrap()) == "status IN (pending, awaiting_verification)"
                    && update.return_values_on_condition_check_failure()
                        == Some(&ReturnValuesOnConditionCheckFailure::AllOld)
                    && fill(update.update_expression())
                        .ends_with("REMOVE expiresAt, email, name, phone, locale")
                    && verification.as_s().unwrap() == &format!("verification#{ID}")
                    && delete.condition_expression() == Some("attribute_not_exists(#pk) OR #state = :open")
                    && delete.return_values_on_condition_check_failure()
                        == Some(&ReturnValuesOnConditionCheckFailure::AllOld)
            })
            .then_output(|| TransactWriteItemsOutput::builder().build());

        let recorded = users(&store).end(&user(), end, noon()).await.unwrap();

        assert_eq!(recorded, EndResult::Recorded);
    }
}

#[tokio::test]
async fn ended_and_unknown_sign_ups_are_not_ended_again() {
    let store = cancelled([reason("None"), reason(CONDITION_FAILED)]);

    let recorded = users(&store)
        .end(&user(), UnverifiedEnd::Failed, noon())
        .await
        .unwrap();

    assert_eq!(recorded, EndResult::Ended);
}

#[tokio::test]
async fn an_end_is_recorded_once_also_if_somebody_confirms_after_it() {
    for verification in [reason("None"), reason(CONDITION_FAILED)] {
        let store = cancelled([verification, was("suppressed")]);

        let recorded = users(&store)
            .end(&user(), UnverifiedEnd::Suppressed, noon())
            .await
            .unwrap();

        assert_eq!(recorded, EndResult::Recorded);
    }
}

#[tokio::test]
async fn a_confirmed_sign_up_does_not_end_without_account() {
    for (scope, expected) in [
        (None, ConfirmationScope::All),
        (Some("address"), ConfirmationScope::Address),
    ] {
        let found = CancellationReason::builder().code(CONDITION_FAILED);
        let found = found.item("state", AttributeValue::S("spent".to_owned()));
        let found = match scope {
            Some(scope) => found.item("scope", AttributeValue::S(scope.to_owned())),
            None => found,
        };
        // The second reason: a retry, after the user was verified.
        let store = cancelled([found.build(), reason(CONDITION_FAILED)]);

        let recorded = users(&store).end(&user(), UnverifiedEnd::Expired, noon()).await;

        assert_eq!(recorded.unwrap(), EndResult::Confirmed(expected));
    }
}
