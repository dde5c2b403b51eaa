//! Imports for a file of contracts or of a workflow: `use asl::prelude::*`.
//!
//! It holds contracts, values and steps. Distributed maps, the errors of nested workflows, services
//! and [`Text`](crate::Text) are imported by name.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! fn place_order() -> Workflow<PlaceOrder> {
//!     PlaceOrder::define(|order| {
//!         Charge::call(ChargeInputFields { order: order.id, cents: order.total })
//!             .catch_all(|_| fail("NotCharged", shop_error::OrderFailed, "no charge"))
//!     })
//! }
//!
//! assert!(place_order().build().is_ok());
//! ```

pub use crate::{
    Callback, Each, ErrorOutput, Expr, Function, HeartbeatTimeout, IntoExpr, IntoStep, Nothing, Payload,
    Retry, Round, Step, StepOutput, Task, TaskError, TaskToken, Timeout, Timestamp, Workflow, choose,
    execution_id, execution_name, execution_start_time, fail, fail_because, literal, map_each, none, now,
    parallel, pass, redrive_count, repeat_until, retry_count, saga, state_entered_time, succeed, task_token,
    wait, wait_seconds, wait_until,
};
