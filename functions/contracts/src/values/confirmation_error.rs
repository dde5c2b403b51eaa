//! Errors that end the wait for a confirmation.

use asl::{ErrorName, RaisedBy, TaskError};

/// The errors of a callback that waits for a confirmation, whatever it confirms by.
///
/// It declares [`AlreadyConfirmed`] and [`AddressAlreadyConfirmed`], and can be completed with [`ResendRequested`].
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

impl ErrorName for ResendRequested {
    const NAME: &'static str = "ResendRequested";
}

impl ErrorName for AlreadyConfirmed {
    const NAME: &'static str = "AlreadyConfirmed";
}

impl ErrorName for AddressAlreadyConfirmed {
    const NAME: &'static str = "AddressAlreadyConfirmed";
}

impl<E: ConfirmationError> RaisedBy<E> for ResendRequested {}
impl<E: ConfirmationError> RaisedBy<E> for AlreadyConfirmed {}
impl<E: ConfirmationError> RaisedBy<E> for AddressAlreadyConfirmed {}
