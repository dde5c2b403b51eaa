//! The clients of a world's functions: the real adapters on the store, and doubles of everything else.

use aws_config::{BehaviorVersion, SdkConfig};
use confirm_contact::{CompleteTask, Verifications};
use create_user::{AcceptSignUp, StartSignUp, TakeTokens};
use get_user::FindSignUp;
use kit::{Aws, Clock, Environment, Handler, HasClock, StartError};
use notify_webhook::{Deliver, SigningSecret, WebhookUrl};
use record_mail_event::{EndWait, MarkSignUp, SuppressAddress};
use request_mail::{MailRequests, RequestMail};
use set_user_status::{ClaimAddress, EndSignUp, SupersedeUser};
use simulator::virtual_time::Handle;
use store_user_data::{FindClaim, StoreUser};
use validate_contacts::{ClaimSms, DropPhone, ReturnSms, SendSms, SenderId};
use validate_email::{GrantMail, OpenVerification, RecordMailStep, SendMail};

use super::external::{Endpoint, FixedSecret, Outbox, Phones};
use super::ports::{Crash, CrashingVerifications, SimulatedCallbacks, SimulatedStart, TestClock};
use super::store::TABLE;

/// `SIGN_UPS_PER_MAILBOX_AND_SOURCE_PER_DAY` in the settings.
pub(crate) const SIGN_UPS_PER_MAILBOX: u32 = 20;

/// `CONFIRMATIONS_PER_SOURCE_PER_HOUR` in the settings.
pub(crate) const CONFIRMATIONS_PER_SOURCE: u32 = 40;

/// The settings of all functions.
const SETTINGS: [(&str, &str); 11] = [
    ("TABLE_NAME", TABLE),
    ("STATE_MACHINE_ARN", "unused"),
    ("FINGERPRINT_KEY", "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"),
    ("MAIL_FROM", "sign-up@example.org"),
    ("SITE_URL", "https://site.example"),
    ("SMS_CALLING_CODES", "49"),
    ("WEBHOOK_URL", "https://endpoint.example"),
    ("WEBHOOK_SECRET_ARN", "unused"),
    // Most tests are not about limits.
    ("SIGN_UPS_PER_SOURCE_PER_HOUR", "1000"),
    ("CONFIRMATIONS_PER_SOURCE_PER_HOUR", "40"),
    ("SIGN_UPS_PER_MAILBOX_AND_SOURCE_PER_DAY", "20"),
];

pub(super) struct Clients {
    pub(super) aws: Aws,
    pub(super) executions: Handle,
    /// The machine that a sign-up starts.
    pub(super) started: String,
    pub(super) clock: TestClock,
    pub(super) mails: Outbox,
    pub(super) phones: Phones,
    pub(super) endpoint: Endpoint,
    pub(super) crash: Crash,
}

/// All functions, connected to these clients.
pub(super) fn functions<C>(clients: &C) -> Result<Vec<Handler>, StartError>
where
    C: create_user::Clients
        + store_user_data::Clients
        + validate_email::Clients
        + validate_contacts::Clients
        + confirm_contact::Clients
        + set_user_status::Clients
        + notify_webhook::Clients
        + request_mail::Clients
        + record_mail_event::Clients
        + get_user::Clients,
{
    let environment = || Environment::of(SETTINGS);
    Ok(vec![
        create_user::handler(environment(), clients)?,
        store_user_data::handler(environment(), clients)?,
        validate_email::handler(environment(), clients)?,
        validate_contacts::handler(environment(), clients)?,
        confirm_contact::handler(environment(), clients)?,
        set_user_status::handler(environment(), clients)?,
        notify_webhook::handler(environment(), clients)?,
        request_mail::handler(environment(), clients)?,
        record_mail_event::handler(environment(), clients)?,
        get_user::handler(environment(), clients)?,
        serve_pages::handler(environment())?,
    ])
}

/// All functions without connections: for their names, routes and contracts.
pub(crate) fn handlers_without_clients() -> Vec<Handler> {
    let config = SdkConfig::builder().behavior_version(BehaviorVersion::latest());
    functions(&Aws::new(config.build())).unwrap()
}

impl HasClock for Clients {
    fn clock(&self) -> impl Clock {
        self.clock.clone()
    }
}

impl create_user::Clients for Clients {
    fn sign_ups(&self, table: String) -> impl AcceptSignUp {
        create_user::Clients::sign_ups(&self.aws, table)
    }

    fn tokens(&self, table: String) -> impl TakeTokens {
        create_user::Clients::tokens(&self.aws, table)
    }

    fn workflow(&self, _: String) -> impl StartSignUp {
        SimulatedStart {
            executions: self.executions.clone(),
            machine: self.started.clone(),
        }
    }
}

impl store_user_data::Clients for Clients {
    fn users(&self, table: String) -> impl FindClaim + StoreUser {
        store_user_data::Clients::users(&self.aws, table)
    }
}

impl validate_email::Clients for Clients {
    fn verifications(&self, table: String) -> impl OpenVerification + GrantMail + RecordMailStep {
        validate_email::Clients::verifications(&self.aws, table)
    }

    fn mail(&self, _: String, _: Option<String>) -> impl SendMail {
        self.mails.clone()
    }
}

impl validate_contacts::Clients for Clients {
    fn verifications(&self, table: String) -> impl OpenVerification + GrantMail + RecordMailStep {
        validate_contacts::Clients::verifications(&self.aws, table)
    }

    fn mail(&self, _: String, _: Option<String>) -> impl SendMail {
        self.mails.clone()
    }

    fn text_messages(&self, table: String) -> impl ClaimSms + ReturnSms + DropPhone {
        validate_contacts::Clients::text_messages(&self.aws, table)
    }

    fn sms(&self, _: Option<SenderId>) -> impl SendSms {
        self.phones.clone()
    }
}

impl confirm_contact::Clients for Clients {
    fn verifications(&self, table: String) -> impl Verifications {
        CrashingVerifications {
            store: confirm_contact::Clients::verifications(&self.aws, table),
            crash: self.crash.clone(),
        }
    }

    fn tokens(&self, table: String) -> impl TakeTokens {
        confirm_contact::Clients::tokens(&self.aws, table)
    }

    fn tasks(&self) -> impl CompleteTask {
        SimulatedCallbacks(self.executions.clone())
    }
}

impl set_user_status::Clients for Clients {
    fn users(&self, table: String) -> impl ClaimAddress + SupersedeUser + EndSignUp {
        set_user_status::Clients::users(&self.aws, table)
    }
}

impl notify_webhook::Clients for Clients {
    fn store(&self, table: String) -> impl notify_webhook::Store {
        notify_webhook::Clients::store(&self.aws, table)
    }

    fn secret(&self, _: String) -> impl SigningSecret {
        FixedSecret
    }

    fn endpoint(&self, _: WebhookUrl) -> Result<impl Deliver, StartError> {
        Ok(self.endpoint.clone())
    }
}

impl request_mail::Clients for Clients {
    fn mail_requests(&self, table: String) -> impl MailRequests {
        request_mail::Clients::mail_requests(&self.aws, table)
    }

    fn tokens(&self, table: String) -> impl TakeTokens {
        request_mail::Clients::tokens(&self.aws, table)
    }

    fn tasks(&self) -> impl RequestMail {
        SimulatedCallbacks(self.executions.clone())
    }
}

impl record_mail_event::Clients for Clients {
    fn suppressions(&self, table: String) -> impl SuppressAddress + MarkSignUp {
        record_mail_event::Clients::suppressions(&self.aws, table)
    }

    fn tasks(&self) -> impl EndWait {
        SimulatedCallbacks(self.executions.clone())
    }
}

impl get_user::Clients for Clients {
    fn sign_ups(&self, table: String) -> impl FindSignUp {
        get_user::Clients::sign_ups(&self.aws, table)
    }
}
