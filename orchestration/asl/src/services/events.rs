//! Events on EventBridge buses, put there without a function in between.
//!
//! Source: [Add EventBridge events with Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html).

use crate::services::service::{call, calls, nothing};
use crate::steps::error::{DeclaredError, ErrorName, RaisedBy};
use crate::steps::flow::Service;
use crate::values::expr::{ExprKind, Node};
use crate::{IntoExpr, Nothing, Payload, Task, TaskError};

/// A kind of event: its bus, its source and its detail.
///
/// The template supplies the bus as `${<BUS>EventBusName}`.
///
/// See [`put_event`].
pub trait Event: 'static {
    /// The event's detail type, in `PascalCase`.
    const NAME: &'static str;

    /// The bus's name in the template, in `PascalCase`.
    const BUS: &'static str;

    /// The event's source. Names that start with `aws.` are reserved.
    const SOURCE: &'static str;

    /// The event's detail.
    type Detail: Payload;
}

calls! {
    /// The call that [`put_event`] makes.
    PutEvent<Event>: Detail -> Nothing, PutEventError;
}

/// Errors of [`put_event`].
///
/// See [`EntryFailed`].
#[derive(Debug)]
pub enum PutEventError {}

impl TaskError for PutEventError {
    const DECLARED: &'static [DeclaredError] = &[];

    fn declared(&self) -> DeclaredError {
        match *self {}
    }
}

/// `EventBridge.FailedEntry`: the bus rejected the event, which may be transient or permanent: see its cause.
///
/// ```
/// # use shop::*;
/// use asl::events::{EntryFailed, Event, put_event};
///
/// enum OrderPaid {}
///
/// impl Event for OrderPaid {
///     const NAME: &'static str = "OrderPaid";
///     const BUS: &'static str = "Shop";
///     const SOURCE: &'static str = "shop.orders";
///     type Detail = Receipt;
/// }
///
/// let states = states(|order| {
///     put_event::<OrderPaid>(ReceiptFields { number: order.id })
///         .catch(EntryFailed, |_| receipt("NotTaken", "none"))
///         .catch_all(|_| failed("NotPut"))
///         .and_then(|_| receipt("Put", "r-1"))
/// });
///
/// assert_eq!(states["PutOrderPaid"]["Catch"][0]["ErrorEquals"][0], "EventBridge.FailedEntry");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct EntryFailed;

impl ErrorName for EntryFailed {
    const NAME: &'static str = "EventBridge.FailedEntry";
}

impl RaisedBy<PutEventError> for EntryFailed {}

/// Faults that are retried. AWS names the first; the others are EventBridge's own errors behind the
/// integration's prefix.
///
/// Source: [PutEvents, errors](https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html#API_PutEvents_Errors).
const FAULTS: [&str; 4] = [
    "EventBridge.FailedEntry",
    "EventBridge.InternalException",
    "EventBridge.SdkClientException",
    "EventBridge.ThrottlingException",
];

/// Puts an event on its bus. A retry may deliver it twice.
///
/// ```
/// use asl::events::{Event, put_event};
/// use asl::Payload;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Payload)]
/// pub struct Placed {
///     pub order: String,
/// }
///
/// pub enum OrderPlaced {}
///
/// impl Event for OrderPlaced {
///     const NAME: &'static str = "OrderPlaced";
///     const BUS: &'static str = "Shop";
///     const SOURCE: &'static str = "shop.orders";
///     type Detail = Placed;
/// }
///
/// # use shop::*;
/// let states = states(|order| {
///     put_event::<OrderPlaced>(PlacedFields { order: order.id })
///         .catch_all(|_| failed("NotPut"))
///         .and_then(|_| receipt("Put", "r-1"))
/// });
///
/// let entry = &states["PutOrderPlaced"]["Arguments"]["Entries"][0];
/// assert_eq!(entry["EventBusName"], "${ShopEventBusName}");
/// assert_eq!(entry["DetailType"], "OrderPlaced");
/// assert_eq!(entry["Detail"]["order"], "{% $states.context.Execution.Input.id %}");
/// ```
pub fn put_event<'s, E: Event>(detail: impl IntoExpr<'s, E::Detail>) -> Task<PutEvent<E>> {
    // Source: [Event structure](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html), `source`.
    const {
        assert!(
            !begins_with_aws(E::SOURCE),
            "the SOURCE of an event does not begin with `aws.`, which is reserved"
        );
    };
    let bus = Node::new(ExprKind::Substitution(format!("{}EventBusName", E::BUS)));
    let entry = Node::object(vec![
        ("Detail", detail.into_expr().node),
        ("DetailType", Node::literal(E::NAME.into())),
        ("EventBusName", bus),
        ("Source", Node::literal(E::SOURCE.into())),
    ]);
    let service = Service {
        resource: "events:putEvents",
        faults: &FAULTS,
        result: nothing(),
    };
    // One event per call: a retry would put all of them again.
    call(
        &format!("Put{}", E::NAME),
        service,
        vec![("Entries", Node::array(vec![entry]))],
    )
}

const fn begins_with_aws(source: &str) -> bool {
    matches!(source.as_bytes(), [b'a', b'w', b's', b'.', ..])
}
