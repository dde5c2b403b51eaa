//! The Lambda.

fn main() -> Result<(), kit::StartError> {
    kit::start(confirm_email::handler)
}
