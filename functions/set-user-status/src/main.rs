//! The Lambda.

fn main() -> Result<(), kit::StartError> {
    kit::start(set_user_status::handler)
}
