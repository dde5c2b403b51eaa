//! Texts.

use crate::Timestamp;
use crate::expr::{Expr, call, literal};

/// A type whose values are JSON strings. Implement it for newtypes whose text may be read and joined.
pub trait Text: 'static {}

impl Text for String {}
impl Text for Timestamp {}

impl<'s, T: Text> Expr<'s, T> {
    /// The value as a plain text.
    pub fn text(self) -> Expr<'s, String> {
        Expr::new(self.node)
    }

    /// Both texts, one after the other.
    pub fn concat<U: Text>(self, other: Expr<'s, U>) -> Expr<'s, String> {
        self.infix("&", other)
    }

    /// Whether it contains `part`.
    pub fn contains(self, part: &str) -> Expr<'s, bool> {
        call("contains", [self.any(), literal(part).any()])
    }

    /// Whether it starts with `start`.
    pub fn starts_with(self, start: &str) -> Expr<'s, bool> {
        let length = start.chars().count();
        let beginning: Expr<'s, String> =
            call("substring", [self.any(), literal(0).any(), literal(length).any()]);
        beginning.is(start.to_owned())
    }

    /// The number of its characters.
    pub fn length(self) -> Expr<'s, u64> {
        call("length", [self.any()])
    }

    /// The text in lower case.
    pub fn to_lowercase(self) -> Expr<'s, String> {
        call("lowercase", [self.any()])
    }

    /// The text in upper case.
    pub fn to_uppercase(self) -> Expr<'s, String> {
        call("uppercase", [self.any()])
    }
}
