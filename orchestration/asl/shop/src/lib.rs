//! The order shop that the examples of `asl` are about.
//!
//! A crate of its own, so that it is compiled once and not with each example. What a shop would write is in
//! [`payloads`], [`functions`] and [`stores`]; [`steps`] are short forms of what most examples begin or end with, and
//! [`emitted`] shows what something is emitted as.

pub mod emitted;
pub mod functions;
pub mod payloads;
pub mod steps;
pub mod stores;

pub use emitted::{diagnostics, item_reader, jsonata, states};
pub use functions::{
    Approve, Charge, ChargeError, Pack, PlaceOrder, Refund, ShopError, charge_error, shop_error,
};
pub use payloads::{
    Approval, ApprovalFields, ApproveInput, ApproveInputFields, Article, ArticleFields, ArticleKey,
    ArticleKeyFields, ChargeInput, ChargeInputFields, Line, LineFields, Order, OrderFields, Parcel,
    ParcelFields, Receipt, ReceiptFields,
};
pub use steps::{charge, failed, pack, paid, receipt, refund};
pub use stores::{Stock, Uploads};
