//! The fields of payloads.

use crate::values::shape::Shape;
use crate::values::sizes::Largest;

/// A field of a payload: its name, its type and its marks.
///
/// ```
/// # use shop::*;
/// use asl::Payload;
///
/// let marked = Order::FIELDS.iter().filter(|field| field.personal);
///
/// assert_eq!(marked.map(|field| field.name).collect::<Vec<_>>(), ["email"]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// Whether it may be absent.
    pub optional: bool,
    /// Whether it is marked as personal.
    pub personal: bool,
    /// What is known of its type.
    #[doc(hidden)]
    pub shape: Shape,
}

impl Field {
    /// The longest JSON of its value, as far as it is known.
    ///
    /// ```
    /// # use shop::*;
    /// # use asl::Payload;
    /// let coupon = Order::FIELDS.iter().find(|field| field.name == "coupon").unwrap();
    ///
    /// assert_eq!(coupon.largest().octets, asl::sizes::text(20));
    /// ```
    pub fn largest(&self) -> Largest {
        self.shape.largest()
    }

    /// The field's name if it is marked as personal, or that of the first field inside of it that is.
    ///
    /// ```
    /// # use shop::*;
    /// use asl::Payload;
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize, Payload)]
    /// pub struct Archive {
    ///     pub orders: Vec<Order>,
    /// }
    ///
    /// assert_eq!(Archive::FIELDS[0].personal_field(), Some("email"));
    /// ```
    pub fn personal_field(&self) -> Option<&'static str> {
        if self.personal {
            Some(self.name)
        } else {
            self.shape.personal_field()
        }
    }
}
