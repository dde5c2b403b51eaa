//! The real handlers, on ports in memory.

use kit::Handler;

use crate::fault::Function;
use crate::invariants::MAILS_PER_DAY;
use crate::mailbox::SITE;
use crate::ports::Ports;
use crate::state::SharedState;

/// What requests are fingerprinted with.
const KEY: &str = "0123456789abcdef0123456789abcdef";

/// All seven.
#[derive(Debug)]
pub(super) struct Handlers([Handler; Function::ALL.len()]);

impl Handlers {
    pub(super) fn new(shared: &SharedState) -> Self {
        Self(Function::ALL.map(|function| handler(shared, function)))
    }

    pub(super) fn of(&self, function: Function) -> Handler {
        let [first, ..] = &self.0;
        self.0.get(function as usize).unwrap_or(first).clone()
    }
}

fn handler(shared: &SharedState, function: Function) -> Handler {
    let ports = || Ports::new(shared, function);
    match function {
        Function::CreateUser => {
            #[expect(clippy::expect_used, reason = "the key is a constant that is long enough")]
            let key = create_user::FingerprintKey::new(KEY).expect("the key is long enough");
            Handler::api(
                "CreateUser",
                create_user::App::new(ports(), ports(), key, ports()),
            )
        }
        Function::StoreUserData => Handler::task(store_user_data::App::new(ports(), ports())),
        Function::ValidateEmail => {
            let settings = validate_email::Settings {
                site_url: SITE.to_owned(),
                mails_per_day: MAILS_PER_DAY,
            };
            Handler::callback(validate_email::App::new(ports(), ports(), ports(), settings))
        }
        Function::ConfirmEmail => {
            Handler::api("ConfirmEmail", confirm_email::App::new(ports(), ports(), ports()))
        }
        Function::SetUserStatus => Handler::task(set_user_status::App::new(ports(), ports())),
        Function::NotifyWebhook => {
            Handler::task(notify_webhook::App::new(ports(), ports(), ports(), ports()))
        }
        Function::GetUser => Handler::api("GetUser", get_user::App::new(ports(), ports())),
    }
}
