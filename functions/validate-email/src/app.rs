//! The use case.

use std::time::Duration;

use contracts::validate_email::{MailPurpose, ValidateEmail, ValidateEmailError, ValidateEmailInput};
use contracts::values::{EmailAddress, LinkToken, Timestamp};
use kit::{CallbackFunction, Clock};

use crate::mail::{Language, Mail};
use crate::ports::{
    Allowance, CountMail, MailFault, OpenVerification, Opened, RecordMailed, Recorded, SendMail, StoreFault,
    Verification,
};

/// Asks a person to confirm an address.
#[derive(Debug)]
pub struct App<S, M, C> {
    store: S,
    mail: M,
    clock: C,
    settings: Settings,
}

/// What the use case needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the page is that links lead to, with or without a slash at the end.
    pub site_url: String,
    /// How many mails an address may get on one day, in UTC; at least 1.
    pub mails_per_day: u32,
}

impl<S, M, C> App<S, M, C> {
    /// The use case on its ports.
    pub fn new(store: S, mail: M, clock: C, settings: Settings) -> Self {
        Self {
            store,
            mail,
            clock,
            settings,
        }
    }

    /// The token stands in the fragment, which browsers keep to themselves: no server's log has it.
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
    /// The mail with a new link that works once it arrives: its hash is stored before the mail is sent.
    async fn confirmation(
        &self,
        input: &ValidateEmailInput,
        window_ends_at: Timestamp,
    ) -> Result<Mail, ValidateEmailError> {
        // Without randomness there is no mail right now; another try may have better luck.
        let token = LinkToken::generate()
            .map_err(|error| ValidateEmailError::MailUnavailable { source: error.into() })?;
        let verification = Verification {
            user: input.user_id.clone(),
            task_token: input.task_token.clone(),
            link: token.hash(),
            window_ends_at,
        };
        match self.store.open(verification).await.map_err(unavailable)? {
            Opened::Open => Ok(Mail::confirmation(
                Language::of(input.locale.as_ref()),
                input.name.as_ref(),
                &self.link(&token),
                until(self.clock.now(), window_ends_at),
            )),
            Opened::Ended => Err(ValidateEmailError::SignUpEnded),
        }
    }
}

impl<S, M, C> App<S, M, C>
where
    S: CountMail,
    M: SendMail,
    C: Clock,
{
    /// Sends the mail, unless the address had its share today.
    async fn send(&self, to: &EmailAddress, mail: &Mail) -> Result<(), ValidateEmailError> {
        let (address, now) = (to.key(), self.clock.now());
        let counted = self.store.count(&address, now, self.settings.mails_per_day).await;
        match counted.map_err(unavailable)? {
            Allowance::Granted => {}
            // All else goes on as if the mail had been sent, so that nobody can tell who gets mails.
            Allowance::UsedUp => return Ok(()),
        }
        let Err(fault) = self.mail.send(to, mail).await else {
            return Ok(());
        };
        // Or the retries that follow would use up the share, and nobody would ever be asked.
        if let Err(StoreFault(cause)) = self.store.give_back(&address, now).await {
            tracing::warn!(%cause, "a mail that was not sent stays counted");
        }
        Err(not_sent(fault))
    }
}

impl<S, M, C> CallbackFunction for App<S, M, C>
where
    S: OpenVerification + CountMail + RecordMailed,
    M: SendMail,
    C: Clock,
{
    type Contract = ValidateEmail;

    async fn call(&self, input: ValidateEmailInput) -> Result<(), ValidateEmailError> {
        let window_ends_at = input.requested_at.plus(Duration::from_secs(input.window_seconds));
        let mail = match input.purpose {
            MailPurpose::Confirm => self.confirmation(&input, window_ends_at).await?,
            MailPurpose::AlreadyRegistered => Mail::notice(Language::of(input.locale.as_ref())),
        };

        self.send(&input.email, &mail).await?;

        let recorded = self.store.record(&input.user_id, window_ends_at).await;
        match recorded.map_err(unavailable)? {
            Recorded::Recorded => Ok(()),
            Recorded::Ended => Err(ValidateEmailError::SignUpEnded),
        }
    }
}

fn until(now: Timestamp, end: Timestamp) -> Duration {
    let millis = end.epoch_millis().saturating_sub(now.epoch_millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

fn unavailable(StoreFault(source): StoreFault) -> ValidateEmailError {
    ValidateEmailError::StoreUnavailable { source }
}

fn not_sent(fault: MailFault) -> ValidateEmailError {
    match fault {
        MailFault::Unavailable(source) => ValidateEmailError::MailUnavailable { source },
        MailFault::Refused(source) => ValidateEmailError::MailRefused { source },
    }
}
