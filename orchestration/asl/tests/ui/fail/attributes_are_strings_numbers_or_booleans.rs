//! What cannot be an attribute of a DynamoDB item is no field of one.
include!("../functions.rs");

#[derive(Serialize, Deserialize, Payload, dynamodb::Item)]
pub struct Order {
    pub id: String,
    pub lines: Vec<String>,
}

fn main() {}
