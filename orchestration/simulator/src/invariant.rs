//! Invariants of the simulator itself: a broken one panics with the sentence that names it.
//!
//! Bad input never gets here: [`Machine`](crate::Machine) or the call that takes the input rejects it with an error.

/// Unwraps a value that an invariant of the simulator guarantees.
pub(crate) trait Invariant<T> {
    fn expect_invariant(self, sentence: &str) -> T;
}

impl<T> Invariant<T> for Option<T> {
    #[track_caller]
    fn expect_invariant(self, sentence: &str) -> T {
        match self {
            Some(value) => value,
            None => broken(sentence),
        }
    }
}

impl<T, E> Invariant<T> for Result<T, E> {
    /// The error itself is not shown: it may quote a payload.
    #[track_caller]
    fn expect_invariant(self, sentence: &str) -> T {
        self.ok().expect_invariant(sentence)
    }
}

#[track_caller]
#[expect(
    clippy::panic,
    reason = "to go on from a broken invariant would give wrong histories"
)]
pub(crate) fn broken(sentence: &str) -> ! {
    panic!("a broken invariant of the simulator: {sentence}")
}
