//! Messages to SQS queues, sent without a function in between.
//!
//! Source: [Call Amazon SQS with Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html).

use serde::{Deserialize, Serialize};

use crate::services::service::{ServiceError, call, calls};
use crate::steps::flow::Service;
use crate::values::expr::{ExprKind, Node};
use crate::{IntoExpr, Payload, Task};

/// A queue: its name in the template, and its message.
///
/// The template supplies its URL as `${<NAME>QueueUrl}`.
///
/// See [`send_message`].
pub trait Queue: 'static {
    /// Its name in the template, in `PascalCase`.
    const NAME: &'static str;

    /// What a message holds. Its receiver gets it as JSON text.
    type Message: Payload;
}

calls! {
    /// The call that [`send_message`] and [`send_message_in_order`] make.
    SendMessage<Queue>: Message -> Sent, ServiceError;
}

/// A message that was sent.
///
/// See [`send_message`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "PascalCase")]
pub struct Sent {
    /// What SQS calls it.
    pub message_id: String,
}

/// Faults that are retried: SQS's own errors behind the integration's prefix. AWS lists no names.
///
/// Source: [SendMessage, errors](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html#API_SendMessage_Errors).
const FAULTS: [&str; 3] = [
    "SQS.KmsThrottledException",
    "SQS.RequestThrottledException",
    "SQS.SdkClientException",
];

/// Sends a message. A retry may deliver it twice.
///
/// ```
/// use asl::sqs::{Queue, send_message};
/// use asl::{Payload, pass};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Payload)]
/// pub struct Pickup {
///     pub order: String,
/// }
///
/// pub enum Pickups {}
///
/// impl Queue for Pickups {
///     const NAME: &'static str = "Pickups";
///     type Message = Pickup;
/// }
///
/// # use shop::*;
/// let states = states(|order| {
///     send_message::<Pickups>(PickupFields { order: order.id })
///         .catch_all(|_| failed("NotSent"))
///         .and_then(|sent| pass("Sent", ReceiptFields { number: sent.message_id }))
/// });
///
/// let sent = &states["SendPickups"];
/// assert_eq!(sent["Arguments"]["QueueUrl"], "${PickupsQueueUrl}");
/// assert_eq!(sent["Assign"]["sendPickups"]["MessageId"], "{% $states.result.MessageId %}");
/// ```
pub fn send_message<'s, Q: Queue>(message: impl IntoExpr<'s, Q::Message>) -> Task<SendMessage<Q>> {
    send(message.into_expr().node, Vec::new())
}

/// Sends a message to a FIFO queue: in order within its group, and once for one deduplication id within five minutes.
///
/// Source: [SendMessage, request parameters](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html#API_SendMessage_RequestParameters).
///
/// ```
/// # use shop::*;
/// use asl::sqs::{Queue, send_message_in_order};
/// use asl::execution_id;
///
/// enum Receipts {}
///
/// impl Queue for Receipts {
///     const NAME: &'static str = "Receipts";
///     type Message = Receipt;
/// }
///
/// let states = states(|order| {
///     let message = ReceiptFields { number: order.id };
///     send_message_in_order::<Receipts>(message, "shop", execution_id())
///         .catch_all(|_| failed("NotSent"))
///         .and_then(|_| receipt("Sent", "r-1"))
/// });
///
/// let sent = &states["SendReceipts"]["Arguments"];
/// assert_eq!(sent["MessageGroupId"], "shop");
/// assert_eq!(sent["MessageDeduplicationId"], "{% $states.context.Execution.Id %}");
/// ```
pub fn send_message_in_order<'s, Q: Queue>(
    message: impl IntoExpr<'s, Q::Message>,
    group: impl IntoExpr<'s, String>,
    deduplication: impl IntoExpr<'s, String>,
) -> Task<SendMessage<Q>> {
    let order = vec![
        ("MessageGroupId", group.into_expr().node),
        ("MessageDeduplicationId", deduplication.into_expr().node),
    ];
    send(message.into_expr().node, order)
}

fn send<Q: Queue>(message: &'static Node, order: Vec<(&'static str, &'static Node)>) -> Task<SendMessage<Q>> {
    let queue = Node::new(ExprKind::Substitution(format!("{}QueueUrl", Q::NAME)));
    let service = Service {
        resource: "sqs:sendMessage",
        faults: &FAULTS,
        result: Node::object(vec![(
            "MessageId",
            Node::field(Node::new(ExprKind::TaskResult), "MessageId", false),
        )]),
    };
    let mut arguments = vec![("QueueUrl", queue), ("MessageBody", message)];
    arguments.extend(order);
    call(&format!("Send{}", Q::NAME), service, arguments)
}
