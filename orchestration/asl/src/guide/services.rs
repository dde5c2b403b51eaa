//! Callbacks, nested workflows and AWS services.
//!
//! # A callback
//!
//! [`callback`](crate::Function::callback) calls a function with a [task token](crate::task_token) and waits until
//! somebody sends the token back with the result: for minutes or days, while nothing runs. The result is the function's
//! `Output`; the return value of the Lambda function is ignored. `within` limits the wait, and comes before any handler.
//! An exceeded wait is a [`Timeout`](crate::Timeout) and is never retried. A `heartbeat` finds out earlier that nobody
//! is working on it, which is a [`HeartbeatTimeout`](crate::HeartbeatTimeout). A handler of `Timeout` takes that, too:
//! catch `HeartbeatTimeout` first. To the handler, either error is named `States.Timeout`. The heartbeat is shorter than the wait, and written directly after `callback(..)`,
//! before `within`. Whoever holds the token can complete the
//! task, so it is a credential.
//!
//! ```
//! use std::time::Duration;
//!
//! use asl::prelude::*;
//! use shop::*;
//!
//! let states = states(|order| {
//!     Approve::callback(ApproveInputFields { order: order.id, token: task_token() })
//!         .within(Duration::from_hours(8))
//!         .catch(Timeout, |_| receipt("NobodyAnswered", "none"))
//!         .catch_all(|_| failed("NotAsked"))
//!         .and_then(|answer| {
//!             choose("IsApproved")
//!                 .when(answer.approved, charge(order).catch_all(|_| failed("NotCharged")))
//!                 .otherwise(receipt("Refused", "none"))
//!         })
//! });
//!
//! assert_eq!(states["Approve"]["Resource"], "arn:aws:states:::lambda:invoke.waitForTaskToken");
//! assert_eq!(states["Approve"]["TimeoutSeconds"], 28_800);
//! ```
//!
//! Source: [Wait for a Callback with Task
//! Token](https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token).
//!
//! # A nested workflow
//!
//! [`run`](crate::Function::run) is a task that runs another workflow and has its input and output.
//! [`start`](crate::Function::start) does not wait for it. A Lambda function and a workflow have the same kind of contract:
//! nothing checks that `call` is used for the one and `run` for the other. The errors of the other workflow have no names here, so what
//! can be caught is [`ExecutionFailed`](crate::ExecutionFailed).
//!
//! ```
//! use asl::ExecutionFailed;
//! use asl::prelude::*;
//! use shop::*;
//!
//! let states = states(|order| {
//!     PlaceOrder::run(order)
//!         .catch(ExecutionFailed, |_| receipt("NotPlaced", "none"))
//!         .catch_all(|_| failed("NotStarted"))
//! });
//!
//! let arguments = &states["PlaceOrder"]["Arguments"];
//! assert_eq!(arguments["StateMachineArn"], "${PlaceOrderStateMachineArn}");
//! ```
//!
//! Source: [Start a new AWS Step Functions state machine from a running
//! execution](https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html).
//!
//! # A service
//!
//! Items of [`dynamodb`](crate::dynamodb) tables, messages to [`sns`](crate::sns) topics and [`sqs`](crate::sqs)
//! queues, and [`events`](crate::events) are read and written without a function in between: no code to deploy, no
//! cold start. The table, topic or queue has a contract, and its name in the definition is a substitution. The result
//! is a task like any other.
//!
//! ```
//! use asl::dynamodb::{Condition, Update, update_item};
//! use asl::prelude::*;
//! use shop::*;
//!
//! let states = states(|order| {
//!     update_item::<Stock>(
//!         ArticleKeyFields { sku: order.id },
//!         Update::<Stock>::new().add(|article| article.in_stock, -1),
//!         Condition::present(),
//!     )
//!     .catch_all(|_| failed("NotTaken"))
//!     .and_then(|_| receipt("Taken", "r-1"))
//! });
//!
//! assert_eq!(states["UpdateStock"]["Resource"], "arn:aws:states:::dynamodb:updateItem");
//! assert_eq!(states["UpdateStock"]["Arguments"]["TableName"], "${StockTableName}");
//! ```
//!
//! Source: [Integrating services with Step
//! Functions](https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html).
