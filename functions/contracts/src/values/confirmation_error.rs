//! Errors that end the wait for a confirmation.

use asl::{ErrorName, RaisedBy, TaskError};

/// The errors of a callback that waits for a confirmation, whatever it confirms by.
///
/// It declares all of these, but for [`ResendRequested`], with which it can be completed.
pub trait ConfirmationError: TaskError {}

/// The callback is completed with this error when a person asks for another mail: the wait begins again.
#[derive(Debug, Clone, Copy)]
pub struct ResendRequested;

/// Somebody confirmed all while no task waited: a confirmation, and not a failure.
#[derive(Debug, Clone, Copy)]
pub struct AlreadyConfirmed;

/// Somebody confirmed the address alone while no task waited: a confirmation, and not a failure.
#[derive(Debug, Clone, Copy)]
pub struct AddressAlreadyConfirmed;

/// The sending rate of the mail service is exceeded.
#[derive(Debug, Clone, Copy)]
pub struct MailRateExceeded;

/// The daily quota of the mail service is used up.
#[derive(Debug, Clone, Copy)]
pub struct MailQuotaUsedUp;

/// The window of the sign-up's mails is over, and so is the wait: an expiry, and not a failure.
#[derive(Debug, Clone, Copy)]
pub struct WindowEnded;

/// Mails to the address have bounced, or its owner has complained of one: the end of the wait, and not a failure.
///
/// A function fails with it that would mail such an address; and a callback is completed with it when the bounce comes.
#[derive(Debug, Clone, Copy)]
pub struct AddressSuppressed;

impl ErrorName for AddressSuppressed {
    const NAME: &'static str = "AddressSuppressed";
}

impl ErrorName for ResendRequested {
    const NAME: &'static str = "ResendRequested";
}

impl ErrorName for AlreadyConfirmed {
    const NAME: &'static str = "AlreadyConfirmed";
}

impl ErrorName for AddressAlreadyConfirmed {
    const NAME: &'static str = "AddressAlreadyConfirmed";
}

impl ErrorName for MailRateExceeded {
    const NAME: &'static str = "MailRateExceeded";
}

impl ErrorName for MailQuotaUsedUp {
    const NAME: &'static str = "MailQuotaUsedUp";
}

impl ErrorName for WindowEnded {
    const NAME: &'static str = "WindowEnded";
}

impl<E: ConfirmationError> RaisedBy<E> for AddressSuppressed {}
impl<E: ConfirmationError> RaisedBy<E> for ResendRequested {}
impl<E: ConfirmationError> RaisedBy<E> for MailRateExceeded {}
impl<E: ConfirmationError> RaisedBy<E> for MailQuotaUsedUp {}
impl<E: ConfirmationError> RaisedBy<E> for WindowEnded {}
impl<E: ConfirmationError> RaisedBy<E> for AlreadyConfirmed {}
impl<E: ConfirmationError> RaisedBy<E> for AddressAlreadyConfirmed {}
