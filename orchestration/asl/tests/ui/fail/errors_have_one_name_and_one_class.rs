//! Each error has one name, one class, and a name of its own.
use asl::TaskError;

#[derive(Debug, TaskError)]
pub enum StoreError {
    #[task(name = "Both", transient, permanent)]
    Both,
    #[task(name = "Same", transient)]
    First,
    #[task(name = "Same", permanent)]
    Second,
    #[task(name = "", permanent)]
    Empty,
}

fn main() {}
