//! The items of a table derive `Item`.
include!("../functions.rs");

#[derive(Serialize, Deserialize, Payload)]
pub struct Guest {
    pub name: String,
}

pub enum Guests {}

impl dynamodb::Table for Guests {
    const NAME: &'static str = "Guests";
    type Key = Guest;
    type Item = Guest;
}

fn main() {}
