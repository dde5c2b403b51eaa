//! Compiler messages for what newcomers try: methods whose trait bound never holds, and says what to do instead.

mod order;
mod unavailable;

pub use order::*;
pub use unavailable::*;
