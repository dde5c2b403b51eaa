//! Compares the simulator's JSONata with the reference implementation: on random expressions, and on the reference's
//! own test suite.
//!
//! `run`, beside `Cargo.toml`, installs what this needs and starts it.

mod oracle;
mod outcome;
mod random;
mod report;
mod state;
mod suite;
mod verdict;
mod wrapping;

use std::io::{self, Write};
use std::panic;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, ValueEnum};
use expressions::{Case, Grammar};

use crate::oracle::Oracle;
use crate::report::Report;
use crate::suite::Suite;
use crate::verdict::Verdict;

/// Compares the simulator's JSONata with the reference implementation.
#[derive(Debug, Parser)]
struct Arguments {
    /// The number of random cases.
    #[arg(long, default_value_t = 5_000)]
    cases: usize,
    /// The seed of all of them.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What the expressions consist of.
    #[arg(long, value_enum, default_value_t = Language::Whole)]
    grammar: Language,
    /// The number of threads, each with a process of Node.js.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// How many of the cases that are wrong to reduce and print.
    #[arg(long, default_value_t = 1)]
    show: usize,
    /// Prints this case alone, as it is.
    #[arg(long)]
    case: Option<u64>,
    /// Runs the test suite of the reference instead.
    #[arg(long)]
    suite: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Language {
    /// All of JSONata.
    Whole,
    /// What definitions mostly use.
    Common,
}

impl From<Language> for Grammar {
    fn from(language: Language) -> Self {
        match language {
            Language::Whole => Self::Whole,
            Language::Common => Self::Common,
        }
    }
}

fn main() -> io::Result<ExitCode> {
    let arguments = Arguments::parse();
    // One of the simulator is reported with its expression.
    panic::set_hook(Box::new(|_| {}));
    let grammar = arguments.grammar.into();
    if let Some(number) = arguments.case {
        let case = Case::random(grammar, arguments.seed, number);
        print(&case, &mut Oracle::start()?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let wrong = if arguments.suite {
        run_suite(arguments.show)?
    } else {
        run_random(&arguments, grammar)?
    };
    Ok(if wrong {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Whether a case is wrong.
fn run_random(arguments: &Arguments, grammar: Grammar) -> io::Result<bool> {
    let Arguments {
        cases,
        seed,
        jobs,
        show,
        ..
    } = *arguments;
    let started = Instant::now();
    let numbers = random::numbers(grammar, seed, cases);
    let report = random::run(grammar, seed, &numbers, jobs)?;
    let seconds = started.elapsed().as_secs_f64();
    writeln!(
        io::stdout(),
        "{cases} cases of seed {seed} in {seconds:.0} s\n{report}"
    )?;
    let mut oracle = Oracle::start()?;
    for number in report.wrong.iter().take(show) {
        let case = random::shrink(Case::random(grammar, seed, *number), &mut oracle)?;
        writeln!(io::stdout(), "\ncase {number}, reduced")?;
        print(&case, &mut oracle)?;
    }
    Ok(!report.wrong.is_empty())
}

fn print(case: &Case, oracle: &mut Oracle) -> io::Result<()> {
    let compared = random::compare(case, oracle)?;
    let Case { expression, input } = case;
    writeln!(
        io::stdout(),
        "  expression  {expression}\n  input       {input}\n  reference   {}\n  simulator   {}",
        compared.reference,
        compared.ours
    )
}

/// Whether a case is wrong.
fn run_suite(show: usize) -> io::Result<bool> {
    let suite = Suite::fetch()?;
    for name in &suite.unreadable {
        writeln!(io::stdout(), "not Unicode: {name}")?;
    }
    let mut oracle = Oracle::start()?;
    let mut report = Report::default();
    let mut out = io::stdout();
    let (mut shown, mut otherwise_written) = (0, 0);
    for (number, (name, case)) in (0..).zip(suite.cases()) {
        let ran = suite.run(case, &mut oracle)?;
        report.note(&ran.compared, number);
        otherwise_written += u64::from(!ran.as_written);
        if !ran.as_published {
            writeln!(out, "not as published: {name}")?;
        }
        if ran.compared.verdict == Verdict::Wrong && shown < show {
            shown += 1;
            writeln!(
                out,
                "wrong: {name}\n  expression  {}\n  reference   {}\n  simulator   {}",
                ran.expression, ran.compared.reference, ran.compared.ours
            )?;
        }
    }
    writeln!(out, "{} cases of the suite", suite.cases().count())?;
    writeln!(
        out,
        "{otherwise_written:>8} mean something else in a state: compared as that"
    )?;
    writeln!(out, "{report}")?;
    Ok(!report.wrong.is_empty())
}
