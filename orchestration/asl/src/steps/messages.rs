//! Compiler messages for what newcomers try: methods whose trait bound never holds, and says what to do instead.

mod order;
mod unavailable;

pub use order::{HasDeclaredErrors, HasRules, HasSuccess, IsCallback, IsStep, TakesHandlers};
pub use unavailable::{
    HasErrors, HasTimeout, IsNewCallback, RetriesCalls, SetsTimeoutByName, ToleratesFailures,
};
