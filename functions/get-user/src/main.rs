//! The Lambda.

fn main() -> Result<(), kit::StartError> {
    kit::start(get_user::handler)
}
