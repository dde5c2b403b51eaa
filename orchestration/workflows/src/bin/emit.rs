//! Generator of the checked-in definitions, diagrams and reports.
#![expect(clippy::print_stdout, reason = "it is a command, and says what it did")]

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Parser};
use workflows::emitted::{EmitError, TestDefinitions, stale, test_definitions, write};

/// Writes `infra/statemachines/*.asl.json` and `docs/machines/`.
#[derive(Parser)]
#[command(group = ArgGroup::new("tests").multiple(true))]
struct Arguments {
    /// Checks that the files are up to date, and writes nothing.
    #[arg(long)]
    check: bool,
    /// The root of the workspace.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))]
    root: PathBuf,
    /// Writes only definitions for tests, whose links expire after this time (such as `5s`).
    #[arg(long, conflicts_with = "check", group = "tests")]
    window: Option<humantime::Duration>,
    /// Writes only definitions for tests, with a state for each step, also for one without work.
    #[arg(long, conflicts_with = "check", group = "tests")]
    unfolded: bool,
    /// The folder for those definitions; by default `target/statemachines` of the workspace.
    #[arg(long, requires = "tests")]
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
    let tests = TestDefinitions {
        window: arguments.window.map(Into::into),
        unfolded: arguments.unfolded,
    };
    if tests.window.is_some() || tests.unfolded {
        let into = arguments.into.clone();
        let folder = into.unwrap_or_else(|| arguments.root.join("target/statemachines"));
        for definition in test_definitions(&folder, tests)? {
            write(&definition)?;
            println!("wrote {}", definition.path.display());
        }
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
