//! The Lambda entry point.

fn main() -> Result<(), kit::StartError> {
    kit::start(request_mail::handler)
}
