// A payload with a field of each kind: included by the cases about values, after `functions.rs`.

#[derive(Serialize, Deserialize, Payload)]
pub struct Named {
    pub name: String,
    pub nick: Option<String>,
    pub visits: u64,
    pub is_new: bool,
    pub tags: Vec<String>,
    pub id: UserId,
}
