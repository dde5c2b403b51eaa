//! What the workflow and those around it agree on: a shop of used bicycles, each of which exists once.

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

/// What is ordered. All of it are references: who the customer is, the functions know.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct Order {
    /// The order's number. Its execution has this name, so that an order is placed once.
    pub(crate) id: OrderId,
    /// What is bought.
    pub(crate) bicycle: BicycleId,
    /// What it costs, in cents.
    pub(crate) cents: u64,
    /// The card that was registered.
    pub(crate) card: CardId,
    /// Where it is to be sent.
    pub(crate) address: AddressId,
}

/// What became of an order.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct PlacedOrder {
    /// Whether the bicycle is on its way.
    pub(crate) outcome: Outcome,
    /// The shipment, if there is one.
    pub(crate) shipment: Option<ShipmentId>,
    /// The name of the error for which the order was cancelled.
    pub(crate) reason: Option<String>,
}

/// How an order ends.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// Reserved, paid for and booked for shipment.
    Placed,
    /// All of that undone, or in the hands of a person.
    Cancelled,
}

/// Why an order cannot be placed.
#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum PlaceOrderError {
    /// Somebody else was faster.
    #[task(name = "AlreadySold", permanent)]
    AlreadySold,
    /// Something is neither undone nor in the hands of a person.
    #[task(name = "LeftUndone", permanent)]
    LeftUndone,
    /// The order is cancelled, but nobody could be told so.
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
    /// An order.
    OrderId;
    /// A bicycle of the shop.
    BicycleId;
    /// A card that the customer registered with the bank.
    CardId;
    /// An address that the customer registered with the carrier.
    AddressId;
    /// A shipment of the carrier.
    ShipmentId;
}

/// The bicycles of the shop.
pub(crate) enum Bicycles {}

impl Table for Bicycles {
    const NAME: &'static str = "Bicycles";
    type Key = BicycleKey;
    type Item = Bicycle;
}

/// Which bicycle.
#[derive(Serialize, Deserialize, Payload, Item)]
pub(crate) struct BicycleKey {
    /// Its number.
    pub(crate) id: BicycleId,
}

/// A bicycle.
#[derive(Serialize, Deserialize, Payload, Item)]
pub(crate) struct Bicycle {
    /// Its number.
    pub(crate) id: BicycleId,
    /// Whether it can be bought.
    pub(crate) availability: Availability,
    /// The order that it is reserved for.
    pub(crate) order: Option<OrderId>,
}

/// Whether a bicycle can be bought.
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

/// What to charge.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct ChargeCardInput {
    /// The same key charges nothing again.
    pub(crate) key: String,
    /// Which card.
    pub(crate) card: CardId,
    /// How much, in cents.
    pub(crate) cents: u64,
}

/// Why a card is not charged.
#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum ChargeCardError {
    /// The bank says no.
    #[task(name = "CardDeclined", permanent)]
    CardDeclined,
    /// The bank says nothing for now.
    #[task(name = "GatewayBusy", transient)]
    GatewayBusy,
}

/// Gives back what was charged under a key, and closes the key: a charge that is still under way comes to nothing.
///
/// So it may run when nobody knows whether anything was charged.
pub(crate) enum RefundCharge {}

impl Function for RefundCharge {
    const NAME: &'static str = "RefundCharge";
    const TIMEOUT: Duration = Duration::from_secs(20);
    type Input = UndoInput;
    type Output = Nothing;
    type Error = RefundChargeError;
}

/// What to undo.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct UndoInput {
    /// The key that it was done under, if it was.
    pub(crate) key: String,
}

/// Why nothing is given back.
#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum RefundChargeError {
    /// The bank does not refund this card.
    #[task(name = "RefundRefused", permanent)]
    RefundRefused,
    /// The bank says nothing for now.
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

/// What to ship.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct BookShipmentInput {
    /// The same key books nothing again.
    pub(crate) key: String,
    /// What is in it.
    pub(crate) bicycle: BicycleId,
    /// Where to.
    pub(crate) address: AddressId,
}

/// A shipment that is booked.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct Shipment {
    /// What the carrier calls it.
    pub(crate) shipment: ShipmentId,
}

/// Why no shipment is booked.
#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum BookShipmentError {
    /// The carrier does not go there.
    #[task(name = "AddressNotServed", permanent)]
    AddressNotServed,
    /// The carrier says nothing for now.
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

/// Why a shipment is not cancelled.
#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum CancelShipmentError {
    /// It has left.
    #[task(name = "AlreadyShipped", permanent)]
    AlreadyShipped,
    /// The carrier says nothing for now.
    #[task(name = "CarrierUnavailable", transient)]
    CarrierUnavailable,
}

/// What a person has to undo, since the workflow could not.
pub(crate) enum UndoByHand {}

impl Queue for UndoByHand {
    const NAME: &'static str = "UndoByHand";
    type Message = NotUndone;
}

/// Something that is not undone.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct NotUndone {
    /// The order.
    pub(crate) order: OrderId,
    /// The state that was to undo it.
    pub(crate) undo: String,
    /// The key that it was done under, if it was.
    pub(crate) key: String,
    /// The name of the error.
    pub(crate) error: String,
}

/// An order is placed.
pub(crate) enum OrderPlaced {}

impl Event for OrderPlaced {
    const NAME: &'static str = "OrderPlaced";
    const BUS: &'static str = "Shop";
    const SOURCE: &'static str = "shop.orders";
    type Detail = PlacedDetail;
}

/// Which order is placed.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct PlacedDetail {
    /// The order.
    pub(crate) order: OrderId,
    /// What carries it.
    pub(crate) shipment: ShipmentId,
}

/// An order is cancelled, also one that was told to be placed.
pub(crate) enum OrderCancelled {}

impl Event for OrderCancelled {
    const NAME: &'static str = "OrderCancelled";
    const BUS: &'static str = "Shop";
    const SOURCE: &'static str = "shop.orders";
    type Detail = CancelledDetail;
}

/// Which order is cancelled.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct CancelledDetail {
    /// The order.
    pub(crate) order: OrderId,
    /// The name of the error that led to it.
    pub(crate) reason: String,
}
