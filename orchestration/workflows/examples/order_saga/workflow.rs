//! The order workflow: a saga.

use std::time::Duration;

use asl::dynamodb::{Condition, ConditionFailed, Update, update_item};
use asl::events::put_event;
use asl::prelude::*;
use asl::sqs::send_message;

use crate::contracts::{
    Availability, BicycleKeyFields, Bicycles, BookShipment, BookShipmentInputFields, CancelShipment,
    CancelledDetailFields, ChargeCard, ChargeCardInputFields, NotUndoneFields, Order, OrderCancelled,
    OrderPlaced, Outcome, PlaceOrder, PlacedDetailFields, PlacedOrder, PlacedOrderFields, RefundCharge,
    Shipment, UndoByHand, UndoInputFields, place_order_error,
};

/// Reserves the bicycle, charges the card, books the shipment and puts an event; or undoes all of it in reverse.
///
/// A step that failed may have taken effect all the same, for example one that timed out. So each undo runs as soon as its
/// step has begun, and is harmless where there is nothing to undo: the idempotency key is the execution's id.
/// An undo that fails is handed to a person, and the other steps are still undone.
pub(crate) fn place_order() -> Workflow<PlaceOrder> {
    PlaceOrder::define(|order| {
        saga(
            reserve(order)
                .compensate_begun(release(order))
                .then(|_| charge(order).compensate_begun(refund(order)))
                .then(|_| book_shipment(order).compensate_begun(cancel_shipment(order)))
                .then(|booked| tell_placed(order, booked)),
        )
        .catch_all_with_undos(|error, not_undone| tell_cancelled(order, error, not_undone))
    })
    .comment("Places an order for a bicycle, or undoes what was done for it.")
}

/// Reserves the bicycle. It is for sale, or reserved for this order by an attempt whose result was lost.
fn reserve(order: Expr<'_, Order>) -> Step<Nothing> {
    let for_sale = Condition::<Bicycles>::equal(|bicycle| bicycle.availability, Availability::ForSale);
    update_item::<Bicycles>(
        BicycleKeyFields { id: order.bicycle },
        Update::<Bicycles>::new()
            .set(|bicycle| bicycle.availability, Availability::Reserved)
            .set_some(|bicycle| bicycle.order, order.id),
        for_sale.or(is_ours(order)),
    )
    .named("ReserveBicycle")
    .catch(ConditionFailed, |_| {
        fail(
            "AlreadySold",
            place_order_error::AlreadySold,
            "another order has the bicycle",
        )
    })
    .into_step()
}

fn release(order: Expr<'_, Order>) -> Step<Nothing> {
    const NAME: &str = "ReleaseBicycle";
    update_item::<Bicycles>(
        BicycleKeyFields { id: order.bicycle },
        Update::<Bicycles>::new()
            .set(|bicycle| bicycle.availability, Availability::ForSale)
            .remove(|bicycle| bicycle.order),
        is_ours(order),
    )
    .named(NAME)
    .retry(long_retry())
    .catch(ConditionFailed, |_| pass("NothingToRelease", Nothing {}))
    .catch_all(|error| by_hand(NAME, order, error))
    .into_step()
}

fn is_ours(order: Expr<'_, Order>) -> Condition<'_, Bicycles> {
    Condition::<Bicycles>::equal_some(|bicycle| bicycle.order, order.id)
}

fn charge(order: Expr<'_, Order>) -> Step<Nothing> {
    ChargeCard::call(ChargeCardInputFields {
        key: execution_id(),
        card: order.card,
        cents: order.cents,
    })
    .retry(Retry::default().max_retries(2))
    .into_step()
}

fn refund(order: Expr<'_, Order>) -> Step<Nothing> {
    RefundCharge::call(UndoInputFields { key: execution_id() })
        .retry(long_retry())
        .catch_all(|error| by_hand("RefundCharge", order, error))
        .into_step()
}

fn book_shipment(order: Expr<'_, Order>) -> Step<Shipment> {
    BookShipment::call(BookShipmentInputFields {
        key: execution_id(),
        bicycle: order.bicycle,
        address: order.address,
    })
    .into_step()
}

fn cancel_shipment(order: Expr<'_, Order>) -> Step<Nothing> {
    CancelShipment::call(UndoInputFields { key: execution_id() })
        .retry(long_retry())
        .catch_all(|error| by_hand("CancelShipment", order, error))
        .into_step()
}

/// Hands an undo that failed to a person. If that fails too, the order ends with an error.
fn by_hand(undo: &str, order: Expr<'_, Order>, error: Expr<'_, ErrorOutput>) -> Step<Nothing> {
    send_message::<UndoByHand>(NotUndoneFields {
        order: order.id,
        undo: undo.into(),
        key: execution_id(),
        error: error.error,
    })
    .named(&format!("{undo}ByHand"))
    .retry(long_retry())
    .and_then(|_| pass(&format!("{undo}HandedOver"), Nothing {}))
}

/// The shop starts to work on an order with this event. If it cannot be put, the order is undone.
fn tell_placed<'s>(order: Expr<'s, Order>, booked: Expr<'s, Shipment>) -> Step<PlacedOrder> {
    put_event::<OrderPlaced>(PlacedDetailFields {
        order: order.id,
        shipment: booked.shipment,
    })
    .and_then(|_| {
        let placed = PlacedOrderFields {
            outcome: Outcome::Placed.into(),
            shipment: booked.shipment.some(),
            reason: none(),
        };
        pass("Placed", placed)
    })
}

/// If a step is neither undone nor handed to a person, the execution fails, which pages somebody.
fn tell_cancelled<'s>(
    order: Expr<'s, Order>,
    error: Expr<'s, ErrorOutput>,
    not_undone: Expr<'s, Option<ErrorOutput>>,
) -> Step<PlacedOrder> {
    put_event::<OrderCancelled>(CancelledDetailFields {
        order: order.id,
        reason: error.error,
    })
    .retry(long_retry())
    .catch_all(|_| {
        let cause = "the order is cancelled, but the event of it could not be put on the bus";
        fail(
            "CancellationNotTold",
            place_order_error::CancellationNotTold,
            cause,
        )
    })
    .and_then(|_| {
        let cancelled = PlacedOrderFields {
            outcome: Outcome::Cancelled.into(),
            shipment: none(),
            reason: error.error.some(),
        };
        choose("AllUndone")
            .when_some(not_undone, |failed| {
                fail_because("LeftUndone", place_order_error::LeftUndone, failed.error)
            })
            .otherwise(pass("Cancelled", cancelled))
    })
}

/// The retry policy of undos: 30 retries, which take an hour on average and two at most.
fn long_retry() -> Retry {
    Retry::default().max_retries(30).max_delay(Duration::from_mins(5))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
