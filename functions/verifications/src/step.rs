//! The step by mail: asks a person to confirm the address.

use std::time::Duration;

use contracts::values::{
    Cause, ConfirmationCode, ConfirmationScope, EmailAddress, LinkToken, Locale, MailId, MailPurpose,
    RecipientHash, TaskToken, Timestamp, UserId,
};
use kit::Clock;
use kit::limit::Bucket;

use crate::mail::Mail;
use crate::ports::{
    Grant, GrantMail, MailFault, OpenResult, OpenVerification, RecordMailStep, RecordResult, SendMail,
    StoreFault, Verification,
};
use crate::settings::{Confirmation, Settings};
use crate::words::Language;

/// Mails a code and a link that confirm the address, or a notice.
#[derive(Debug)]
pub struct MailStep<S, M, C> {
    store: S,
    mail: M,
    clock: C,
    settings: Settings,
}

/// What the step is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub user: &'a UserId,
    pub email: &'a EmailAddress,
    pub locale: Option<&'a Locale>,
    pub purpose: MailPurpose,
    pub task_token: &'a TaskToken,
    /// The number of the task's attempt.
    pub attempt: u64,
    /// When the task was first requested.
    pub requested_at: Timestamp,
    /// How long codes and links work after that.
    pub window: Duration,
    /// Whether the phone is to be confirmed as well.
    pub with_phone: bool,
}

impl Request<'_> {
    fn window_ends_at(&self) -> Timestamp {
        self.requested_at.plus(self.window)
    }
}

/// A verification that is open.
#[derive(Debug)]
pub struct Opened {
    pub mail: Mail,
    /// The code of the text message, if the request is with a phone.
    pub phone_code: Option<ConfirmationCode>,
}

/// Why the step failed.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    #[error("the store cannot be used right now")]
    StoreUnavailable(#[source] Cause),
    #[error("the mail service cannot be used right now")]
    MailUnavailable(#[source] Cause),
    #[error("the sending rate of the mail service is exceeded")]
    MailRateExceeded(#[source] Cause),
    #[error("the daily quota of the mail service is used up")]
    MailQuotaUsedUp(#[source] Cause),
    #[error("the mail service rejected the mail")]
    MailRefused(#[source] Cause),
    #[error("mails to the address are suppressed")]
    Suppressed,
    #[error("the window of the sign-up's mails is over")]
    WindowEnded,
    #[error("the sign-up has ended")]
    SignUpEnded,
    #[error("the sign-up was confirmed while no task waited")]
    Confirmed(ConfirmationScope),
}

/// How late an attempt may be: one that was asked for just before the end of the window, or whose function has a fast clock, mails as any
/// other.
const TOLERANCE: Duration = Duration::from_mins(1);

/// The secrets of one attempt.
struct Secrets {
    code: ConfirmationCode,
    token: LinkToken,
    phone_code: Option<ConfirmationCode>,
}

impl Secrets {
    fn generate(with_phone: bool) -> Result<Self, StepError> {
        let no_random = |error| {
            StepError::MailUnavailable(Cause::from(format!(
                "no random numbers for the code and the link: {error}"
            )))
        };
        let code = ConfirmationCode::generate().map_err(no_random)?;
        let mut phone_code = None;
        // The code tells what it confirms.
        while with_phone && phone_code.as_ref().is_none_or(|other| *other == code) {
            phone_code = Some(ConfirmationCode::generate().map_err(no_random)?);
        }
        Ok(Self {
            code,
            token: LinkToken::generate().map_err(no_random)?,
            phone_code,
        })
    }
}

impl<S, M, C> MailStep<S, M, C> {
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

impl<S, M, C> MailStep<S, M, C>
where
    S: OpenVerification,
    C: Clock,
{
    /// Opens the verification with new codes and a new link. `None` for a stale attempt, which has nothing to do: a later one
    /// sends the mail, and an error would only raise an alarm.
    ///
    /// The hashes are stored before anything is sent, so that every code and link is known. A sign-up for a held address makes the
    /// same calls in the same order as any other. Its code and link are never mailed. Neither is the link if mails have none.
    ///
    /// # Errors
    ///
    /// If the window is over since more than a minute, the sign-up has ended, is confirmed or had a bounce, or the store cannot be used.
    pub async fn open(&self, request: &Request<'_>) -> Result<Option<Opened>, StepError> {
        // A confirmation that is recorded is not lost: the end of the sign-up finds it.
        if self.clock.now() >= request.window_ends_at().plus(TOLERANCE) {
            return Err(StepError::WindowEnded);
        }
        let secrets = Secrets::generate(request.with_phone)?;
        let hash = |code: &ConfirmationCode| code.hash(&self.settings.code_key, request.user);
        let verification = Verification {
            user: request.user.clone(),
            task_token: request.task_token.clone(),
            attempt: request.attempt,
            link: secrets.token.hash(),
            code: hash(&secrets.code),
            phone_code: secrets.phone_code.as_ref().map(hash),
            opened_at: self.clock.now(),
            window_ends_at: request.window_ends_at(),
        };
        match self.store.open(verification).await.map_err(unavailable)? {
            OpenResult::Open => Ok(Some(Opened {
                mail: self.mail(request, &secrets),
                phone_code: secrets.phone_code,
            })),
            OpenResult::StaleAttempt => Ok(None),
            OpenResult::Confirmed(scope) => Err(StepError::Confirmed(scope)),
            OpenResult::Suppressed => Err(StepError::Suppressed),
            OpenResult::Ended => Err(StepError::SignUpEnded),
        }
    }

    fn mail(&self, request: &Request<'_>, secrets: &Secrets) -> Mail {
        let id = MailId::of(request.user, request.attempt);
        let recipient = RecipientHash::of(request.email, &self.settings.code_key);
        let language = Language::of(request.locale);
        match request.purpose {
            MailPurpose::Confirm => {
                let link = match self.settings.confirmation {
                    Confirmation::CodeAndLink => Some(self.link(&secrets.token)),
                    Confirmation::Code => None,
                };
                let period = remaining(self.clock.now(), request.window_ends_at());
                Mail::confirmation(id, recipient, language, &secrets.code, link.as_deref(), period)
            }
            MailPurpose::AlreadyRegistered => Mail::notice(id, recipient, language),
        }
    }
}

impl<S, M, C> MailStep<S, M, C>
where
    S: GrantMail + RecordMailStep,
    M: SendMail,
    C: Clock,
{
    /// Sends the mail, unless the mailbox has reached its mail limit or mails to the address are suppressed, and records the end of the
    /// step.
    ///
    /// # Errors
    ///
    /// If the sign-up has ended, or the store or the mail service cannot be used or refuses the mail; if mails to the address are
    /// suppressed, after the record.
    pub async fn send(&self, request: &Request<'_>, mail: &Mail) -> Result<(), StepError> {
        let grant = self.send_if_granted(request, mail).await?;

        let recorded = self.store.record(request.user, request.window_ends_at()).await;
        match recorded.map_err(unavailable)? {
            // Nobody can confirm it. Nothing that is public tells it from a sign-up that waits.
            RecordResult::Recorded if grant == Grant::Suppressed => Err(StepError::Suppressed),
            RecordResult::Recorded => Ok(()),
            RecordResult::Ended => Err(StepError::SignUpEnded),
        }
    }

    async fn send_if_granted(&self, request: &Request<'_>, mail: &Mail) -> Result<Grant, StepError> {
        let bucket = Bucket::of_mails(&request.email.mailbox(), self.settings.mails_per_mailbox);
        let now = self.clock.now();
        let granted = self
            .store
            .grant(&bucket, &mail.recipient, request.user, now)
            .await;
        let grant = granted.map_err(unavailable)?;
        match grant {
            Grant::Granted => self.mail.send(request.email, mail).await.map_err(not_sent)?,
            // Everything else is the same as if the mail had been sent, so that neither can be observed.
            Grant::UsedUp => bucket.log_empty(),
            Grant::Suppressed => tracing::info!(user = %request.user, "mails to the address are suppressed"),
        }
        Ok(grant)
    }
}

fn remaining(now: Timestamp, end: Timestamp) -> Duration {
    let millis = end.epoch_millis().saturating_sub(now.epoch_millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

fn unavailable(StoreFault(source): StoreFault) -> StepError {
    StepError::StoreUnavailable(source)
}

fn not_sent(fault: MailFault) -> StepError {
    match fault {
        MailFault::Unavailable(source) => StepError::MailUnavailable(source),
        MailFault::RateExceeded(source) => StepError::MailRateExceeded(source),
        MailFault::QuotaUsedUp(source) => StepError::MailQuotaUsedUp(source),
        MailFault::Rejected(source) => StepError::MailRefused(source),
    }
}
