//! The use case, generic over its ports.

use std::time::Duration;

use contracts::validate_email::{ValidateEmail, ValidateEmailError, ValidateEmailInput};
use contracts::values::ConfirmationScope;
use kit::{CallbackFunction, Clock};
use verifications::{MailStep, Request, StepError};

use crate::ports::{GrantMail, OpenVerification, RecordMailStep, SendMail};

/// Mails a code and a link that confirm the address, or a notice.
#[derive(Debug)]
pub struct App<S, M, C>(pub MailStep<S, M, C>);

impl<S, M, C> CallbackFunction for App<S, M, C>
where
    S: OpenVerification + GrantMail + RecordMailStep,
    M: SendMail,
    C: Clock,
{
    type Contract = ValidateEmail;

    async fn call(&self, input: ValidateEmailInput) -> Result<(), ValidateEmailError> {
        let request = request(&input);
        match self.0.open(&request).await.map_err(failure)? {
            Some(opened) => self.0.send(&request, &opened.mail).await.map_err(failure),
            None => Ok(()),
        }
    }
}

fn request(input: &ValidateEmailInput) -> Request<'_> {
    Request {
        user: &input.user_id,
        email: &input.email,
        locale: input.locale.as_ref(),
        purpose: input.purpose,
        task_token: &input.task_token,
        attempt: input.attempt,
        requested_at: input.requested_at,
        window: Duration::from_secs(input.window_seconds),
        with_phone: false,
    }
}

fn failure(error: StepError) -> ValidateEmailError {
    match error {
        StepError::StoreUnavailable(source) => ValidateEmailError::StoreUnavailable { source },
        StepError::MailUnavailable(source) => ValidateEmailError::MailUnavailable { source },
        StepError::MailRateExceeded(source) => ValidateEmailError::MailRateExceeded { source },
        StepError::MailQuotaUsedUp(source) => ValidateEmailError::MailQuotaUsedUp { source },
        StepError::MailRefused(source) => ValidateEmailError::MailRefused { source },
        StepError::Suppressed => ValidateEmailError::AddressSuppressed,
        StepError::WindowEnded => ValidateEmailError::WindowEnded,
        StepError::SignUpEnded => ValidateEmailError::SignUpEnded,
        StepError::Confirmed(ConfirmationScope::All) => ValidateEmailError::AlreadyConfirmed,
        StepError::Confirmed(ConfirmationScope::Address) => ValidateEmailError::AddressAlreadyConfirmed,
    }
}
