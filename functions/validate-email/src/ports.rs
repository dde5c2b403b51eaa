//! The ports of the use case: those of the step by mail.

use kit::HasClock;
pub use kit::StoreFault;
/// Enforces the mail limit of a mailbox, and the suppression of an address. IAM: `dynamodb:UpdateItem`, `dynamodb:ConditionCheckItem`.
pub use verifications::GrantMail;
/// Stores verifications with their codes and links. IAM: `dynamodb:UpdateItem`, `dynamodb:PutItem`.
pub use verifications::OpenVerification;
/// Records the end of the mail step. IAM: `dynamodb:UpdateItem`.
pub use verifications::RecordMailStep;
/// Sends mails. IAM: `ses:SendEmail`.
pub use verifications::SendMail;
pub use verifications::{Grant, Mail, MailFault, OpenResult, RecordResult, Verification};

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn verifications(&self, table: String) -> impl OpenVerification + GrantMail + RecordMailStep;
    fn mail(&self, from: String, configuration_set: Option<String>) -> impl SendMail;
}
