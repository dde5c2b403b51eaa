//! The functions' handlers, on ports in memory.

use kit::{Environment, Handler, StartError};

use crate::fault::FunctionId;
use crate::invariants::LIMITS;
use crate::mailbox::SITE;
use crate::phones::CALLING_CODES;
use crate::ports::Ports;
use crate::state::SharedState;

/// The key of all keyed hashes.
pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef";

/// The settings of all functions, but for the limits.
const SETTINGS: [(&str, &str); 9] = [
    ("TABLE_NAME", "unused"),
    ("STATE_MACHINE_ARN", "unused"),
    ("FINGERPRINT_KEY", KEY),
    ("MAIL_FROM", "unused"),
    ("SITE_URL", SITE),
    ("WEBHOOK_URL", "https://endpoint.example"),
    ("WEBHOOK_SECRET_ARN", "unused"),
    // So few that scenarios reach it.
    ("WEBHOOK_FAILURES_BEFORE_PAUSE", "3"),
    ("SMS_CALLING_CODES", CALLING_CODES),
];

/// A handler for each function.
#[derive(Debug)]
pub(crate) struct Handlers([Handler; FunctionId::ALL.len()]);

impl Handlers {
    #[expect(clippy::expect_used, reason = "the settings are valid constants")]
    pub(crate) fn new(shared: &SharedState) -> Self {
        Self(FunctionId::ALL.map(|function| handler(shared, function).expect("the settings are valid")))
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "there is one for each function, in their order"
    )]
    pub(crate) fn of(&self, function: FunctionId) -> Handler {
        self.0[function as usize].clone()
    }
}

fn handler(shared: &SharedState, function: FunctionId) -> Result<Handler, StartError> {
    let limits = LIMITS.map(|limit| (limit.setting, limit.tokens.to_string()));
    let limits = limits.iter().map(|(setting, tokens)| (*setting, tokens.as_str()));
    let settings = SETTINGS.into_iter().chain(limits);
    let (environment, ports) = (Environment::of(settings), &Ports::new(shared, function));
    match function {
        FunctionId::CreateUser => create_user::handler(environment, ports),
        FunctionId::StoreUserData => store_user_data::handler(environment, ports),
        FunctionId::ValidateEmail => validate_email::handler(environment, ports),
        FunctionId::ValidateContacts => validate_contacts::handler(environment, ports),
        FunctionId::ConfirmContact => confirm_contact::handler(environment, ports),
        FunctionId::SetUserStatus => set_user_status::handler(environment, ports),
        FunctionId::NotifyWebhook => notify_webhook::handler(environment, ports),
        FunctionId::GetUser => get_user::handler(environment, ports),
        FunctionId::RequestMail => request_mail::handler(environment, ports),
        FunctionId::RecordMailEvent => record_mail_event::handler(environment, ports),
    }
}
