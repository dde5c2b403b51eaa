//! The use case, generic over its ports.

use std::time::Duration;

use contracts::validate_contacts::{ValidateContacts, ValidateContactsError, ValidateContactsInput};
use contracts::values::{ConfirmationScope, HashKey, PhoneNumber, UserId, hexadecimal};
use kit::limit::{Bucket, Rate};
use kit::{CallbackFunction, Clock};
use verifications::{Language, MailStep, Request, StepError};

use crate::countries::CallingCodes;
use crate::ports::{
    Claim, ClaimSms, DropPhone, Dropped, GrantMail, OpenVerification, RecordMailStep, ReturnSms, SendMail,
    SendSms, Sms, SmsFault, StoreFault,
};

/// How many of a number's last digits its range has: 10,000 numbers.
const RANGE_DIGITS: usize = 4;

/// Mails a code and a link that confirm the address, or a notice, and texts a code that confirms the phone number.
#[derive(Debug)]
pub struct App<V, M, T, S, C> {
    mails: MailStep<V, M, C>,
    text_messages: T,
    sms: S,
    clock: C,
    settings: Settings,
}

#[derive(Debug, Clone)]
pub struct Settings {
    /// The countries whose numbers are texted.
    pub countries: CallingCodes,
    /// How many text messages a number may get.
    pub per_number: Rate,
    /// How many text messages the numbers of a range may get.
    pub per_range: Rate,
    /// The key of the hashes of numbers.
    pub key: HashKey,
}

impl<V, M, T, S, C> App<V, M, T, S, C> {
    pub fn new(mails: MailStep<V, M, C>, text_messages: T, sms: S, clock: C, settings: Settings) -> Self {
        Self {
            mails,
            text_messages,
            sms,
            clock,
            settings,
        }
    }

    fn buckets(&self, phone: &PhoneNumber) -> [Bucket; 2] {
        let number = phone.expose();
        let range = number.split_at(number.len().saturating_sub(RANGE_DIGITS)).0;
        let hash = |text: &str| hexadecimal(&self.settings.key.digest("phone-number", text.as_bytes()));
        [
            Bucket::new("sms-per-number", &hash(number), self.settings.per_number),
            Bucket::new("sms-per-range", &hash(range), self.settings.per_range),
        ]
    }
}

impl<V, M, T, S, C> App<V, M, T, S, C>
where
    T: ClaimSms + ReturnSms + DropPhone,
    S: SendSms,
    C: Clock,
{
    /// Texts the code, unless it was sent before, or a limit is reached: then everything else is the same as if it had been sent.
    async fn text(&self, user: &UserId, phone: &PhoneNumber, sms: &Sms) -> Result<(), ValidateContactsError> {
        let buckets = self.buckets(phone);
        let claim = self.text_messages.claim(user, &buckets, self.clock.now()).await;
        match claim.map_err(unavailable)? {
            Claim::Claimed => {}
            Claim::NotNeeded => return Ok(()),
            Claim::UsedUp(index) => {
                if let Some(bucket) = buckets.get(index) {
                    bucket.log_empty();
                }
                return Ok(());
            }
        }
        match self.sms.send(phone, sms).await {
            Ok(()) => Ok(()),
            Err(SmsFault::NotSent(source)) => {
                self.text_messages.give_back(user).await.map_err(unavailable)?;
                Err(ValidateContactsError::SmsUnavailable { source })
            }
            // A retry could be a second message. The person can ask for another.
            Err(fault @ SmsFault::Unknown(_)) => {
                tracing::warn!(%user, error = kit::chain(&fault), "a text message may be lost");
                Ok(())
            }
            Err(fault @ SmsFault::Refused(_)) => {
                tracing::warn!(%user, error = kit::chain(&fault), "the phone is not asked for any more");
                let dropped = self.text_messages.drop_phone(user, self.clock.now()).await;
                match dropped.map_err(unavailable)? {
                    Dropped::Unconfirmed => Ok(()),
                    Dropped::Confirmed => Err(ValidateContactsError::AlreadyConfirmed),
                }
            }
        }
    }
}

impl<V, M, T, S, C> CallbackFunction for App<V, M, T, S, C>
where
    V: OpenVerification + GrantMail + RecordMailStep,
    M: SendMail,
    T: ClaimSms + ReturnSms + DropPhone,
    S: SendSms,
    C: Clock,
{
    type Contract = ValidateContacts;

    async fn call(&self, input: ValidateContactsInput) -> Result<(), ValidateContactsError> {
        // A number of another country is not asked for: the sign-up goes on as one without a phone.
        let phone = input.phone.as_ref();
        let phone = phone.filter(|phone| self.settings.countries.contain(phone));
        let request = request(&input, phone.is_some());
        let Some(opened) = self.mails.open(&request).await.map_err(failure)? else {
            return Ok(());
        };
        // Before the mail: a retry would mail again, and sends no other text message.
        if let Some((phone, code)) = phone.zip(opened.phone_code.as_ref()) {
            let sms = Sms::confirmation(Language::of(request.locale), code);
            self.text(request.user, phone, &sms).await?;
        }
        self.mails.send(&request, &opened.mail).await.map_err(failure)
    }
}

fn request(input: &ValidateContactsInput, with_phone: bool) -> Request<'_> {
    Request {
        user: &input.user_id,
        email: &input.email,
        locale: input.locale.as_ref(),
        purpose: input.purpose,
        task_token: &input.task_token,
        attempt: input.attempt,
        requested_at: input.requested_at,
        window: Duration::from_secs(input.window_seconds),
        with_phone,
    }
}

fn unavailable(StoreFault(source): StoreFault) -> ValidateContactsError {
    ValidateContactsError::StoreUnavailable { source }
}

fn failure(error: StepError) -> ValidateContactsError {
    match error {
        StepError::StoreUnavailable(source) => ValidateContactsError::StoreUnavailable { source },
        StepError::MailUnavailable(source) => ValidateContactsError::MailUnavailable { source },
        StepError::MailRateExceeded(source) => ValidateContactsError::MailRateExceeded { source },
        StepError::MailQuotaUsedUp(source) => ValidateContactsError::MailQuotaUsedUp { source },
        StepError::MailRefused(source) => ValidateContactsError::MailRefused { source },
        StepError::Suppressed => ValidateContactsError::AddressSuppressed,
        StepError::WindowEnded => ValidateContactsError::WindowEnded,
        StepError::SignUpEnded => ValidateContactsError::SignUpEnded,
        StepError::Confirmed(ConfirmationScope::All) => ValidateContactsError::AlreadyConfirmed,
        StepError::Confirmed(ConfirmationScope::Address) => ValidateContactsError::AddressAlreadyConfirmed,
    }
}
