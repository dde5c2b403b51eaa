//! A value that is known now has the type of what it is compared with.
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
    let _ = named.id.eq("u-1");
    let _ = named.nick.eq("Al");
}

fn main() {}
