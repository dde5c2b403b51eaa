//! `fail` takes a cause that is known now.
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
    let _: Step<StoreOutput> = fail("Failed", store_error::StoreUnavailable, named.name);
}

fn main() {}
