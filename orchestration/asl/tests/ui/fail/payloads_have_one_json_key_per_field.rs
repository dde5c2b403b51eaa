//! A payload's JSON has one key per field.
use asl::Payload;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub struct Inner {
    pub value: u32,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct Outer {
    #[serde(flatten)]
    pub inner: Inner,
    #[serde(skip)]
    pub hidden: u32,
}

fn main() {}
