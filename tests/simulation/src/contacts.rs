//! The two compositions: the function that asks a person to confirm is `ValidateEmail` or `ValidateContacts`.

use clap::ValueEnum;

use crate::fault::{FunctionId, Operation};

/// Which contacts sign-ups confirm: which of the two emitted machines runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Contacts {
    /// The address, by `ValidateEmail`.
    #[default]
    Email,
    /// The address, and the phone where there is one, by `ValidateContacts`.
    EmailAndSms,
}

impl Contacts {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::EmailAndSms => "email-and-sms",
        }
    }

    /// The functions of the composition. A deployment may replace one composition by the other, so the second has all.
    pub(crate) fn functions(self) -> &'static [FunctionId] {
        const WITH_EMAIL: [FunctionId; 8] = [
            FunctionId::CreateUser,
            FunctionId::StoreUserData,
            FunctionId::ValidateEmail,
            FunctionId::ConfirmContact,
            FunctionId::SetUserStatus,
            FunctionId::NotifyWebhook,
            FunctionId::GetUser,
            FunctionId::RequestMail,
        ];
        match self {
            Self::Email => &WITH_EMAIL,
            Self::EmailAndSms => &FunctionId::ALL,
        }
    }

    /// Whether an operation occurs in the composition. The seeds of each draw from its own operations.
    pub(crate) fn has(self, operation: Operation) -> bool {
        match operation {
            Operation::ClaimSms
            | Operation::SendSms
            | Operation::ReturnSms
            | Operation::DropPhone
            | Operation::CallValidateContacts => self == Self::EmailAndSms,
            _ => true,
        }
    }
}
