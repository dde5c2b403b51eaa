//! The Lambda.

fn main() -> Result<(), kit::StartError> {
    kit::start(notify_webhook::handler)
}
