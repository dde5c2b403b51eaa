//! Contract tests of the table in memory: it must behave as the functions' own adapters do on an embedded DynamoDB.
//!
//! Both stores get the same calls, and must return the same results and end with the same items.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod accounts;
mod calls;
mod codes;
mod dynamo;
mod ends;
mod limits;
mod links;
mod phones;
mod random;
mod script;
mod suppression;
mod webhooks;
