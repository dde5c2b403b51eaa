//! The source of an event does not begin with `aws.`.
include!("../functions.rs");

pub enum Registered {}

impl events::Event for Registered {
    const NAME: &'static str = "Registered";
    const BUS: &'static str = "Users";
    const SOURCE: &'static str = "aws.users";
    type Detail = StoreOutput;
}

fn main() {
    let _ = events::put_event::<Registered>(StoreOutputFields { version: 1.into() });
}
