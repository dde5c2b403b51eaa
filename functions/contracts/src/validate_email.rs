//! The contract of `ValidateEmail`.

use std::time::Duration;

use asl::{Function, Payload, TaskError};
use serde::{Deserialize, Serialize};

use crate::values::{
    Cause, ConfirmationError, EmailAddress, EmailConfirmed, Locale, MailPurpose, TaskToken, Timestamp, UserId,
};

/// The contract of `ValidateEmail`, a callback task: mails a link, or a notice, to the address. Following the link completes the
/// task.
#[derive(Debug)]
pub enum ValidateEmail {}

impl Function for ValidateEmail {
    const NAME: &'static str = "ValidateEmail";
    const TIMEOUT: Duration = Duration::from_secs(20);
    type Input = ValidateEmailInput;
    type Output = EmailConfirmed;
    type Error = ValidateEmailError;
}

/// The mail to send, and its recipient.
///
/// There is no name: until the address is confirmed, a name could carry spam or phishing text in a mail from our domain.
#[derive(Debug, Clone, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct ValidateEmailInput {
    /// The user who signed up with the address.
    pub user_id: UserId,
    #[payload(personal)]
    pub email: EmailAddress,
    #[payload(personal)]
    pub locale: Option<Locale>,
    pub purpose: MailPurpose,
    pub task_token: TaskToken,
    /// The number of the attempt: 0 at first, and higher with each retry and each redrive. The task token of a higher attempt is
    /// newer.
    pub attempt: u64,
    /// When the task was first requested: the same at every retry.
    pub requested_at: Timestamp,
    /// How long links work after that, in seconds.
    pub window_seconds: u64,
}

#[derive(Debug, thiserror::Error, TaskError)]
pub enum ValidateEmailError {
    #[error("the store cannot be used right now")]
    #[task(name = "StoreUnavailable", transient)]
    StoreUnavailable { source: Cause },
    /// The mail service did not respond, or does not accept mails right now.
    #[error("the mail service cannot be used right now")]
    #[task(name = "MailUnavailable", transient)]
    MailUnavailable { source: Cause },
    /// The mail service takes so many mails a second, and had them.
    #[error("the sending rate of the mail service is exceeded")]
    #[task(name = "MailRateExceeded", transient)]
    MailRateExceeded { source: Cause },
    /// The mail service takes so many mails in 24 hours, and had them.
    #[error("the daily quota of the mail service is used up")]
    #[task(name = "MailQuotaUsedUp", transient)]
    MailQuotaUsedUp { source: Cause },
    #[error("the mail service rejected the mail")]
    #[task(name = "MailRefused", permanent)]
    MailRefused { source: Cause },
    /// A mail to the address has bounced, or its owner has complained of one.
    #[error("mails to the address are suppressed")]
    #[task(name = "AddressSuppressed", permanent)]
    AddressSuppressed,
    /// No mail is sent whose code and link would not work.
    #[error("the window of the sign-up's mails is over")]
    #[task(name = "WindowEnded", permanent)]
    WindowEnded,
    #[error("the sign-up has ended")]
    #[task(name = "SignUpEnded", permanent)]
    SignUpEnded,
    #[error("the sign-up was confirmed while no task waited")]
    #[task(name = "AlreadyConfirmed", permanent)]
    AlreadyConfirmed,
    #[error("the address alone was confirmed while no task waited")]
    #[task(name = "AddressAlreadyConfirmed", permanent)]
    AddressAlreadyConfirmed,
}

impl ConfirmationError for ValidateEmailError {}

#[cfg(test)]
mod tests {
    use asl::TaskError;

    use super::*;
    use crate::validate_contacts::ValidateContactsError;
    use crate::values::{
        AddressAlreadyConfirmed, AddressSuppressed, AlreadyConfirmed, ErrorName, MailQuotaUsedUp,
        MailRateExceeded, ResendRequested, WindowEnded,
    };

    #[test]
    fn all_errors_of_a_wait_are_declared_but_the_request_for_a_mail() {
        for declared in [ValidateEmailError::DECLARED, ValidateContactsError::DECLARED] {
            let declares = |name| declared.iter().any(|error| error.name == name);

            for name in [
                AlreadyConfirmed::NAME,
                AddressAlreadyConfirmed::NAME,
                MailRateExceeded::NAME,
                MailQuotaUsedUp::NAME,
                WindowEnded::NAME,
                AddressSuppressed::NAME,
            ] {
                assert!(declares(name), "{name}");
            }
            assert!(
                !declares(ResendRequested::NAME),
                "only its completion fails with it"
            );
        }
    }
}
