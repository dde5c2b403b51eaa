//! Payloads.
#![expect(
    missing_debug_implementations,
    reason = "an order holds personal data, and nobody prints the others"
)]

use asl::dynamodb::Item;
use asl::{Payload, TaskToken, Timestamp};
use serde::{Deserialize, Serialize};

/// An order of a customer.
#[derive(Serialize, Deserialize, Payload)]
pub struct Order {
    /// Its number.
    #[payload(at_most = 36)]
    pub id: String,
    /// Whose it is.
    #[payload(personal, at_most = 254)]
    pub email: String,
    /// What is in it.
    #[payload(at_most = 100)]
    pub lines: Vec<Line>,
    /// The price, in cents.
    pub total: u64,
    /// What makes it cheaper.
    #[payload(at_most = 20)]
    pub coupon: Option<String>,
    /// Whether it is for somebody else.
    pub gift: bool,
    /// When it has to be there.
    pub due: Timestamp,
}

/// One article of an order.
#[derive(Serialize, Deserialize, Payload)]
pub struct Line {
    /// Which article.
    #[payload(at_most = 12)]
    pub sku: String,
    /// How many.
    pub amount: u64,
    /// The weight of one, in kilograms.
    pub weight: f64,
}

/// What is to be paid.
#[derive(Serialize, Deserialize, Payload)]
pub struct ChargeInput {
    /// The order's number.
    #[payload(at_most = 36)]
    pub order: String,
    /// How much.
    pub cents: u64,
}

/// What was paid.
#[derive(Serialize, Deserialize, Payload)]
pub struct Receipt {
    /// The receipt's number.
    #[payload(at_most = 36)]
    pub number: String,
}

/// A line on its way.
#[derive(Serialize, Deserialize, Payload)]
pub struct Parcel {
    /// The parcel's number.
    #[payload(at_most = 36)]
    pub tracking: String,
}

/// A question to a clerk.
#[derive(Serialize, Deserialize, Payload)]
pub struct ApproveInput {
    /// The order's number.
    #[payload(at_most = 36)]
    pub order: String,
    /// The token that the answer comes back with.
    pub token: TaskToken,
}

/// A clerk's answer.
#[derive(Serialize, Deserialize, Payload)]
pub struct Approval {
    /// Whether the order goes on.
    pub approved: bool,
}

/// The key of an article.
#[derive(Serialize, Deserialize, Payload, Item)]
pub struct ArticleKey {
    /// Which article.
    pub sku: String,
}

/// An article in the store.
#[derive(Serialize, Deserialize, Payload, Item)]
pub struct Article {
    /// Which article.
    pub sku: String,
    /// How many there are.
    pub in_stock: i64,
    /// Whether no more come.
    pub sold_out: bool,
    /// Where they are.
    pub shelf: Option<String>,
}
