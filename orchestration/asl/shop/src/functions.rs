//! Contracts of the functions and of the workflow.

use std::time::Duration;

use asl::{Function, TaskError};

use crate::payloads::{Approval, ApproveInput, ChargeInput, Line, Order, Parcel, Receipt};

#[derive(Debug, TaskError)]
pub enum ChargeError {
    #[task(name = "CardDeclined", permanent)]
    CardDeclined,
    #[task(name = "BankUnavailable", transient)]
    BankUnavailable,
}

#[derive(Debug, TaskError)]
pub enum ShopError {
    #[task(name = "OrderFailed", permanent)]
    OrderFailed,
}

#[derive(Debug)]
pub enum Charge {}

impl Function for Charge {
    const NAME: &'static str = "Charge";
    const TIMEOUT: Duration = Duration::from_secs(10);
    type Input = ChargeInput;
    type Output = Receipt;
    type Error = ChargeError;
}

#[derive(Debug)]
pub enum Refund {}

impl Function for Refund {
    const NAME: &'static str = "Refund";
    const TIMEOUT: Duration = Duration::from_secs(10);
    type Input = Receipt;
    type Output = Receipt;
    type Error = ShopError;
}

#[derive(Debug)]
pub enum Pack {}

impl Function for Pack {
    const NAME: &'static str = "Pack";
    const TIMEOUT: Duration = Duration::from_secs(30);
    type Input = Line;
    type Output = Parcel;
    type Error = ShopError;
}

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
