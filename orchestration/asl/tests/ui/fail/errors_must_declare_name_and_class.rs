//! Each error has a name on the wire and a class.
use asl::TaskError;

#[derive(Debug, TaskError)]
pub enum StoreError {
    Nameless,
    #[task(name = "StoreUnavailable")]
    Classless,
    #[task(name = "States.Timeout", permanent)]
    Taken,
    #[task(name = "Refused", forever)]
    Misspelt,
}

fn main() {}
