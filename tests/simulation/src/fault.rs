//! Where a run can be hurt, and how.

use std::fmt;

/// A function of the sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Function {
    /// Accepts sign-ups.
    CreateUser,
    /// Stores the data.
    StoreUserData,
    /// Mails a link or a notice.
    ValidateEmail,
    /// Takes the click.
    ConfirmEmail,
    /// Records how the sign-up ended.
    SetUserStatus,
    /// Tells marketing.
    NotifyWebhook,
    /// Tells where a sign-up stands.
    GetUser,
}

impl Function {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::CreateUser,
        Self::StoreUserData,
        Self::ValidateEmail,
        Self::ConfirmEmail,
        Self::SetUserStatus,
        Self::NotifyWebhook,
        Self::GetUser,
    ];

    /// Its name, as the machine knows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::CreateUser => "CreateUser",
            Self::StoreUserData => "StoreUserData",
            Self::ValidateEmail => "ValidateEmail",
            Self::ConfirmEmail => "ConfirmEmail",
            Self::SetUserStatus => "SetUserStatus",
            Self::NotifyWebhook => "NotifyWebhook",
            Self::GetUser => "GetUser",
        }
    }

    /// How long one invocation may take, in milliseconds: the function's time-out in the template.
    pub(crate) fn time_out(self) -> i64 {
        match self {
            Self::ValidateEmail => 20_000,
            Self::NotifyWebhook => 25_000,
            _ => 10_000,
        }
    }
}

/// What a function does to the world around it: one call of one port; or what is done to it: one call of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[expect(
    missing_docs,
    reason = "each is named after the port, or after the function that is called"
)]
pub enum Step {
    AcceptSignUp,
    StartSignUp,
    StoreUser,
    OpenVerification,
    GrantMail,
    SendMail,
    RecordMailed,
    FindVerification,
    BeginConfirming,
    CompleteTask,
    EndConfirming,
    ReadStatus,
    ClaimAddress,
    SupersedeUser,
    EndSignUp,
    KeepEvent,
    ReadSecret,
    Deliver,
    RecordAttempt,
    FindSignUp,
    CallStoreUserData,
    CallValidateEmail,
    CallSetUserStatus,
    CallNotifyWebhook,
}

/// What goes wrong at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The function's process dies before the step.
    CrashBefore,
    /// The step is done, and the process dies.
    CrashAfter,
    /// The step is done, and whoever asked for it hears that it failed.
    LostAnswer,
    /// Nothing is done, and whoever asked is told to come again.
    Throttled,
    /// The step is done, but the function waits for the answer until its time is up.
    Slow,
    /// The function waits until its time is up, and is tried again; then the step is done after all.
    Late,
    /// The call reaches the function twice.
    Twice,
    /// The endpoint of the webhook answers with this status; the mail service with any refuses the mail for good.
    Answer(u16),
}

impl Fault {
    /// A number for its kind, below [`Fault::KINDS`].
    pub fn kind(self) -> usize {
        match self {
            Self::CrashBefore => 0,
            Self::CrashAfter => 1,
            Self::LostAnswer => 2,
            Self::Throttled => 3,
            Self::Slow => 4,
            Self::Late => 5,
            Self::Twice => 6,
            Self::Answer(_) => 7,
        }
    }

    /// What the kinds are called.
    pub const KINDS: [&str; 8] = [
        "crash before",
        "crash after",
        "lost answer",
        "throttled",
        "time-out, done in time",
        "time-out, done late",
        "called twice",
        "refused by the other side",
    ];
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CrashBefore => formatter.write_str("the process dies before it"),
            Self::CrashAfter => formatter.write_str("done, then the process dies"),
            Self::LostAnswer => formatter.write_str("done, but the answer is lost"),
            Self::Throttled => formatter.write_str("not done: come again later"),
            Self::Slow => formatter.write_str("done, but no answer until the function's time is up"),
            Self::Late => formatter.write_str("not done until the function's time is up, and then done late"),
            Self::Twice => formatter.write_str("called twice"),
            Self::Answer(status) => write!(formatter, "the other side answers {status}"),
        }
    }
}

impl Step {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 24] = [
        Self::AcceptSignUp,
        Self::StartSignUp,
        Self::StoreUser,
        Self::OpenVerification,
        Self::GrantMail,
        Self::SendMail,
        Self::RecordMailed,
        Self::FindVerification,
        Self::BeginConfirming,
        Self::CompleteTask,
        Self::EndConfirming,
        Self::ReadStatus,
        Self::ClaimAddress,
        Self::SupersedeUser,
        Self::EndSignUp,
        Self::KeepEvent,
        Self::ReadSecret,
        Self::Deliver,
        Self::RecordAttempt,
        Self::FindSignUp,
        Self::CallStoreUserData,
        Self::CallValidateEmail,
        Self::CallSetUserStatus,
        Self::CallNotifyWebhook,
    ];

    /// What can go wrong at it.
    pub fn faults(self) -> &'static [Fault] {
        const WRITE: [Fault; 6] = [
            Fault::CrashBefore,
            Fault::CrashAfter,
            Fault::LostAnswer,
            Fault::Throttled,
            Fault::Slow,
            Fault::Late,
        ];
        const READ: [Fault; 3] = [Fault::CrashBefore, Fault::Throttled, Fault::Slow];
        const MAIL: [Fault; 7] = [
            Fault::CrashBefore,
            Fault::CrashAfter,
            Fault::LostAnswer,
            Fault::Throttled,
            Fault::Slow,
            Fault::Late,
            Fault::Answer(400),
        ];
        const ENDPOINT: [Fault; 10] = [
            Fault::CrashBefore,
            Fault::CrashAfter,
            Fault::LostAnswer,
            Fault::Throttled,
            Fault::Slow,
            Fault::Late,
            Fault::Answer(302),
            Fault::Answer(410),
            Fault::Answer(429),
            Fault::Answer(500),
        ];
        const CALL: [Fault; 4] = [Fault::LostAnswer, Fault::Throttled, Fault::Late, Fault::Twice];
        match self {
            Self::FindVerification | Self::ReadStatus | Self::ReadSecret | Self::FindSignUp => &READ,
            Self::SendMail => &MAIL,
            Self::Deliver => &ENDPOINT,
            Self::CallStoreUserData
            | Self::CallValidateEmail
            | Self::CallSetUserStatus
            | Self::CallNotifyWebhook => &CALL,
            _ => &WRITE,
        }
    }

    /// Whose outage stops it.
    pub(crate) fn service(self) -> Service {
        match self {
            Self::SendMail => Service::Mail,
            Self::Deliver => Service::Webhook,
            Self::ReadSecret => Service::Secrets,
            Self::StartSignUp | Self::CompleteTask => Service::StepFunctions,
            Self::CallStoreUserData
            | Self::CallValidateEmail
            | Self::CallSetUserStatus
            | Self::CallNotifyWebhook => Service::Lambda,
            _ => Service::Table,
        }
    }
}

/// Something that can be down as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// The table.
    Table,
    /// The mail service.
    Mail,
    /// The endpoint of the webhook.
    Webhook,
    /// Where the signing secret is kept.
    Secrets,
    /// What starts and completes.
    StepFunctions,
    /// What calls the functions of tasks.
    Lambda,
}

/// One place in a run: the nth time that a step is done for a sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Point {
    /// The sign-up's number.
    pub sign_up: u8,
    /// The step.
    pub step: Step,
    /// The first time is 0.
    pub nth: u8,
}

impl fmt::Display for Point {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "sign-up {}, {:?}, time {}",
            self.sign_up,
            self.step,
            u32::from(self.nth) + 1
        )
    }
}
