//! A field of a payload is `personal`, `at_most` so long, both or neither.
use asl::Payload;

#[derive(Payload)]
pub struct Unknown {
    #[payload(secret)]
    pub value: u32,
    #[payload(personal = true)]
    pub other: u32,
}

#[derive(Payload)]
#[payload(personal)]
pub struct Misplaced {
    pub value: u32,
}

fn main() {}
