//! The input and the output of a function derive `Payload`, and its errors `TaskError`.
include!("../functions.rs");

#[derive(Serialize, Deserialize)]
pub struct Guest {
    pub name: String,
}

pub enum Greet {}

impl Function for Greet {
    const NAME: &'static str = "Greet";
    const TIMEOUT: Duration = Duration::from_secs(5);
    type Input = Guest;
    type Output = String;
    type Error = ();
}

fn main() {}
