//! The Lambda entry point.

fn main() -> Result<(), kit::StartError> {
    kit::start(set_user_status::handler)
}
