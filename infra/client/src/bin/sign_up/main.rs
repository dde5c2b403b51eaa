//! The command line program `sign-up`.

use std::process::ExitCode;

use clap::Parser;

mod args;
mod changes;
mod commands;
mod console;
mod failure;
mod link;
mod questions;
mod wait;

use args::Cli;
use console::Console;
use failure::Failure;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let console = Console::new(cli.json);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return console.fail(&Failure::Setup(error.into())),
    };
    let result = runtime.block_on(commands::run(cli, &console));
    // A name that is being looked up is not waited for.
    runtime.shutdown_background();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => console.fail(&failure),
    }
}
