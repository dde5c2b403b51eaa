//! The Lambda entry point.

fn main() -> Result<(), kit::StartError> {
    kit::start(|environment, _| serve_pages::handler(environment))
}
