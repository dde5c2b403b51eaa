//! The Lambda entry point.

fn main() -> Result<(), kit::StartError> {
    kit::start(create_user::handler)
}
