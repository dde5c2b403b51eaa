//! The Lambda entry point.

fn main() -> Result<(), kit::StartError> {
    kit::start(validate_contacts::handler)
}
