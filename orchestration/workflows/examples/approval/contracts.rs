//! Contracts of the purchase approval.

use std::time::Duration;

use asl::dynamodb::{Item, Table};
use asl::{Function, Payload, TaskError, TaskToken, Text, Timestamp};
use serde::{Deserialize, Serialize};

pub(crate) enum ApprovePurchase {}

impl Function for ApprovePurchase {
    const NAME: &'static str = "ApprovePurchase";
    const TIMEOUT: Duration = Duration::from_hours(30 * 24);
    type Input = Purchase;
    type Output = Decided;
    type Error = ApprovePurchaseError;
}

#[derive(Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Purchase {
    pub(crate) id: PurchaseId,
    /// Who is asked first, who if that one does not answer, and so on. Only the first three are asked.
    pub(crate) approvers: Vec<Role>,
    /// The seconds that an approver has to answer, and then again to answer the reminder.
    pub(crate) answer_within_seconds: u64,
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct Decided {
    pub(crate) verdict: Verdict,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Approved,
    Refused,
    /// No approver answered. Only the workflow sets it.
    Unanswered,
}

impl Text for Verdict {}

#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum ApprovePurchaseError {
    /// The time for an answer is too short for the approval desk, or too long for the workflow.
    #[task(name = "TimeNotAllowed", permanent)]
    TimeNotAllowed,
    /// Another execution decided on the same purchase.
    #[task(name = "AlreadyDecided", permanent)]
    AlreadyDecided,
    /// The decision could not be recorded.
    #[task(name = "NotRecorded", transient)]
    NotRecorded,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct PurchaseId(String);

impl Text for PurchaseId {}

/// A role that approves purchases, not the person who has it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Role(String);

impl Text for Role {}

/// Puts a purchase on the approval desk, where somebody with the role approves or refuses it.
///
/// The desk keeps the newest token of a purchase for all messages about it, and sends a heartbeat as long as the purchase
/// lies on it: one that is withdrawn, or lost with its desk, need not be waited for.
pub(crate) enum AskApprover {}

impl Function for AskApprover {
    const NAME: &'static str = "AskApprover";
    const TIMEOUT: Duration = Duration::from_secs(10);
    type Input = AskApproverInput;
    type Output = Answer;
    type Error = AskApproverError;
}

#[derive(Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AskApproverInput {
    pub(crate) purchase: PurchaseId,
    pub(crate) approver: Role,
    pub(crate) occasion: Occasion,
    pub(crate) answer_by: Timestamp,
    pub(crate) task_token: TaskToken,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Occasion {
    Request,
    Reminder,
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct Answer {
    pub(crate) verdict: Verdict,
    pub(crate) approver: Option<Role>,
}

#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum AskApproverError {
    #[task(name = "RoleVacant", permanent)]
    RoleVacant,
    #[task(name = "DeskUnavailable", transient)]
    DeskUnavailable,
}

/// The table of decisions, one per purchase.
pub(crate) enum Decisions {}

impl Table for Decisions {
    const NAME: &'static str = "Decisions";
    type Key = DecisionKey;
    type Item = Decision;
}

#[derive(Serialize, Deserialize, Payload, Item)]
pub(crate) struct DecisionKey {
    pub(crate) purchase: PurchaseId,
}

#[derive(Serialize, Deserialize, Payload, Item)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Decision {
    pub(crate) purchase: PurchaseId,
    pub(crate) verdict: Verdict,
    pub(crate) approver: Option<Role>,
    pub(crate) decided_at: Timestamp,
    pub(crate) execution: String,
}
