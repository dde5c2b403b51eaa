//! The fault model: fault points, the faults that can be injected at each, and outages.

use std::fmt;
use std::time::Duration;

use asl::Function as _;
use contracts::notify_webhook::NotifyWebhook;
use contracts::set_user_status::SetUserStatus;
use contracts::store_user_data::StoreUserData;
use contracts::validate_contacts::ValidateContacts;
use contracts::validate_email::ValidateEmail;

/// A function of the sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum FunctionId {
    /// Accepts sign-ups.
    CreateUser,
    /// Stores the data.
    StoreUserData,
    /// Mails a code and a link, or a notice.
    ValidateEmail,
    /// Confirms an address by a mailed code or link.
    ConfirmContact,
    /// Stores the final status of the sign-up.
    SetUserStatus,
    /// Delivers the marketing webhook.
    NotifyWebhook,
    /// Serves status requests.
    GetUser,
    /// Asks the workflow for another mail.
    RequestMail,
    /// In place of `ValidateEmail`: texts a code as well.
    ValidateContacts,
    /// Records bounces and complaints.
    RecordMailEvent,
}

impl FunctionId {
    /// All functions, in the order of their discriminants.
    pub const ALL: [Self; 10] = [
        Self::CreateUser,
        Self::StoreUserData,
        Self::ValidateEmail,
        Self::ConfirmContact,
        Self::SetUserStatus,
        Self::NotifyWebhook,
        Self::GetUser,
        Self::RequestMail,
        Self::ValidateContacts,
        Self::RecordMailEvent,
    ];

    /// The function's name in the definition.
    pub fn name(self) -> &'static str {
        match self {
            Self::CreateUser => "CreateUser",
            Self::StoreUserData => StoreUserData::NAME,
            Self::ValidateEmail => ValidateEmail::NAME,
            Self::ConfirmContact => "ConfirmContact",
            Self::SetUserStatus => SetUserStatus::NAME,
            Self::NotifyWebhook => NotifyWebhook::NAME,
            Self::GetUser => "GetUser",
            Self::RequestMail => "RequestMail",
            Self::ValidateContacts => ValidateContacts::NAME,
            Self::RecordMailEvent => "RecordMailEvent",
        }
    }

    /// The function's timeout, in milliseconds; for those that no task calls, as in `infra/template.yaml`.
    #[expect(clippy::expect_used, reason = "the timeouts are constants below a minute")]
    pub(crate) fn timeout(self) -> i64 {
        let timeout = match self {
            Self::CreateUser | Self::RequestMail | Self::RecordMailEvent => Duration::from_secs(15),
            Self::StoreUserData => StoreUserData::TIMEOUT,
            Self::ValidateEmail => ValidateEmail::TIMEOUT,
            Self::ValidateContacts => ValidateContacts::TIMEOUT,
            Self::ConfirmContact => Duration::from_secs(20),
            Self::SetUserStatus => SetUserStatus::TIMEOUT,
            Self::NotifyWebhook => NotifyWebhook::TIMEOUT,
            Self::GetUser => Duration::from_secs(10),
        };
        i64::try_from(timeout.as_millis()).expect("the timeout fits into 64 bits")
    }
}

/// An operation in which a fault can be injected: a call of the port, or an invocation of the task's function, of this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Operation {
    TakeToken,
    AcceptSignUp,
    StartSignUp,
    FindClaim,
    StoreUser,
    OpenVerification,
    GrantMail,
    SendMail,
    RecordMailStep,
    FindLink,
    ReadPreview,
    TakeTry,
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
    FindForMail,
    TakeMail,
    RequestMail,
    SuppressAddress,
    MarkSignUp,
    EndWait,
    CallStoreUserData,
    CallValidateEmail,
    CallSetUserStatus,
    CallNotifyWebhook,
    ClaimSms,
    SendSms,
    ReturnSms,
    DropPhone,
    CallValidateContacts,
    ReadCircuit,
    ChangeCircuit,
}

/// A fault of a single operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The function's process dies before the operation.
    CrashBefore,
    /// The operation takes effect, and then the process dies.
    CrashAfter,
    /// The operation takes effect, and the caller gets an error.
    LostResponse,
    /// The operation has no effect, and the caller gets a transient error.
    Throttled,
    /// The operation takes effect, but the function waits for the response until it times out.
    TimeoutAfterEffect,
    /// The function times out and is retried; only then does the operation take effect.
    TimeoutBeforeEffect,
    /// The task's function is invoked twice.
    DuplicateCall,
    /// The webhook's endpoint responds with this status.
    HttpStatus(u16),
    /// The mail service rejects the mail permanently.
    MailRejected,
    /// The text message service refuses the number.
    NumberRefused,
    /// The text message is accepted, and never arrives.
    TextLost,
    /// The text message is accepted, and arrives up to a day later.
    TextLate,
    /// The text message is accepted, and arrives twice.
    TextDoubled,
    /// The sending rate of the mail service is exceeded.
    MailRateExceeded,
    /// The daily quota of the mail service is used up.
    MailQuotaUsedUp,
}

impl Fault {
    /// The index of its kind in [`Fault::KINDS`].
    pub fn kind(self) -> usize {
        match self {
            Self::CrashBefore => 0,
            Self::CrashAfter => 1,
            Self::LostResponse => 2,
            Self::Throttled => 3,
            Self::TimeoutAfterEffect => 4,
            Self::TimeoutBeforeEffect => 5,
            Self::DuplicateCall => 6,
            Self::HttpStatus(_) | Self::MailRejected | Self::NumberRefused => 7,
            Self::MailRateExceeded | Self::MailQuotaUsedUp => 8,
            Self::TextLost | Self::TextLate | Self::TextDoubled => 9,
        }
    }

    /// The names of the kinds.
    pub const KINDS: [&str; 10] = [
        "crash before the effect",
        "crash after the effect",
        "response lost",
        "throttled",
        "timeout after the effect",
        "timeout, effect delayed",
        "called twice",
        "rejected by the recipient",
        "over a limit of the mail service",
        "text message lost, late or doubled",
    ];
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CrashBefore => formatter.write_str("crash before the effect"),
            Self::CrashAfter => formatter.write_str("crash after the effect"),
            Self::LostResponse => formatter.write_str("response lost"),
            Self::Throttled => formatter.write_str("throttled"),
            Self::TimeoutAfterEffect => formatter.write_str("timeout after the effect"),
            Self::TimeoutBeforeEffect => formatter.write_str("timeout, effect delayed"),
            Self::DuplicateCall => formatter.write_str("called twice"),
            Self::HttpStatus(status) => write!(formatter, "status {status}"),
            Self::MailRejected => formatter.write_str("mail rejected permanently"),
            Self::NumberRefused => formatter.write_str("number refused"),
            Self::TextLost => formatter.write_str("text message lost"),
            Self::TextLate => formatter.write_str("text message late"),
            Self::TextDoubled => formatter.write_str("text message doubled"),
            Self::MailRateExceeded => formatter.write_str("sending rate exceeded"),
            Self::MailQuotaUsedUp => formatter.write_str("daily quota used up"),
        }
    }
}

impl Operation {
    /// All operations, in the order of their discriminants.
    pub const ALL: [Self; 41] = [
        Self::TakeToken,
        Self::AcceptSignUp,
        Self::StartSignUp,
        Self::FindClaim,
        Self::StoreUser,
        Self::OpenVerification,
        Self::GrantMail,
        Self::SendMail,
        Self::RecordMailStep,
        Self::FindLink,
        Self::ReadPreview,
        Self::TakeTry,
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
        Self::FindForMail,
        Self::TakeMail,
        Self::RequestMail,
        Self::SuppressAddress,
        Self::MarkSignUp,
        Self::EndWait,
        Self::CallStoreUserData,
        Self::CallValidateEmail,
        Self::CallSetUserStatus,
        Self::CallNotifyWebhook,
        Self::ClaimSms,
        Self::SendSms,
        Self::ReturnSms,
        Self::DropPhone,
        Self::CallValidateContacts,
        Self::ReadCircuit,
        Self::ChangeCircuit,
    ];

    /// The faults that can be injected in this operation.
    pub fn faults(self) -> &'static [Fault] {
        const WRITE: [Fault; 6] = [
            Fault::CrashBefore,
            Fault::CrashAfter,
            Fault::LostResponse,
            Fault::Throttled,
            Fault::TimeoutAfterEffect,
            Fault::TimeoutBeforeEffect,
        ];
        const READ: [Fault; 3] = [Fault::CrashBefore, Fault::Throttled, Fault::TimeoutAfterEffect];
        const MAIL: [Fault; 9] = [
            Fault::CrashBefore,
            Fault::CrashAfter,
            Fault::LostResponse,
            Fault::Throttled,
            Fault::TimeoutAfterEffect,
            Fault::TimeoutBeforeEffect,
            Fault::MailRejected,
            Fault::MailRateExceeded,
            Fault::MailQuotaUsedUp,
        ];
        const SMS: [Fault; 10] = [
            Fault::CrashBefore,
            Fault::CrashAfter,
            Fault::LostResponse,
            Fault::Throttled,
            Fault::TimeoutAfterEffect,
            Fault::TimeoutBeforeEffect,
            Fault::NumberRefused,
            Fault::TextLost,
            Fault::TextLate,
            Fault::TextDoubled,
        ];
        const ENDPOINT: [Fault; 10] = [
            Fault::CrashBefore,
            Fault::CrashAfter,
            Fault::LostResponse,
            Fault::Throttled,
            Fault::TimeoutAfterEffect,
            Fault::TimeoutBeforeEffect,
            Fault::HttpStatus(302),
            Fault::HttpStatus(410),
            Fault::HttpStatus(429),
            Fault::HttpStatus(500),
        ];
        const CALL: [Fault; 4] = [
            Fault::LostResponse,
            Fault::Throttled,
            Fault::TimeoutBeforeEffect,
            Fault::DuplicateCall,
        ];
        match self {
            Self::FindClaim
            | Self::FindLink
            | Self::ReadPreview
            | Self::ReadStatus
            | Self::ReadSecret
            | Self::ReadCircuit
            | Self::FindSignUp
            | Self::FindForMail => &READ,
            Self::SendMail => &MAIL,
            Self::SendSms => &SMS,
            Self::Deliver => &ENDPOINT,
            Self::CallStoreUserData
            | Self::CallValidateEmail
            | Self::CallValidateContacts
            | Self::CallSetUserStatus
            | Self::CallNotifyWebhook => &CALL,
            _ => &WRITE,
        }
    }

    /// The service whose outage makes the operation fail.
    pub fn service(self) -> Service {
        match self {
            Self::SendMail => Service::Mail,
            Self::SendSms => Service::Sms,
            Self::Deliver => Service::Webhook,
            Self::ReadSecret => Service::Secrets,
            Self::StartSignUp | Self::CompleteTask | Self::RequestMail | Self::EndWait => {
                Service::StepFunctions
            }
            Self::CallStoreUserData
            | Self::CallValidateEmail
            | Self::CallValidateContacts
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
    /// SNS.
    Sms,
    /// The daily quota of SES: without it, SES answers, and sends nothing.
    MailQuota,
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
