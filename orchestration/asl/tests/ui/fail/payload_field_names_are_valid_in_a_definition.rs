//! JSONata quotes names with backticks, and CloudFormation substitutes `${`.
include!("../functions.rs");

#[derive(Serialize, Deserialize, Payload)]
pub struct Order {
    #[serde(rename = "")]
    pub id: String,
    #[serde(rename = "a`b")]
    pub lines: u32,
    #[serde(rename = "${Total}")]
    pub total: u32,
}

fn main() {}
