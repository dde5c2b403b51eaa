//! The functions' handlers, on ports in memory.

use kit::{Environment, Handler, StartError};

use crate::fault::Function;
use crate::invariants::MAILS_PER_DAY;
use crate::mailbox::SITE;
use crate::ports::Ports;
use crate::state::SharedState;

/// The settings of all functions, but for the limit of mails.
const SETTINGS: [(&str, &str); 7] = [
    ("TABLE_NAME", "unused"),
    ("STATE_MACHINE_ARN", "unused"),
    ("FINGERPRINT_KEY", "0123456789abcdef0123456789abcdef"),
    ("MAIL_FROM", "unused"),
    ("SITE_URL", SITE),
    ("WEBHOOK_URL", "https://endpoint.example"),
    ("WEBHOOK_SECRET_ARN", "unused"),
];

/// A handler for each function.
#[derive(Debug)]
pub(super) struct Handlers([Handler; Function::ALL.len()]);

impl Handlers {
    #[expect(clippy::expect_used, reason = "the settings are constants that fit")]
    pub(super) fn new(shared: &SharedState) -> Self {
        Self(Function::ALL.map(|function| handler(shared, function).expect("the settings fit")))
    }

    pub(super) fn of(&self, function: Function) -> Handler {
        let [first, ..] = &self.0;
        self.0.get(function as usize).unwrap_or(first).clone()
    }
}

fn handler(shared: &SharedState, function: Function) -> Result<Handler, StartError> {
    let limit = MAILS_PER_DAY.to_string();
    let settings = SETTINGS
        .into_iter()
        .chain([("MAILS_PER_ADDRESS_PER_DAY", limit.as_str())]);
    let (environment, ports) = (Environment::of(settings), &Ports::new(shared, function));
    match function {
        Function::CreateUser => create_user::handler(environment, ports),
        Function::StoreUserData => store_user_data::handler(environment, ports),
        Function::ValidateEmail => validate_email::handler(environment, ports),
        Function::ConfirmEmail => confirm_email::handler(environment, ports),
        Function::SetUserStatus => set_user_status::handler(environment, ports),
        Function::NotifyWebhook => notify_webhook::handler(environment, ports),
        Function::GetUser => get_user::handler(environment, ports),
    }
}
