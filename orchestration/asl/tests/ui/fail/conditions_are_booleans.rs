//! A rule of a choice has a condition that is true or false.
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
    let _ = choose("HasNick").when(named.nick, pass("Yes", StoreOutputFields { version: 1.into() }));
}

fn main() {}
