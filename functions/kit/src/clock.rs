//! The clock.

use contracts::values::Timestamp;

/// The port that tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Clients that bring a clock along.
pub trait HasClock {
    /// The clock.
    fn clock(&self) -> impl Clock;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
