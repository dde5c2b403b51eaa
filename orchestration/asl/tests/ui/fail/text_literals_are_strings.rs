//! A text literal is a `String` and no other type.
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
    let _ = NamedFields {
        id: "u-1".into(),
        visits: "3".into(),
        nick: "Al".into(),
        ..*named
    };
}

fn main() {}
