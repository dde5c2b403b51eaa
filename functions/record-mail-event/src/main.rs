//! The Lambda entry point.

fn main() -> Result<(), kit::StartError> {
    kit::start(record_mail_event::handler)
}
