//! What the workflow and those around it agree on: purchases, which somebody has to approve.

use std::time::Duration;

use asl::dynamodb::{Item, Table};
use asl::{Function, Payload, TaskError, TaskToken, Text, Timestamp};
use serde::{Deserialize, Serialize};

/// Has a purchase approved or refused.
pub(crate) enum ApprovePurchase {}

impl Function for ApprovePurchase {
    const NAME: &'static str = "ApprovePurchase";
    const TIMEOUT: Duration = Duration::from_hours(30 * 24);
    type Input = Purchase;
    type Output = Decided;
    type Error = ApprovePurchaseError;
}

/// What is to be approved, and by whom.
#[derive(Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Purchase {
    /// The purchase's number.
    pub(crate) id: PurchaseId,
    /// Who is asked first, who if that one does not answer, and so on. Only the first three are asked.
    pub(crate) approvers: Vec<Role>,
    /// How many seconds an approver has for an answer, and then again for one to the reminder.
    pub(crate) answer_within_seconds: u64,
}

/// What came of it.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct Decided {
    /// The decision.
    pub(crate) verdict: Verdict,
}

/// What is decided on a purchase.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// It may be bought.
    Approved,
    /// It may not.
    Refused,
    /// Nobody said anything. The workflow says so; an approver never does.
    Unanswered,
}

impl Text for Verdict {}

/// Why there is no decision.
#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum ApprovePurchaseError {
    /// The time for an answer is too short for the approval desk, or too long for the workflow.
    #[task(name = "TimeNotAllowed", permanent)]
    TimeNotAllowed,
    /// Another execution decided on the same purchase.
    #[task(name = "AlreadyDecided", permanent)]
    AlreadyDecided,
    /// What was decided could not be kept.
    #[task(name = "NotRecorded", transient)]
    NotRecorded,
}

/// A purchase.
#[derive(Serialize, Deserialize)]
pub(crate) struct PurchaseId(String);

impl Text for PurchaseId {}

/// A role that approves purchases, not the person who has it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Role(String);

impl Text for Role {}

/// Puts a purchase on the approval desk, where whoever has the role says yes or no.
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

/// Who is to be asked for what.
#[derive(Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AskApproverInput {
    /// The purchase.
    pub(crate) purchase: PurchaseId,
    /// Who is asked.
    pub(crate) approver: Role,
    /// Whether it is for the first time.
    pub(crate) occasion: Occasion,
    /// When somebody else is asked.
    pub(crate) answer_by: Timestamp,
    /// What completes the task.
    pub(crate) task_token: TaskToken,
}

/// Why an approver gets a message.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Occasion {
    /// There is a purchase to approve.
    Request,
    /// There still is.
    Reminder,
}

/// What an approver answered.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct Answer {
    /// The decision.
    pub(crate) verdict: Verdict,
    /// Whose it is.
    pub(crate) approver: Option<Role>,
}

/// Why an approver cannot be asked.
#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum AskApproverError {
    /// Nobody has the role.
    #[task(name = "RoleVacant", permanent)]
    RoleVacant,
    /// The desk takes nothing on for now.
    #[task(name = "DeskUnavailable", transient)]
    DeskUnavailable,
}

/// What was decided, once for each purchase.
pub(crate) enum Decisions {}

impl Table for Decisions {
    const NAME: &'static str = "Decisions";
    type Key = DecisionKey;
    type Item = Decision;
}

/// Which decision.
#[derive(Serialize, Deserialize, Payload, Item)]
pub(crate) struct DecisionKey {
    /// The purchase.
    pub(crate) purchase: PurchaseId,
}

/// A decision.
#[derive(Serialize, Deserialize, Payload, Item)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Decision {
    /// The purchase.
    pub(crate) purchase: PurchaseId,
    /// What it is.
    pub(crate) verdict: Verdict,
    /// Whose it is, if anybody answered.
    pub(crate) approver: Option<Role>,
    /// When it was recorded.
    pub(crate) decided_at: Timestamp,
    /// The execution that recorded it.
    pub(crate) execution: String,
}
