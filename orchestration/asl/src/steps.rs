//! Steps: the builders of a workflow, and the tree that they make.

mod choose;
mod distributed;
pub(crate) mod error;
pub(crate) mod flow;
mod function;
mod map;
mod messages;
mod nested;
mod parallel;
mod repeat;
pub(crate) mod retry;
mod saga;
mod step;
pub(crate) mod task;
mod wait;
mod workflow;

pub use choose::{Choose, choose};
pub use distributed::{
    Batch, BatchFields, Bucket, DistributedMap, ItemsNotRead, ListedObject, ListedObjectFields, MapRunError,
    ResultFile, ResultFileFields, ResultsNotWritten, Row, Source, TooManyFailures, Written, WrittenFields,
    distributed_map, distributed_map_in_batches,
};
pub use error::{DeclaredError, ErrorClass, ErrorName, HeartbeatTimeout, RaisedBy, TaskError, Timeout};
pub use function::Function;
pub use map::{Each, MapEach, map_each};
#[doc(hidden)]
pub use messages::*;
pub use nested::{
    ExecutionError, ExecutionFailed, Nested, Started, StartedExecution, StartedExecutionFields,
};
pub use parallel::{AnyStep, Branches, Parallel, parallel};
pub use repeat::{Exhausted, Repeat, Round, repeat_until};
pub use retry::Retry;
pub use saga::{Saga, saga};
pub(crate) use step::Caught;
#[doc(hidden)]
pub use step::KnownCause;
pub use step::{ErrorOutput, ErrorOutputFields, IntoStep, Step, fail, fail_because, pass, succeed};
pub use task::{Callback, Handled, HandlerOutput, NoLimit, Task, Unhandled};
#[doc(hidden)]
pub use task::{HasLimit, SameOutput};
pub use wait::{Nothing, NothingFields, wait, wait_seconds, wait_until};
pub use workflow::Workflow;
