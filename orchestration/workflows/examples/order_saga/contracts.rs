//! Contracts of the order saga: a shop of used bicycles, each of which exists once.

use std::time::Duration;

use asl::dynamodb::{Item, Table};
use asl::events::Event;
use asl::sqs::Queue;
use asl::{Function, Nothing, Payload, TaskError, Text};
use serde::{Deserialize, Serialize};

/// Places an order: the customer has the bicycle and the shop the money, or neither.
pub(crate) enum PlaceOrder {}

impl Function for PlaceOrder {
    const NAME: &'static str = "PlaceOrder";
    const TIMEOUT: Duration = Duration::from_hours(24);
    type Input = Order;
    type Output = PlacedOrder;
    type Error = PlaceOrderError;
}

/// An order. Its fields are references: only the functions can look up the customer.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct Order {
    /// The order's number. Its execution has this name, so that an order is placed once.
    pub(crate) id: OrderId,
    pub(crate) bicycle: BicycleId,
    /// The price, in cents.
    pub(crate) cents: u64,
    /// The card that was registered.
    pub(crate) card: CardId,
    pub(crate) address: AddressId,
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct PlacedOrder {
    /// Whether the bicycle is on its way.
    pub(crate) outcome: Outcome,
    pub(crate) shipment: Option<ShipmentId>,
    /// The name of the error for which the order was cancelled.
    pub(crate) reason: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// Reserved, paid for and booked for shipment.
    Placed,
    /// All steps are undone, or handed to a person.
    Cancelled,
}

#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum PlaceOrderError {
    /// Another order has the bicycle.
    #[task(name = "AlreadySold", permanent)]
    AlreadySold,
    /// A step is neither undone nor handed to a person.
    #[task(name = "LeftUndone", permanent)]
    LeftUndone,
    /// The order is cancelled, but the event could not be put.
    #[task(name = "CancellationNotTold", transient)]
    CancellationNotTold,
}

macro_rules! references {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        $(
            $(#[$doc])*
            #[derive(Serialize, Deserialize)]
            pub(crate) struct $name(String);

            impl Text for $name {}
        )+
    };
}

references! {
    OrderId;
    BicycleId;
    /// A card that the customer registered with the bank.
    CardId;
    /// An address that the customer registered with the carrier.
    AddressId;
    ShipmentId;
}

pub(crate) enum Bicycles {}

impl Table for Bicycles {
    const NAME: &'static str = "Bicycles";
    type Key = BicycleKey;
    type Item = Bicycle;
}

#[derive(Serialize, Deserialize, Payload, Item)]
pub(crate) struct BicycleKey {
    pub(crate) id: BicycleId,
}

#[derive(Serialize, Deserialize, Payload, Item)]
pub(crate) struct Bicycle {
    pub(crate) id: BicycleId,
    pub(crate) availability: Availability,
    /// The order that it is reserved for.
    pub(crate) order: Option<OrderId>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Availability {
    /// By anybody.
    ForSale,
    /// By one order only.
    Reserved,
}

impl Text for Availability {}

/// Charges a card, once for one key.
pub(crate) enum ChargeCard {}

impl Function for ChargeCard {
    const NAME: &'static str = "ChargeCard";
    const TIMEOUT: Duration = Duration::from_secs(20);
    type Input = ChargeCardInput;
    type Output = Nothing;
    type Error = ChargeCardError;
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct ChargeCardInput {
    /// The same key charges nothing again.
    pub(crate) key: String,
    pub(crate) card: CardId,
    pub(crate) cents: u64,
}

#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum ChargeCardError {
    #[task(name = "CardDeclined", permanent)]
    CardDeclined,
    /// The bank is unavailable.
    #[task(name = "GatewayBusy", transient)]
    GatewayBusy,
}

/// Refunds the charge of a key, and closes the key: a charge that is still pending has no effect.
///
/// So it may run when it is unknown whether anything was charged.
pub(crate) enum RefundCharge {}

impl Function for RefundCharge {
    const NAME: &'static str = "RefundCharge";
    const TIMEOUT: Duration = Duration::from_secs(20);
    type Input = UndoInput;
    type Output = Nothing;
    type Error = RefundChargeError;
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct UndoInput {
    /// The idempotency key of the step.
    pub(crate) key: String,
}

#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum RefundChargeError {
    /// The bank does not refund this card.
    #[task(name = "RefundRefused", permanent)]
    RefundRefused,
    /// The bank is unavailable.
    #[task(name = "GatewayBusy", transient)]
    GatewayBusy,
}

/// Books a shipment, once for one key.
pub(crate) enum BookShipment {}

impl Function for BookShipment {
    const NAME: &'static str = "BookShipment";
    const TIMEOUT: Duration = Duration::from_secs(10);
    type Input = BookShipmentInput;
    type Output = Shipment;
    type Error = BookShipmentError;
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct BookShipmentInput {
    /// The same key books nothing again.
    pub(crate) key: String,
    pub(crate) bicycle: BicycleId,
    pub(crate) address: AddressId,
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct Shipment {
    /// The carrier's number.
    pub(crate) shipment: ShipmentId,
}

#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum BookShipmentError {
    /// The carrier does not go there.
    #[task(name = "AddressNotServed", permanent)]
    AddressNotServed,
    #[task(name = "CarrierUnavailable", transient)]
    CarrierUnavailable,
}

/// Cancels the shipment that was booked under a key, if one was, and closes the key.
pub(crate) enum CancelShipment {}

impl Function for CancelShipment {
    const NAME: &'static str = "CancelShipment";
    const TIMEOUT: Duration = Duration::from_secs(10);
    type Input = UndoInput;
    type Output = Nothing;
    type Error = CancelShipmentError;
}

#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum CancelShipmentError {
    /// It has left.
    #[task(name = "AlreadyShipped", permanent)]
    AlreadyShipped,
    #[task(name = "CarrierUnavailable", transient)]
    CarrierUnavailable,
}

/// The queue of undos that failed, for a person.
pub(crate) enum UndoByHand {}

impl Queue for UndoByHand {
    const NAME: &'static str = "UndoByHand";
    type Message = NotUndone;
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct NotUndone {
    pub(crate) order: OrderId,
    /// The state of the undo that failed.
    pub(crate) undo: String,
    /// The idempotency key of the step.
    pub(crate) key: String,
    pub(crate) error: String,
}

pub(crate) enum OrderPlaced {}

impl Event for OrderPlaced {
    const NAME: &'static str = "OrderPlaced";
    const BUS: &'static str = "Shop";
    const SOURCE: &'static str = "shop.orders";
    type Detail = PlacedDetail;
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct PlacedDetail {
    pub(crate) order: OrderId,
    pub(crate) shipment: ShipmentId,
}

/// An order is cancelled, possibly after an `OrderPlaced` event.
pub(crate) enum OrderCancelled {}

impl Event for OrderCancelled {
    const NAME: &'static str = "OrderCancelled";
    const BUS: &'static str = "Shop";
    const SOURCE: &'static str = "shop.orders";
    type Detail = CancelledDetail;
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct CancelledDetail {
    pub(crate) order: OrderId,
    /// The name of the error that led to it.
    pub(crate) reason: String,
}
