//! The sign-up workflow.

use std::time::Duration;

use asl::Diagnostics;
use asl::document::StateMachine;
use asl::prelude::*;
use contracts::notify_webhook::{
    Delivery, EventKind, NotifyWebhook, NotifyWebhookInputFields, NotifyWebhookOutput,
    NotifyWebhookOutputFields, notify_webhook_error,
};
use contracts::redeliver_webhook::{RedeliverWebhook, RedeliverWebhookInputFields};
use contracts::set_user_status::{
    NewStatus, SetUserStatus, SetUserStatusInputFields, SetUserStatusOutput, SetUserStatusOutputFields,
};
use contracts::sign_up::{CONFIRMATION_WINDOW, SignUp, SignUpInput, SignUpOutputFields, sign_up_error};
use contracts::store_user_data::{
    StorageOutcome, StoreUserData, StoreUserDataInputFields, StoreUserDataOutput,
};
use contracts::table::MAX_MAIL_REQUESTS;
use contracts::validate_contacts::{ValidateContacts, ValidateContactsInputFields};
use contracts::validate_email::{ValidateEmail, ValidateEmailInputFields};
use contracts::values::{
    AddressAlreadyConfirmed, AddressHash, AddressSuppressed, AlreadyConfirmed, ConfirmationError,
    ConfirmationScope, EmailConfirmed, MailPurpose, MailQuotaUsedUp, MailRateExceeded, ResendRequested,
    SignUpOutcome, WindowEnded,
};

mod window;

pub use window::with_window;

/// The contacts that a sign-up asks to confirm, and with that the function that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Contacts {
    /// The address, by mail.
    #[default]
    Email,
    /// The address by mail, and a phone number by text message where there is one.
    EmailAndSms,
}

/// What there are several definitions for.
#[derive(Debug, Clone, Copy)]
pub struct SignUpSettings {
    pub contacts: Contacts,
    /// How long the mailed links are valid, in whole seconds.
    pub window: Duration,
    /// Whether states that do no work are folded into those before them. The outcome is the same, and costs less.
    pub folded: bool,
}

impl Default for SignUpSettings {
    fn default() -> Self {
        Self {
            contacts: Contacts::default(),
            window: CONFIRMATION_WINDOW,
            folded: true,
        }
    }
}

/// The sign-up: store the data; then, in parallel, confirm the address and notify the marketing webhook.
///
/// If the data is not stored, no mail is sent and the webhook is not called. If the webhook is down, the sign-up
/// still completes. If nobody follows the link, the sign-up expires; if a mail bounces, it ends at once, which is not public. A sign-up for the address of a verified account
/// runs through the same states in the same time, so that it does not disclose the account.
///
/// # Errors
///
/// The diagnostics of [`asl::Workflow::build`]; with the default settings there are none.
pub fn sign_up(settings: SignUpSettings) -> Result<StateMachine, Diagnostics> {
    sign_up_workflow(settings).build()
}

/// The sign-up before [`build`](asl::Workflow::build), for analysis hints and reports.
pub fn sign_up_workflow(settings: SignUpSettings) -> Workflow<SignUp> {
    let window = settings.window;
    match settings.contacts {
        Contacts::Email => {
            workflow_with_validator(settings, |user, storage| validate_email(user, storage, window))
        }
        Contacts::EmailAndSms => {
            workflow_with_validator(settings, |user, storage| validate_contacts(user, storage, window))
        }
    }
}

/// The sign-up with another function in place of `ValidateEmail`, for example one that also sends a text message.
///
/// Any callback with the same output is accepted. No other state and no other function changes.
///
/// # Errors
///
/// The diagnostics of [`asl::Workflow::build`].
pub fn sign_up_with_validator<V>(
    settings: SignUpSettings,
    validate: impl for<'s> FnOnce(Expr<'s, SignUpInput>, Expr<'s, StoreUserDataOutput>) -> Callback<V>,
) -> Result<StateMachine, Diagnostics>
where
    V: Function<Output = EmailConfirmed, Error: ConfirmationError>,
{
    workflow_with_validator(settings, validate).build()
}

fn workflow_with_validator<V>(
    settings: SignUpSettings,
    validate: impl for<'s> FnOnce(Expr<'s, SignUpInput>, Expr<'s, StoreUserDataOutput>) -> Callback<V>,
) -> Workflow<SignUp>
where
    V: Function<Output = EmailConfirmed, Error: ConfirmationError>,
{
    let workflow = SignUp::define(|user| {
        StoreUserData::call(StoreUserDataInputFields {
            user_id: user.user_id,
            email: user.email,
            name: user.name,
            phone: user.phone,
            locale: user.locale,
            campaign: user.campaign,
        })
        .retry(long_retry())
        .catch_all(|_| {
            record("StorageFailure", user, NewStatus::Failed, none(), none())
                .then(|_| fail("DataNotStored", sign_up_error::SignUpFailed, NOT_STORED))
        })
        .and_then(|storage| {
            let validation = validate(user, storage).within(settings.window);
            parallel(
                "ConfirmAndNotify",
                (confirm(user, storage, validation), notify(user, storage)),
            )
            .catch_all(|_| fail("BranchFailed", sign_up_error::SignUpFailed, BRANCH_FAILED))
            .and_then(|(confirmation, _)| {
                choose("CheckOutcome")
                    .when(
                        confirmation.outcome.eq(SignUpOutcome::Failed),
                        fail("OutcomeFailed", sign_up_error::SignUpFailed, OUTCOME_FAILED),
                    )
                    .otherwise(pass(
                        "ReportOutcome",
                        SignUpOutputFields {
                            outcome: confirmation.outcome,
                        },
                    ))
            })
        })
    })
    .comment(COMMENT);
    if settings.folded {
        workflow
    } else {
        workflow.unfolded()
    }
}

/// Names of states that the demo and the tests look up in histories. All other tasks are named after their functions.
pub mod states {
    /// The user is recorded as verified, or as superseded.
    pub const RECORD_VERIFIED: &str = "RecordVerified";
    /// The webhook's event could not be delivered, and its redelivery was started.
    pub const REDELIVER_WEBHOOK: &str = "RedeliverWebhook";
    /// The webhook's event could not be delivered, and neither could its redelivery be started.
    pub const WEBHOOK_UNDELIVERED: &str = "WebhookUndelivered";
    /// The address is held, so the webhook is not notified.
    pub const WEBHOOK_SKIPPED: &str = "WebhookSkipped";
}

const COMMENT: &str = "Signs a user up. Generated from orchestration/workflows/src/sign_up.rs by \
                       `cargo run -p workflows --bin emit`; do not edit.";
const NOT_STORED: &str = "the user's data could not be stored; nobody was mailed";
const BRANCH_FAILED: &str = "a branch failed with an error that none of its states handles";
const OUTCOME_FAILED: &str = "the address could not be validated, or the final status could not be recorded";

/// Offset of attempt numbers per redrive; larger than any state's number of retries.
const ATTEMPTS_PER_REDRIVE: u64 = 1_000;

/// The longest pause before the first retry when the daily quota of the mail service is used up: it comes back over hours.
const QUOTA_PAUSE: Duration = Duration::from_mins(5);

/// The usual time until the mailed link is followed, for the report: an assumption, not a measurement.
const USUAL_CONFIRMATION: Duration = Duration::from_mins(5);

/// The usual time of a webhook delivery, for the report: an assumption too.
const USUAL_DELIVERY: Duration = Duration::from_millis(500);

/// Mails the confirmation link, or a notice if a verified account has the address.
fn validate_email(
    user: Expr<'_, SignUpInput>,
    storage: Expr<'_, StoreUserDataOutput>,
    window: Duration,
) -> Callback<ValidateEmail> {
    ValidateEmail::callback(ValidateEmailInputFields {
        user_id: user.user_id,
        email: user.email,
        locale: user.locale,
        purpose: purpose(storage),
        task_token: task_token(),
        attempt: attempt(),
        requested_at: state_entered_time(),
        window_seconds: window.as_secs().into(),
    })
}

/// The same, and texts a code where there is a phone number.
fn validate_contacts(
    user: Expr<'_, SignUpInput>,
    storage: Expr<'_, StoreUserDataOutput>,
    window: Duration,
) -> Callback<ValidateContacts> {
    ValidateContacts::callback(ValidateContactsInputFields {
        user_id: user.user_id,
        email: user.email,
        phone: user.phone,
        locale: user.locale,
        purpose: purpose(storage),
        task_token: task_token(),
        attempt: attempt(),
        requested_at: state_entered_time(),
        window_seconds: window.as_secs().into(),
    })
}

fn purpose(storage: Expr<'_, StoreUserDataOutput>) -> Expr<'_, MailPurpose> {
    storage
        .outcome
        .eq(StorageOutcome::Held)
        .if_else(MailPurpose::AlreadyRegistered, MailPurpose::Confirm)
}

/// The number of the attempt. A redrive resets the retry count to 0; attempt numbers must keep growing.
fn attempt<'s>() -> Expr<'s, u64> {
    redrive_count() * ATTEMPTS_PER_REDRIVE + retry_count()
}

/// Waits for the confirmation of the address, and records the outcome.
///
/// All mails are valid until one window after the state was entered, and a request for another mail comes within it. The
/// callback's timeout begins again with each retry, so that the sign-up expires up to one window after its mails.
///
/// Whoever confirms while no task waits is recorded: the next attempt fails with that, which is a confirmation.
fn confirm<V: Function<Output = EmailConfirmed, Error: ConfirmationError>>(
    user: Expr<'_, SignUpInput>,
    storage: Expr<'_, StoreUserDataOutput>,
    validation: Task<V>,
) -> Step<SetUserStatusOutput> {
    // A confirmation may be recorded that no task has waited for: then the sign-up is verified, for which it needs the address.
    let end = |name, status| record(name, user, status, storage.address_key.some(), none());
    validation
        .expected_duration(USUAL_CONFIRMATION)
        .comment("Waits for the owner of the address to enter the mailed code or to follow the link.")
        .retry(long_retry())
        .retry_on(ResendRequested, another_mail())
        .retry_on(MailRateExceeded, retry_for_a_day())
        .retry_on(
            MailQuotaUsedUp,
            retry_for_a_day().interval(QUOTA_PAUSE).max_retries(62),
        )
        .catch(AlreadyConfirmed, |_| {
            let all = ConfirmationScope::All.into_expr().some();
            record_verified("Confirmed", user, storage, all)
        })
        .catch(AddressAlreadyConfirmed, |_| {
            let address = ConfirmationScope::Address.into_expr().some();
            record_verified("AddressConfirmed", user, storage, address)
        })
        .catch(AddressSuppressed, |_| end("Suppression", NewStatus::Suppressed))
        .catch(WindowEnded, |_| end("WindowEnd", NewStatus::Expired))
        .catch(Timeout, |_| end("Expired", NewStatus::Expired))
        .catch_all(|_| end("ValidationFailure", NewStatus::Failed))
        .and_then(|confirmed| record_verified("Verified", user, storage, confirmed.scope))
}

/// Notifies the marketing webhook of a new sign-up, unless the address is held. An error here does not fail the sign-up: what cannot be
/// delivered within minutes goes to a redelivery, which takes days if it must.
fn notify<'s>(
    user: Expr<'s, SignUpInput>,
    storage: Expr<'s, StoreUserDataOutput>,
) -> Step<NotifyWebhookOutput> {
    let output = |delivery: Delivery| NotifyWebhookOutputFields {
        delivery: delivery.into(),
        next: none(),
    };
    let converted_at = execution_start_time();
    choose("IsStored")
        .when(
            storage.outcome.eq(StorageOutcome::Stored),
            NotifyWebhook::call(NotifyWebhookInputFields {
                user_id: user.user_id,
                event: EventKind::SignedUp.into_expr().some(),
                campaign: user.campaign,
                converted_at,
                redelivery: none(),
            })
            // NotifyWebhook stores the event before its first attempt, so `WebhookUnavailable` loses nothing and is
            // retried for minutes only. After any other error the event may not be stored yet: those are retried for
            // hours.
            .expected_duration(USUAL_DELIVERY)
            .retry(long_retry())
            .retry_on(
                notify_webhook_error::WebhookUnavailable,
                Retry::default().max_retries(7),
            )
            .catch_all(move |_| {
                RedeliverWebhook::start(RedeliverWebhookInputFields {
                    user_id: user.user_id,
                    event: EventKind::SignedUp.into(),
                    campaign: user.campaign,
                    converted_at,
                })
                // As `EventKind::webhook_id`.
                .execution_name(literal("msg_").concat(user.user_id))
                .named(states::REDELIVER_WEBHOOK)
                .retry(long_retry())
                .catch_all(move |_| pass(states::WEBHOOK_UNDELIVERED, output(Delivery::Undelivered)))
                .and_then(move |_| pass("WebhookRedelivered", output(Delivery::Undelivered)))
            }),
        )
        .otherwise(pass(states::WEBHOOK_SKIPPED, output(Delivery::Skipped)))
}

/// Records the user as verified, with the data that was confirmed.
fn record_verified<'s>(
    name: &str,
    user: Expr<'s, SignUpInput>,
    storage: Expr<'s, StoreUserDataOutput>,
    scope: Expr<'s, Option<ConfirmationScope>>,
) -> Step<SetUserStatusOutput> {
    record(name, user, NewStatus::Verified, storage.address_key.some(), scope)
}

/// Records the final status of the user. If the record cannot be written, the step's outcome is `Failed`.
fn record<'s>(
    name: &str,
    user: Expr<'s, SignUpInput>,
    status: NewStatus,
    address_key: Expr<'s, Option<AddressHash>>,
    scope: Expr<'s, Option<ConfirmationScope>>,
) -> Step<SetUserStatusOutput> {
    SetUserStatus::call(SetUserStatusInputFields {
        user_id: user.user_id,
        status: status.into(),
        address_key,
        scope,
    })
    .named(&format!("Record{name}"))
    .retry(long_retry())
    .catch_all(|_| {
        let failed = SetUserStatusOutputFields {
            outcome: SignUpOutcome::Failed.into(),
        };
        pass(&format!("{name}NotRecorded"), failed)
    })
    .into_step()
}

/// The retry policy for steps that must outlast an outage of an hour: 60 retries, which take two hours on average and
/// four and a half at most. The retries of all states together take less than the workflow's `TIMEOUT`.
fn long_retry() -> Retry {
    Retry::default().max_retries(60).max_delay(Duration::from_mins(5))
}

/// The retry policy for the limits of the mail service, which last for up to a day: about 29 hours on average, and less than 24 in one
/// of a hundred cases. As a rule the window of the mails is over before the last retry, and then the function ends the wait.
fn retry_for_a_day() -> Retry {
    Retry::default()
        .max_retries(69)
        .max_delay(Duration::from_hours(1))
}

/// The retry policy for a person who asks for another mail: at once, and as often as a person may ask.
fn another_mail() -> Retry {
    Retry::default()
        .max_retries(MAX_MAIL_REQUESTS.cast_unsigned())
        .max_delay(Duration::from_secs(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_states_exist() {
        let definition = sign_up(SignUpSettings::default()).unwrap().to_json().unwrap();

        for name in [
            states::RECORD_VERIFIED,
            states::REDELIVER_WEBHOOK,
            states::WEBHOOK_UNDELIVERED,
            states::WEBHOOK_SKIPPED,
        ] {
            assert!(definition.contains(&format!("\"{name}\": {{")), "{name}");
        }
    }
}
