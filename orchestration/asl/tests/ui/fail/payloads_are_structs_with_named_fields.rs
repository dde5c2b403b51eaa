//! A payload is a struct with named fields.
use asl::Payload;

#[derive(Payload)]
pub struct Pair(pub u32, pub u32);

#[derive(Payload)]
pub enum Either {
    Left,
}

fn main() {}
