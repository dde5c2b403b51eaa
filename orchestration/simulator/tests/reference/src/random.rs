//! The differential test: random cases in the simulator and in the reference.

use std::io;
use std::thread;

use expressions::{Case, Grammar};
use serde_json::Map;

use crate::oracle::{Evaluation, Oracle};
use crate::outcome::Outcome;
use crate::report::Report;
use crate::state;
use crate::verdict::Verdict;

/// The outcomes of a case, and the verdict on them.
#[derive(Debug)]
pub(crate) struct Compared {
    pub(crate) reference: Outcome,
    pub(crate) ours: Outcome,
    pub(crate) verdict: Verdict,
}

pub(crate) fn compare(case: &Case, oracle: &mut Oracle) -> io::Result<Compared> {
    let text = case.expression.to_string();
    let reference = oracle.ask(&Evaluation::in_state(&text, &case.input))?;
    let ours = state::evaluate(&text, &Map::new(), &case.input);
    Ok(Compared {
        verdict: Verdict::of(&text, &reference, &ours),
        reference,
        ours,
    })
}

/// Whether an expression has the same value in every execution. The whole grammar has no others.
fn is_reproducible(grammar: Grammar, case: &Case) -> bool {
    let text = case.expression.to_string();
    grammar == Grammar::Whole
        || !["$uuid", "$states.context"]
            .iter()
            .any(|read| text.contains(read))
}

/// The numbers of the first cases of a seed.
pub(crate) fn numbers(grammar: Grammar, seed: u64, count: usize) -> Vec<u64> {
    (0..)
        .filter(|number| is_reproducible(grammar, &Case::random(grammar, seed, *number)))
        .take(count)
        .collect()
}

/// Compares the cases of these numbers, each `jobs`-th of them in a thread.
pub(crate) fn run(grammar: Grammar, seed: u64, numbers: &[u64], jobs: usize) -> io::Result<Report> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs)
            .map(|first| {
                scope.spawn(move || {
                    let mut oracle = Oracle::start()?;
                    let mut report = Report::default();
                    for number in numbers.iter().skip(first).step_by(jobs) {
                        let case = Case::random(grammar, seed, *number);
                        report.note(&compare(&case, &mut oracle)?, *number);
                    }
                    io::Result::Ok(report)
                })
            })
            .collect();
        let mut whole = Report::default();
        for thread in threads {
            whole.add(
                thread
                    .join()
                    .map_err(|_| io::Error::other("a thread panicked"))??,
            );
        }
        Ok(whole)
    })
}

/// How many simpler cases are tried at most.
const TRIES: usize = 3_000;

/// The simplest case found on the way from a wrong one that is still wrong.
pub(crate) fn shrink(mut case: Case, oracle: &mut Oracle) -> io::Result<Case> {
    let mut tries = TRIES;
    while let Some(simpler) = simpler(&case, oracle, &mut tries)? {
        case = simpler;
    }
    Ok(case)
}

/// The first reduction of a wrong case that is wrong, too.
fn simpler(case: &Case, oracle: &mut Oracle, tries: &mut usize) -> io::Result<Option<Case>> {
    for simpler in case.reductions() {
        let Some(left) = tries.checked_sub(1) else { break };
        *tries = left;
        if compare(&simpler, oracle)?.verdict == Verdict::Wrong {
            return Ok(Some(simpler));
        }
    }
    Ok(None)
}
