//! `at_most` counts characters or items.
use asl::Payload;

#[derive(Payload)]
pub struct Order {
    #[payload(at_most = 100)]
    pub number: u32,
    #[payload(at_most = "100")]
    pub note: String,
    #[payload(at_most = 100, at_most = 10)]
    pub items: Vec<u32>,
}

fn main() {}
