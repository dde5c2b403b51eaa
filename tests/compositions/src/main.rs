//! The command line: measures, prints the tables, and writes the article, its plots and its data.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use compositions::{Report, Settings};

/// The sign-up in several compositions, measured in virtual time.
#[derive(Debug, Parser)]
struct Arguments {
    /// The seed of the first sign-up. With another than the default, nothing is written.
    #[arg(long, default_value_t = Settings::default().seed)]
    seed: u64,
    /// The number of sign-ups in each composition. With another than the default, nothing is written.
    #[arg(long, default_value_t = Settings::default().samples, value_parser = clap::value_parser!(u64).range(1..))]
    samples: u64,
    /// Writes nothing, and fails if a checked-in file is stale.
    #[arg(long)]
    check: bool,
}

fn main() -> io::Result<ExitCode> {
    let Arguments { seed, samples, check } = Arguments::parse();
    let settings = Settings { seed, samples };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let report = Report::new(settings);
    let mut out = io::stdout();
    write!(out, "{}", report.tables())?;
    if settings != Settings::default() {
        return Ok(ExitCode::SUCCESS);
    }
    if !check {
        report.write(&root)?;
        return Ok(ExitCode::SUCCESS);
    }
    let stale = report.stale(&root);
    for path in &stale {
        writeln!(io::stderr(), "stale: {}", path.display())?;
    }
    Ok(if stale.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
