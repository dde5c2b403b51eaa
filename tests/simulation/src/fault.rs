//! The fault model: fault points, the faults that can be injected at each, and outages.

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
    /// Confirms an address when its link is followed.
    ConfirmEmail,
    /// Records how the sign-up ended.
    SetUserStatus,
    /// Delivers the marketing webhook.
    NotifyWebhook,
    /// Answers status requests.
    GetUser,
}

impl Function {
    /// All functions, in the order of their discriminants.
    pub const ALL: [Self; 7] = [
        Self::CreateUser,
        Self::StoreUserData,
        Self::ValidateEmail,
        Self::ConfirmEmail,
        Self::SetUserStatus,
        Self::NotifyWebhook,
        Self::GetUser,
    ];

    /// The function's name in the definition.
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

    /// The function's timeout in the template, in milliseconds.
    pub(crate) fn timeout(self) -> i64 {
        match self {
            Self::ValidateEmail => 20_000,
            Self::NotifyWebhook => 25_000,
            _ => 10_000,
        }
    }
}

/// An operation in which a fault can be injected: one call of the port, or one invocation of the task's
/// function, of this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Operation {
    AcceptSignUp,
    StartSignUp,
    StoreUser,
    OpenVerification,
    GrantMail,
    SendMail,
    RecordMailStep,
    FindLink,
    StartConfirming,
    CompleteTask,
    MarkSpent,
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

/// A fault of a single operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The function's process dies before the operation.
    CrashBefore,
    /// The operation takes effect, and then the process dies.
    CrashAfter,
    /// The operation takes effect, and the caller gets an error.
    LostAnswer,
    /// The operation has no effect, and the caller gets a transient error.
    Throttled,
    /// The operation takes effect, but the function waits for the answer until it times out.
    Timeout,
    /// The function times out and is retried; only then does the operation take effect.
    LateEffect,
    /// The task's function is invoked twice.
    DuplicateCall,
    /// The webhook's endpoint answers with this status; the mail service refuses the mail permanently.
    ErrorStatus(u16),
}

impl Fault {
    /// The index of its kind in [`Fault::KINDS`].
    pub fn kind(self) -> usize {
        match self {
            Self::CrashBefore => 0,
            Self::CrashAfter => 1,
            Self::LostAnswer => 2,
            Self::Throttled => 3,
            Self::Timeout => 4,
            Self::LateEffect => 5,
            Self::DuplicateCall => 6,
            Self::ErrorStatus(_) => 7,
        }
    }

    /// The names of the kinds.
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
            Self::CrashBefore => formatter.write_str("the process dies before"),
            Self::CrashAfter => formatter.write_str("done, then the process dies"),
            Self::LostAnswer => formatter.write_str("done, but the answer is lost"),
            Self::Throttled => formatter.write_str("not done, answered with a transient error"),
            Self::Timeout => formatter.write_str("done, but the function times out without the answer"),
            Self::LateEffect => formatter.write_str("the function times out, and then it is done"),
            Self::DuplicateCall => formatter.write_str("called twice"),
            Self::ErrorStatus(status) => write!(formatter, "the other side answers {status}"),
        }
    }
}

impl Operation {
    /// All operations, in the order of their discriminants.
    pub const ALL: [Self; 24] = [
        Self::AcceptSignUp,
        Self::StartSignUp,
        Self::StoreUser,
        Self::OpenVerification,
        Self::GrantMail,
        Self::SendMail,
        Self::RecordMailStep,
        Self::FindLink,
        Self::StartConfirming,
        Self::CompleteTask,
        Self::MarkSpent,
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

    /// The faults that can be injected in this operation.
    pub fn faults(self) -> &'static [Fault] {
        const WRITE: [Fault; 6] = [
            Fault::CrashBefore,
            Fault::CrashAfter,
            Fault::LostAnswer,
            Fault::Throttled,
            Fault::Timeout,
            Fault::LateEffect,
        ];
        const READ: [Fault; 3] = [Fault::CrashBefore, Fault::Throttled, Fault::Timeout];
        const MAIL: [Fault; 7] = [
            Fault::CrashBefore,
            Fault::CrashAfter,
            Fault::LostAnswer,
            Fault::Throttled,
            Fault::Timeout,
            Fault::LateEffect,
            Fault::ErrorStatus(400),
        ];
        const ENDPOINT: [Fault; 10] = [
            Fault::CrashBefore,
            Fault::CrashAfter,
            Fault::LostAnswer,
            Fault::Throttled,
            Fault::Timeout,
            Fault::LateEffect,
            Fault::ErrorStatus(302),
            Fault::ErrorStatus(410),
            Fault::ErrorStatus(429),
            Fault::ErrorStatus(500),
        ];
        const CALL: [Fault; 4] = [
            Fault::LostAnswer,
            Fault::Throttled,
            Fault::LateEffect,
            Fault::DuplicateCall,
        ];
        match self {
            Self::FindLink | Self::ReadStatus | Self::ReadSecret | Self::FindSignUp => &READ,
            Self::SendMail => &MAIL,
            Self::Deliver => &ENDPOINT,
            Self::CallStoreUserData
            | Self::CallValidateEmail
            | Self::CallSetUserStatus
            | Self::CallNotifyWebhook => &CALL,
            _ => &WRITE,
        }
    }

    /// The service whose outage makes the operation fail.
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

/// A service that can have an outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// DynamoDB.
    Table,
    /// SES.
    Mail,
    /// The webhook's endpoint.
    Webhook,
    /// Secrets Manager.
    Secrets,
    /// The calls that start executions and complete tasks.
    StepFunctions,
    /// The invocation of tasks' functions.
    Lambda,
}

/// A point of a run where a fault can be injected: the nth time of an operation for a sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FaultPoint {
    /// The sign-up's number.
    pub sign_up: u8,
    /// The operation.
    pub operation: Operation,
    /// The first time is 0.
    pub nth: u8,
}

impl fmt::Display for FaultPoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "sign-up {}, {:?}, time {}",
            self.sign_up,
            self.operation,
            u32::from(self.nth) + 1
        )
    }
}
