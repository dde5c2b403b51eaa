//! The `ServePages` function: the pages on which people sign up and confirm. `README.md` is the contract page.

mod app;
mod assets;
mod language;
mod pages;
mod words;

pub use app::App;
use kit::Handler;
pub use language::Language;

/// The function. It has no settings and no clients: its pages call the API like any other client.
pub fn handler() -> Handler {
    Handler::api("ServePages", App::new())
}
