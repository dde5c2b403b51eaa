//! An item has each attribute of its table's key.
include!("../functions.rs");

#[derive(Serialize, Deserialize, Payload, dynamodb::Item)]
pub struct GuestKey {
    pub id: String,
}

#[derive(Serialize, Deserialize, Payload, dynamodb::Item)]
pub struct Guest {
    pub name: String,
}

pub enum Guests {}

impl dynamodb::Table for Guests {
    const NAME: &'static str = "Guests";
    type Key = GuestKey;
    type Item = Guest;
}

fn main() {
    let guest = GuestFields { name: "Ada".into() };
    let _ = dynamodb::put_item::<Guests>(guest, dynamodb::Condition::always());
}
