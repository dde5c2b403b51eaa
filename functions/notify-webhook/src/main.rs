//! The Lambda entry point.

fn main() -> Result<(), kit::StartError> {
    kit::start(notify_webhook::handler)
}
