//! The closure of `map` makes a value of an item, and no step.
include!("../functions.rs");
include!("../named.rs");

#[derive(Serialize, Deserialize, Payload)]
pub struct TagInput {
    pub tag: String,
}

pub enum Tag {}

impl Function for Tag {
    const NAME: &'static str = "Tag";
    const TIMEOUT: Duration = Duration::from_secs(5);
    type Input = TagInput;
    type Output = StoreOutput;
    type Error = StoreError;
}

fn define(named: Expr<'_, Named>) {
    let _ = named.tags.map(|tag| Tag::call(TagInputFields { tag }));
}

fn main() {}
