//! The Lambda entry point.

fn main() -> Result<(), kit::StartError> {
    kit::start(store_user_data::handler)
}
