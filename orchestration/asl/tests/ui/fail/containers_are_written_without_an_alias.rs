use asl::Payload;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Payload)]
pub struct Person {
    #[payload(personal)]
    pub email: String,
}

type MaybePerson = Option<Person>;
type People = Vec<Person>;
type Boxed = Box<Option<Person>>;
type Pair = (u8, Person);

#[derive(Serialize, Deserialize, Payload)]
pub struct Invitation {
    pub guest: MaybePerson,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct Party {
    pub guests: Option<People>,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct Seat {
    pub guest: Boxed,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct Table {
    pub first: Pair,
}

fn main() {}
