//! The Lambda entry point.

fn main() -> Result<(), kit::StartError> {
    kit::start(get_user::handler)
}
