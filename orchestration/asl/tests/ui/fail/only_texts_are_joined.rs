//! Only what is written as a JSON string is joined to a text.
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
    let _ = named.name.concat(named.visits);
    let _ = named.name.concat(named.nick);
    let _ = named.name.concat(3);
}

fn main() {}
