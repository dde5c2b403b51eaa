//! What serde may leave out or make up is an `Option`.
use asl::Payload;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Payload)]
pub struct Payload1 {
    #[serde(default)]
    pub count: u32,
    #[serde(default = "one")]
    pub maybe: Option<u32>,
}

fn one() -> Option<u32> {
    Some(1)
}

fn main() {}
