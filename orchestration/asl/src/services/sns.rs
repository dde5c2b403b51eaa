//! Messages to SNS topics, published without a function in between.
//!
//! Source: [Call Amazon SNS with Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html).

use serde::{Deserialize, Serialize};

use crate::services::service::{ServiceError, call, calls};
use crate::steps::flow::Service;
use crate::values::expr::{ExprKind, Node};
use crate::{IntoExpr, Payload, Task};

/// A topic: its name in the template, and its message.
///
/// The template supplies its ARN as `${<NAME>TopicArn}`.
///
/// See [`publish`].
pub trait Topic: 'static {
    /// Its name in the template, in `PascalCase`.
    const NAME: &'static str;

    /// What a message holds. Subscribers get it as JSON text.
    type Message: Payload;
}

calls! {
    /// The call that [`publish`] makes.
    Publish<Topic>: Message -> Published, ServiceError;
}

/// A message that was published.
///
/// ```
/// # use shop::*;
/// use asl::sns::{Published, Topic, publish};
/// use asl::{Expr, Step, pass};
///
/// enum Orders {}
///
/// impl Topic for Orders {
///     const NAME: &'static str = "Orders";
///     type Message = Receipt;
/// }
///
/// fn noted(published: Expr<'_, Published>) -> Step<Receipt> {
///     pass("Noted", ReceiptFields { number: published.message_id })
/// }
///
/// let states = states(|order| {
///     publish::<Orders>(ReceiptFields { number: order.id })
///         .catch_all(|_| failed("NotPublished"))
///         .and_then(noted)
/// });
///
/// assert_eq!(states["Noted"]["Output"]["number"], "{% $publishOrders.MessageId %}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "PascalCase")]
pub struct Published {
    /// What SNS calls it.
    pub message_id: String,
}

/// Faults that are retried: SNS's own errors behind the integration's prefix. AWS lists no names.
///
/// Source: [Publish, errors](https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors).
const FAULTS: [&str; 5] = [
    "SNS.InternalErrorException",
    "SNS.KMSThrottlingException",
    "SNS.SdkClientException",
    "SNS.ThrottledException",
    "SNS.ThrottlingException",
];

/// Publishes a message. A retry may deliver it twice.
///
/// ```
/// use asl::sns::{Topic, publish};
/// use asl::Payload;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Payload)]
/// pub struct Alarm {
///     pub what: String,
/// }
///
/// pub enum Alarms {}
///
/// impl Topic for Alarms {
///     const NAME: &'static str = "Alarms";
///     type Message = Alarm;
/// }
///
/// # use shop::*;
/// let states = states(|_| {
///     publish::<Alarms>(AlarmFields { what: "the stock is empty".into() })
///         .catch_all(|_| failed("NotPublished"))
///         .and_then(|_| receipt("Published", "r-1"))
/// });
///
/// let published = &states["PublishAlarms"]["Arguments"];
/// assert_eq!(published["TopicArn"], "${AlarmsTopicArn}");
/// assert_eq!(published["Message"]["what"], "the stock is empty");
/// ```
pub fn publish<'s, T: Topic>(message: impl IntoExpr<'s, T::Message>) -> Task<Publish<T>> {
    let topic = Node::new(ExprKind::Substitution(format!("{}TopicArn", T::NAME)));
    let service = Service {
        resource: "sns:publish",
        faults: &FAULTS,
        result: Node::object(vec![(
            "MessageId",
            Node::field(Node::new(ExprKind::TaskResult), "MessageId", false),
        )]),
    };
    let arguments = vec![("TopicArn", topic), ("Message", message.into_expr().node)];
    call(&format!("Publish{}", T::NAME), service, arguments)
}
