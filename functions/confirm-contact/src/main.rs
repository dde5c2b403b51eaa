//! The Lambda entry point.

fn main() -> Result<(), kit::StartError> {
    kit::start(confirm_contact::handler)
}
