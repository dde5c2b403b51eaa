//! Contracts of the functions and of the workflow.

use std::time::Duration;

use asl::{Function, TaskError};

use crate::payloads::{Approval, ApproveInput, ChargeInput, Line, Order, Parcel, Receipt};

/// The errors of [`Charge`].
#[derive(Debug, TaskError)]
pub enum ChargeError {
    /// The bank does not pay.
    #[task(name = "CardDeclined", permanent)]
    CardDeclined,
    /// The bank does not answer.
    #[task(name = "BankUnavailable", transient)]
    BankUnavailable,
}

/// The error of all others.
#[derive(Debug, TaskError)]
pub enum ShopError {
    /// The order goes no further.
    #[task(name = "OrderFailed", permanent)]
    OrderFailed,
}

/// Takes the money.
#[derive(Debug)]
pub enum Charge {}

impl Function for Charge {
    const NAME: &'static str = "Charge";
    const TIMEOUT: Duration = Duration::from_secs(10);
    type Input = ChargeInput;
    type Output = Receipt;
    type Error = ChargeError;
}

/// Gives the money back.
#[derive(Debug)]
pub enum Refund {}

impl Function for Refund {
    const NAME: &'static str = "Refund";
    const TIMEOUT: Duration = Duration::from_secs(10);
    type Input = Receipt;
    type Output = Receipt;
    type Error = ShopError;
}

/// Packs one line of an order.
#[derive(Debug)]
pub enum Pack {}

impl Function for Pack {
    const NAME: &'static str = "Pack";
    const TIMEOUT: Duration = Duration::from_secs(30);
    type Input = Line;
    type Output = Parcel;
    type Error = ShopError;
}

/// Asks a clerk.
#[derive(Debug)]
pub enum Approve {}

impl Function for Approve {
    const NAME: &'static str = "Approve";
    const TIMEOUT: Duration = Duration::from_secs(10);
    type Input = ApproveInput;
    type Output = Approval;
    type Error = ShopError;
}

/// The workflow: from an order to its receipt.
#[derive(Debug)]
pub enum PlaceOrder {}

impl Function for PlaceOrder {
    const NAME: &'static str = "PlaceOrder";
    const TIMEOUT: Duration = Duration::from_hours(48);
    type Input = Order;
    type Output = Receipt;
    type Error = ShopError;
}
