//! The items of a list exist only when the machine runs.
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
    let _ = named.tags[0];
    let _ = named.tags.iter();
}

fn main() {}
