//! Payloads.
#![expect(
    missing_debug_implementations,
    reason = "an order holds personal data, and nobody prints the others"
)]

use asl::dynamodb::Item;
use asl::{Payload, TaskToken, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Payload)]
pub struct Order {
    #[payload(at_most = 36)]
    pub id: String,
    #[payload(personal, at_most = 254)]
    pub email: String,
    #[payload(at_most = 100)]
    pub lines: Vec<Line>,
    /// The price, in cents.
    pub total: u64,
    #[payload(at_most = 20)]
    pub coupon: Option<String>,
    pub gift: bool,
    pub due: Timestamp,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct Line {
    #[payload(at_most = 12)]
    pub sku: String,
    pub amount: u64,
    /// The weight of one, in kilograms.
    pub weight: f64,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct ChargeInput {
    #[payload(at_most = 36)]
    pub order: String,
    pub cents: u64,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct Receipt {
    #[payload(at_most = 36)]
    pub number: String,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct Parcel {
    #[payload(at_most = 36)]
    pub tracking: String,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct ApproveInput {
    #[payload(at_most = 36)]
    pub order: String,
    /// The token that the result is sent with.
    pub token: TaskToken,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct Approval {
    pub approved: bool,
}

#[derive(Serialize, Deserialize, Payload, Item)]
pub struct ArticleKey {
    pub sku: String,
}

#[derive(Serialize, Deserialize, Payload, Item)]
pub struct Article {
    pub sku: String,
    pub in_stock: i64,
    pub sold_out: bool,
    pub shelf: Option<String>,
}
