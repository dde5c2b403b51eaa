//! The order shop that the examples of `asl` are about.
//!
//! A crate of its own, so that it is compiled once and not with each example. What a shop would write is in
//! [`payloads`] and [`functions`]; [`steps`] are short forms of what most examples begin or end with, and
//! [`emitted`] shows what something is emitted as.

pub mod emitted;
pub mod functions;
pub mod payloads;
pub mod steps;

pub use emitted::{jsonata, problems, states};
pub use functions::{
    Approve, Charge, ChargeError, Pack, PlaceOrder, Refund, ShopError, charge_error, shop_error,
};
pub use payloads::{
    Approval, ApprovalExpr, ApproveInput, ApproveInputExpr, ChargeInput, ChargeInputExpr, Line, LineExpr,
    Order, OrderExpr, Parcel, ParcelExpr, Receipt, ReceiptExpr,
};
pub use steps::{charge, failed, pack, paid, receipt, refund};
