//! One contract for two stores: the table in memory, and the functions' own adapters on an embedded DynamoDB.
//!
//! Each behaviour is a script of calls. Both stores must give the same answers and come to the same items.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod behaviours;
mod calls;
mod dynamo;
mod random;
