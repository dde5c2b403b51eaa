//! The use case, generic over its ports.

use std::time::Duration;

use contracts::validate_email::{MailPurpose, ValidateEmail, ValidateEmailError, ValidateEmailInput};
use contracts::values::{Cause, ConfirmationCode, ConfirmationScope, HashKey, LinkToken, Timestamp};
use kit::limit::{Bucket, Rate};
use kit::{CallbackFunction, Clock};

use crate::mail::{Mail, MailId};
use crate::ports::{
    Grant, GrantMail, MailFault, OpenResult, OpenVerification, RecordMailStep, RecordResult, SendMail,
    StoreFault, Verification,
};
use crate::words::Language;

/// Mails a code and a link that confirm the address, or a notice.
#[derive(Debug)]
pub struct App<S, M, C> {
    store: S,
    mail: M,
    clock: C,
    settings: Settings,
}

#[derive(Debug, Clone)]
pub struct Settings {
    /// The site of the links, with or without a slash at the end.
    pub site_url: String,
    /// The mail limit: how many sign-ups may mail a mailbox.
    pub mails_per_mailbox: Rate,
    pub confirmation: Confirmation,
    /// The key of the codes' hashes.
    pub code_key: HashKey,
}

/// What mails offer to confirm the address by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    CodeAndLink,
    /// No link, for recipients whose mail scanners follow links and press buttons.
    Code,
}

/// The secrets of one mail.
struct Secrets {
    code: ConfirmationCode,
    token: LinkToken,
}

impl Secrets {
    fn generate() -> Result<Self, ValidateEmailError> {
        let no_random = |error| ValidateEmailError::MailUnavailable {
            source: Cause::from(format!("no random numbers for the code and the link: {error}")),
        };
        Ok(Self {
            code: ConfirmationCode::generate().map_err(no_random)?,
            token: LinkToken::generate().map_err(no_random)?,
        })
    }
}

impl<S, M, C> App<S, M, C> {
    pub fn new(store: S, mail: M, clock: C, settings: Settings) -> Self {
        Self {
            store,
            mail,
            clock,
            settings,
        }
    }

    /// The token is in the fragment, which browsers do not send: no server's log contains it.
    fn link(&self, token: &LinkToken) -> String {
        format!(
            "{}/verify#{}",
            self.settings.site_url.trim_end_matches('/'),
            token.expose()
        )
    }
}

impl<S, M, C> App<S, M, C>
where
    S: OpenVerification,
    C: Clock,
{
    /// Opens the verification with this code and link, for either purpose: a sign-up for a held address makes the same calls in
    /// the same order as any other. Its code and link are never mailed. Neither is the link if mails have none.
    async fn open(
        &self,
        input: &ValidateEmailInput,
        secrets: &Secrets,
        window_ends_at: Timestamp,
    ) -> Result<OpenResult, ValidateEmailError> {
        let verification = Verification {
            user: input.user_id.clone(),
            task_token: input.task_token.clone(),
            attempt: input.attempt,
            link: secrets.token.hash(),
            code: secrets.code.hash(&self.settings.code_key, &input.user_id),
            opened_at: self.clock.now(),
            window_ends_at,
        };
        self.store.open(verification).await.map_err(unavailable)
    }

    fn mail(&self, input: &ValidateEmailInput, secrets: &Secrets, window_ends_at: Timestamp) -> Mail {
        let id = MailId::of(&input.user_id, input.attempt);
        let language = Language::of(input.locale.as_ref());
        match input.purpose {
            MailPurpose::Confirm => {
                let link = match self.settings.confirmation {
                    Confirmation::CodeAndLink => Some(self.link(&secrets.token)),
                    Confirmation::Code => None,
                };
                let period = remaining(self.clock.now(), window_ends_at);
                Mail::confirmation(id, language, &secrets.code, link.as_deref(), period)
            }
            MailPurpose::AlreadyRegistered => Mail::notice(id, language),
        }
    }
}

impl<S, M, C> App<S, M, C>
where
    S: GrantMail,
    M: SendMail,
    C: Clock,
{
    /// Sends the mail, unless the mailbox has reached its mail limit.
    async fn send(&self, input: &ValidateEmailInput, mail: &Mail) -> Result<(), ValidateEmailError> {
        let bucket = Bucket::of_mails(&input.email.mailbox(), self.settings.mails_per_mailbox);
        let granted = self.store.grant(&bucket, &input.user_id, self.clock.now()).await;
        match granted.map_err(unavailable)? {
            Grant::Granted => self.mail.send(&input.email, mail).await.map_err(not_sent),
            // Everything else is the same as if the mail had been sent, so that the limit cannot be observed.
            Grant::UsedUp => {
                bucket.log_empty();
                Ok(())
            }
        }
    }
}

impl<S, M, C> CallbackFunction for App<S, M, C>
where
    S: OpenVerification + GrantMail + RecordMailStep,
    M: SendMail,
    C: Clock,
{
    type Contract = ValidateEmail;

    async fn call(&self, input: ValidateEmailInput) -> Result<(), ValidateEmailError> {
        let window_ends_at = input.requested_at.plus(Duration::from_secs(input.window_seconds));
        let secrets = Secrets::generate()?;
        // The hashes are stored before the mail is sent, so that every mailed code and link is known.
        match self.open(&input, &secrets, window_ends_at).await? {
            OpenResult::Open => {}
            // The later attempt sends the mail. This attempt has been abandoned by Step Functions; returning an error would
            // only raise an alarm.
            OpenResult::StaleAttempt => return Ok(()),
            OpenResult::Confirmed(ConfirmationScope::All) => {
                return Err(ValidateEmailError::AlreadyConfirmed);
            }
            OpenResult::Confirmed(ConfirmationScope::Address) => {
                return Err(ValidateEmailError::AddressAlreadyConfirmed);
            }
            OpenResult::Ended => return Err(ValidateEmailError::SignUpEnded),
        }

        let mail = self.mail(&input, &secrets, window_ends_at);
        self.send(&input, &mail).await?;

        let recorded = self.store.record(&input.user_id, window_ends_at).await;
        match recorded.map_err(unavailable)? {
            RecordResult::Recorded => Ok(()),
            RecordResult::Ended => Err(ValidateEmailError::SignUpEnded),
        }
    }
}

fn remaining(now: Timestamp, end: Timestamp) -> Duration {
    let millis = end.epoch_millis().saturating_sub(now.epoch_millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

fn unavailable(StoreFault(source): StoreFault) -> ValidateEmailError {
    ValidateEmailError::StoreUnavailable { source }
}

fn not_sent(fault: MailFault) -> ValidateEmailError {
    match fault {
        MailFault::Unavailable(source) => ValidateEmailError::MailUnavailable { source },
        MailFault::Rejected(source) => ValidateEmailError::MailRefused { source },
    }
}
