//! The Lambda entry point.

fn main() -> Result<(), kit::StartError> {
    kit::start(|_, _| Ok(serve_pages::handler()))
}
