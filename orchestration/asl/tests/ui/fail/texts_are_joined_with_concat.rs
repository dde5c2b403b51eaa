//! An expression has no text before the machine runs.
include!("../functions.rs");

#[derive(Serialize, Deserialize, Payload)]
pub struct Named {
    pub name: String,
    pub nick: Option<String>,
    pub visits: u64,
    pub is_new: bool,
    pub tags: Vec<String>,
    pub id: UserId,
}

fn define(named: Expr<'_, Named>) {
    let _ = format!("n-{}", named.name);
    let _ = format!("n-{:?}", named.name);
}

fn main() {}
