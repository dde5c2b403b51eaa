//! The command line: runs a range of seeds, or replays one.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use mimalloc::MiMalloc;
use simulation::{Contacts, Fault, Totals, run_scenario, run_seeds, scenario_of_seed, shrink};

/// A quarter of a run's time is allocation.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Deterministic simulation of whole sign-ups under injected faults.
#[derive(Debug, Parser)]
struct Arguments {
    /// The number of seeds to run.
    #[arg(long, default_value_t = 10_000)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// The number of threads.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Which contacts sign-ups confirm. A seed draws another scenario for each.
    #[arg(long, value_enum, default_value_t)]
    contacts: Contacts,
    /// Replays this seed alone and prints its trace.
    #[arg(long)]
    seed: Option<u64>,
}

fn main() -> io::Result<ExitCode> {
    let arguments = Arguments::parse();
    match arguments.seed {
        Some(seed) => replay(arguments.contacts, seed),
        None => run_all(&arguments),
    }
}

fn run_all(arguments: &Arguments) -> io::Result<ExitCode> {
    let progress = |totals: &Totals, elapsed: Duration| {
        let Totals { runs, executions, .. } = totals;
        // A failed write of the progress fails nothing else.
        let _ = write!(
            io::stderr(),
            "\r{runs} runs, {executions} sign-ups, {:.0} s ",
            elapsed.as_secs_f64()
        );
    };
    let started = Instant::now();
    let Arguments {
        contacts,
        first,
        seeds,
        jobs,
        ..
    } = *arguments;
    let totals = run_seeds(contacts, first, seeds, jobs, progress);
    let _ = writeln!(io::stderr());
    print(&totals, started.elapsed().as_secs_f64())?;
    match totals.violating {
        Some(seed) => replay(contacts, seed),
        None => Ok(ExitCode::SUCCESS),
    }
}

fn print(totals: &Totals, seconds: f64) -> io::Result<()> {
    let mut out = io::stdout();
    let Totals { runs, executions, .. } = totals;
    writeln!(out, "{runs} runs, {executions} sign-ups in {seconds:.1} s")?;
    writeln!(out, "{} distinct traces", totals.trace_hashes.len())?;
    writeln!(
        out,
        "{} single faults, {:.2} for each sign-up; {} operations failed in outages",
        totals.all_faults(),
        ratio(totals.all_faults(), totals.executions),
        totals.outages
    )?;
    for (kind, count) in Fault::KINDS.iter().zip(totals.faults) {
        writeln!(out, "  {kind}: {count}")?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "it is shown with two digits")]
fn ratio(count: u64, of: u64) -> f64 {
    count as f64 / of.max(1) as f64
}

/// Runs a seed again and prints its trace; on a violation, that of the minimal counterexample.
fn replay(contacts: Contacts, seed: u64) -> io::Result<ExitCode> {
    let mut out = io::stdout();
    let scenario = scenario_of_seed(contacts, seed);
    let run = run_scenario(&scenario);
    let Some(violation) = &run.violation else {
        writeln!(
            out,
            "seed {seed}: no invariant is violated\n\n{scenario}\n{}",
            run.trace
        )?;
        return Ok(ExitCode::SUCCESS);
    };
    let minimal = shrink(&scenario, violation.invariant, run_scenario);
    let run = run_scenario(&minimal);
    writeln!(
        out,
        "seed {seed} violates an invariant; replay it with `--contacts {} --seed {seed}`\n",
        contacts.name()
    )?;
    if let Some(violation) = &run.violation {
        writeln!(out, "invariant: {}", violation.invariant.text())?;
        writeln!(out, "found:     {}", violation.found)?;
    }
    writeln!(out, "\nMinimal counterexample:\n\n{minimal}")?;
    writeln!(out, "Trace:\n\n{}", run.trace)?;
    Ok(ExitCode::FAILURE)
}
