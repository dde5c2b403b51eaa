//! Contracts: what each function takes, returns and fails with.

use std::time::Duration;

use asl::prelude::*;
use serde::{Deserialize, Serialize};

// Refund: the workflow itself.

#[derive(Serialize, Deserialize, Payload)]
pub struct RefundRequest {
    #[payload(at_most = 36)]
    pub order: String,
    #[payload(personal, at_most = 254)]
    pub email: String,
    pub cents: u64,
    pub reason: Reason,
}

#[derive(Serialize, Deserialize)]
pub enum Reason {
    Broken,
    Late,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct RefundOutput {
    pub outcome: Outcome,
    pub receipt: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub enum Outcome {
    Refunded,
    Rejected,
}

#[derive(Debug, TaskError)]
pub enum RefundError {
    #[task(name = "RefundFailed", permanent)]
    RefundFailed,
}

pub enum Refund {}

impl Function for Refund {
    const NAME: &'static str = "Refund";
    const TIMEOUT: Duration = Duration::from_hours(72);
    type Input = RefundRequest;
    type Output = RefundOutput;
    type Error = RefundError;
}

// AskClerk: sends a message and returns. The task is completed later, with a `Decision`.

#[derive(Serialize, Deserialize, Payload)]
pub struct AskClerkInput {
    #[payload(at_most = 36)]
    pub order: String,
    pub cents: u64,
    pub reason: Reason,
    pub token: TaskToken,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct Decision {
    pub verdict: Verdict,
}

#[derive(Serialize, Deserialize)]
pub enum Verdict {
    Approved,
    Rejected,
}

/// For functions that declare no errors.
#[derive(Debug, TaskError)]
pub enum NoError {}

pub enum AskClerk {}

impl Function for AskClerk {
    const NAME: &'static str = "AskClerk";
    const TIMEOUT: Duration = Duration::from_secs(10);
    type Input = AskClerkInput;
    type Output = Decision;
    type Error = NoError;
}

// PayBack: has the bank transfer the money.

#[derive(Serialize, Deserialize, Payload)]
pub struct PayBackInput {
    #[payload(at_most = 36)]
    pub order: String,
    pub cents: u64,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct Payment {
    #[payload(at_most = 36)]
    pub receipt: String,
}

#[derive(Debug, TaskError)]
pub enum PayBackError {
    #[task(name = "AccountClosed", permanent)]
    AccountClosed,
    #[task(name = "BankUnavailable", transient)]
    BankUnavailable,
}

pub enum PayBack {}

impl Function for PayBack {
    const NAME: &'static str = "PayBack";
    const TIMEOUT: Duration = Duration::from_secs(20);
    type Input = PayBackInput;
    type Output = Payment;
    type Error = PayBackError;
}

// SendMail: returns nothing, which is `{}` in JSON.

#[derive(Serialize, Deserialize, Payload)]
pub struct SendMailInput {
    #[payload(personal, at_most = 254)]
    pub to: String,
    #[payload(at_most = 36)]
    pub order: String,
}

pub enum SendMail {}

impl Function for SendMail {
    const NAME: &'static str = "SendMail";
    const TIMEOUT: Duration = Duration::from_secs(10);
    type Input = SendMailInput;
    type Output = Nothing;
    type Error = NoError;
}
