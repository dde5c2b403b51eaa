//! JSON has one `null` for both levels of an `Option` of an `Option`.
include!("../functions.rs");

#[derive(Serialize, Deserialize, Payload)]
pub struct Guest {
    pub nick: Option<Option<String>>,
}

fn main() {}
