//! Runs as many seeds as asked, or one of them again.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use simulation::{Fault, Totals, campaign, plan_of_seed, run_plan, shrink};

/// Runs whole sign-ups through faults, each run from one seed.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many seeds to run.
    #[arg(long, default_value_t = 10_000)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// On how many threads.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Runs this seed alone, and shows what happens.
    #[arg(long)]
    seed: Option<u64>,
}

fn main() -> io::Result<ExitCode> {
    let arguments = Arguments::parse();
    match arguments.seed {
        Some(seed) => replay(seed),
        None => many(&arguments),
    }
}

fn many(arguments: &Arguments) -> io::Result<ExitCode> {
    let progress = |runs, executions, elapsed: std::time::Duration| {
        let seconds = elapsed.as_secs_f64();
        // Nothing depends on whether somebody sees it.
        let _ = write!(
            io::stderr(),
            "\r{runs} runs, {executions} sign-ups, {seconds:.0} s "
        );
    };
    let started = std::time::Instant::now();
    let totals = campaign(arguments.first, arguments.seeds, arguments.jobs, progress);
    let _ = writeln!(io::stderr());
    tell(&totals, started.elapsed().as_secs_f64())?;
    match totals.violating {
        Some(seed) => replay(seed),
        None => Ok(ExitCode::SUCCESS),
    }
}

fn tell(totals: &Totals, seconds: f64) -> io::Result<()> {
    let mut out = io::stdout();
    let per = |count: u64| format!("{:.2}", ratio(count, totals.executions));
    writeln!(
        out,
        "{} runs, {} sign-ups in {seconds:.1} s",
        totals.runs, totals.executions
    )?;
    writeln!(out, "{} distinct timelines", totals.marks.len())?;
    writeln!(
        out,
        "{} single faults, {} for each sign-up; {} steps stopped by outages",
        totals.all_faults(),
        per(totals.all_faults()),
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

/// Runs a seed again; on a violation, the smallest plan that comes to the same.
fn replay(seed: u64) -> io::Result<ExitCode> {
    let mut out = io::stdout();
    let plan = plan_of_seed(seed);
    let run = run_plan(&plan);
    let Some(violation) = &run.violation else {
        writeln!(
            out,
            "seed {seed}: nothing is violated\n\n{plan}\n{}",
            run.timeline
        )?;
        return Ok(ExitCode::SUCCESS);
    };
    let smallest = shrink(&plan, violation.rule, run_plan);
    let run = run_plan(&smallest);
    writeln!(
        out,
        "seed {seed} violates a rule; replay it with `--seed {seed}`\n"
    )?;
    if let Some(violation) = &run.violation {
        writeln!(out, "the rule:  {}", violation.rule.text())?;
        writeln!(out, "found:     {}", violation.found)?;
    }
    writeln!(out, "\nThe smallest plan that comes to it:\n\n{smallest}")?;
    writeln!(out, "What happens:\n\n{}", run.timeline)?;
    Ok(ExitCode::FAILURE)
}
