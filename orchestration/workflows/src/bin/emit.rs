//! Generator of the checked-in definitions, diagrams and reports.
#![expect(clippy::print_stdout, reason = "it is a command, and says what it did")]

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use workflows::emitted::{EmitError, stale, test_definition, write};

/// Writes `infra/statemachines/*.asl.json` and `docs/machines/`.
#[derive(Parser)]
struct Arguments {
    /// Checks that the files are up to date, and writes nothing.
    #[arg(long)]
    check: bool,
    /// The root of the workspace.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))]
    root: PathBuf,
    /// Writes only a test definition, whose links expire after this time (such as `5s`).
    #[arg(long, conflicts_with = "check")]
    window: Option<humantime::Duration>,
    /// The folder for that definition; by default `target/statemachines` of the workspace.
    #[arg(long, requires = "window")]
    into: Option<PathBuf>,
}

fn main() -> ExitCode {
    run(&Arguments::parse()).unwrap_or_else(|error| {
        let because = error
            .source()
            .map(|source| format!(": {source}"))
            .unwrap_or_default();
        eprintln!("{error}{because}");
        ExitCode::FAILURE
    })
}

fn run(arguments: &Arguments) -> Result<ExitCode, EmitError> {
    if let Some(window) = arguments.window {
        let into = arguments.into.clone();
        let folder = into.unwrap_or_else(|| arguments.root.join("target/statemachines"));
        let definition = test_definition(&folder, window.into())?;
        write(&definition)?;
        println!("wrote {}", definition.path.display());
        return Ok(ExitCode::SUCCESS);
    }
    let stale = stale(&arguments.root)?;
    for file in &stale {
        let path = file
            .path
            .strip_prefix(&arguments.root)
            .unwrap_or(&file.path)
            .display();
        if arguments.check {
            println!("stale: {path}; run `cargo run -p workflows --bin emit`");
        } else {
            write(file)?;
            println!("wrote {path}");
        }
    }
    if stale.is_empty() {
        println!("all emitted files are up to date");
    }
    Ok(if arguments.check && !stale.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
