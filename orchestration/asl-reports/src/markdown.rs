//! Markdown output of reports.

use std::fmt::{self, Formatter};

use indexmap::IndexMap;

use super::format::{bound, count, dollars, interval};
use super::interval::Interval;
use super::paths::{LevelId, Path, PathEnd, PathStep, Paths};
use super::table::Table;
use super::totals::{TYPICAL_CALL, TYPICAL_HOP, Totals};
use crate::report::Report;
use asl_analysis::duration::{about, exactly, number};
use asl_analysis::{MAX_EVENTS, RetryBudget, Unbounded};

pub(super) fn markdown(report: &Report) -> String {
    let text = fmt::from_fn(|out| write(report, out)).to_string();
    format!("{}\n", text.trim_end())
}

fn write(report: &Report, out: &mut Formatter<'_>) -> fmt::Result {
    writeln!(out, "# {}\n", report.name)?;
    for part in [&report.comment, &report.diagrams].into_iter().flatten() {
        writeln!(out, "{part}\n")?;
    }
    summary(report, out)?;
    states(report, out)?;
    retries(report, out)?;
    paths(report, out)?;
    costs(report, out)?;
    assumptions(report, out)
}

fn summary(report: &Report, out: &mut Formatter<'_>) -> fmt::Result {
    let mut table = Table::new(&["figure", "value"], &[]);
    let mut row = |figure: &str, value: String| table.row([figure.to_owned(), value]);
    let mut kinds: IndexMap<&str, usize> = IndexMap::new();
    for state in &report.states {
        *kinds.entry(state.kind).or_default() += 1;
    }
    let kinds: Vec<String> = kinds
        .iter()
        .map(|(kind, number)| format!("{number} {kind}"))
        .collect();
    row("states", format!("{}: {}", report.states.len(), kinds.join(", ")));
    if let Some(paths) = report.paths.first() {
        row("paths, with all combinations of branches", count(paths.count));
    }
    if let Some(totals) = &report.error_free {
        row(
            "error-free: state transitions",
            interval(totals.transitions, number),
        );
        row("error-free: expected duration", interval(totals.expected, about));
        row("error-free: cost per million, in USD", cost(totals, report));
    }
    row(
        "maximum state transitions",
        bound(&report.max_transitions, number),
    );
    row("worst-case duration", bound(&report.worst_case, exactly));
    if let Some(timeout) = report.timeout {
        row("timeout of the machine", exactly(timeout));
    }
    let of_quota = |events| format!("{} of {}", number(events), number(MAX_EVENTS));
    row("maximum history events", bound(&report.max_events, of_quota));
    write!(out, "{table}")?;
    for note in notes(report) {
        writeln!(out, "{note}\n")?;
    }
    Ok(())
}

/// Warnings about absent and exceeded bounds.
fn notes(report: &Report) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    let unbounded = [
        report.worst_case.as_ref().err(),
        report.max_events.as_ref().err(),
        report.max_transitions.as_ref().err(),
    ];
    for Unbounded { state, reason } in unbounded.into_iter().flatten() {
        let note = format!("There is no bound because `{state}` {reason}.");
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    if let (Ok(longest), Some(timeout)) = (&report.worst_case, report.timeout)
        && *longest > timeout
    {
        notes.push(format!(
            "**The worst-case duration exceeds the machine's timeout:** an execution may be ended after {} while it \
             is still retrying.",
            exactly(timeout)
        ));
    }
    if matches!(report.max_events, Ok(events) if events > MAX_EVENTS) {
        notes.push("**The history may exceed the quota of AWS:** such an execution fails.".to_owned());
    }
    notes
}

fn states(report: &Report, out: &mut Formatter<'_>) -> fmt::Result {
    writeln!(out, "## States\n")?;
    writeln!(
        out,
        "Upper bounds, with every retry used. The states inside of a Parallel or a Map come right after it, and its \
         figures include theirs.\n"
    )?;
    let mut table = Table::new(&["state", "type", "attempts", "duration", "events"], &[2, 3, 4]);
    for state in &report.states {
        let callback = if state.is_callback { ", callback" } else { "" };
        table.row([
            format!("`{}`", state.name),
            format!("{}{callback}", state.kind),
            number(state.max_attempts),
            bound(&state.worst_case, exactly),
            bound(&state.max_events, number),
        ]);
    }
    write!(out, "{table}")
}

/// The retry policies, those that differ in nothing but the state in one row.
fn retries(report: &Report, out: &mut Formatter<'_>) -> fmt::Result {
    let mut policies: IndexMap<&RetryBudget, Vec<String>> = IndexMap::new();
    for state in &report.states {
        for policy in &state.retries {
            policies
                .entry(policy)
                .or_default()
                .push(format!("`{}`", state.name));
        }
    }
    if policies.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Retries\n")?;
    writeln!(
        out,
        "What each policy allows one visit of a state, and what a million visits cost that use all of it. Pauses are those on \
         average, and at most.\n"
    )?;
    let header = [
        "states",
        "retried after",
        "retries",
        "pauses together",
        "USD per million",
    ];
    let mut table = Table::new(&header, &[2, 3, 4]);
    for (policy, states) in policies {
        let expected = if policy.has_jitter {
            policy.pauses / 2
        } else {
            policy.pauses
        };
        let cents = report.prices.cents_per_million_transitions + report.prices.cents_per_million_requests;
        table.row([
            states.join(", "),
            errors(policy),
            number(policy.retries),
            format!("{}, {}", about(expected), about(policy.pauses)),
            dollars(policy.retries.saturating_mul(cents)),
        ]);
    }
    write!(out, "{table}")
}

/// The errors of the functions by name, and how many of the platform's.
fn errors(policy: &RetryBudget) -> String {
    let (of_platform, own): (Vec<&String>, Vec<&String>) =
        policy.errors.iter().partition(|error| error.contains('.'));
    let mut names: Vec<String> = own.into_iter().cloned().collect();
    match of_platform.as_slice() {
        [] => {}
        [single] => names.push((*single).clone()),
        several => names.push(format!("{} of AWS", several.len())),
    }
    names.join(", ")
}

fn paths(report: &Report, out: &mut Formatter<'_>) -> fmt::Result {
    writeln!(out, "## Paths\n")?;
    writeln!(
        out,
        "Without retries. `→` is a transition after success, `⇢` one after a caught error. Ranges cover the paths \
         inside of a Parallel or a Map, which are listed below.\n"
    )?;
    for paths in &report.paths {
        level(paths, report, out)?;
    }
    Ok(())
}

fn level(paths: &Paths, report: &Report, out: &mut Formatter<'_>) -> fmt::Result {
    match &paths.level {
        LevelId::Machine => writeln!(out, "### {}\n", report.name)?,
        LevelId::Branch { state, number } => writeln!(out, "### {state}, branch {number}\n")?,
        LevelId::Item { state } => writeln!(out, "### {state}, per item\n")?,
    }
    let header = [
        "path",
        "outcome",
        "transitions",
        "requests",
        "expected duration",
        "USD per million",
    ];
    let mut table = Table::new(&header, &[2, 3, 4, 5]);
    for path in &paths.listed {
        let outcome = match &path.end {
            PathEnd::Succeeded => "succeeds".to_owned(),
            PathEnd::Failed(None) => "fails".to_owned(),
            PathEnd::Failed(Some(error)) => format!("fails: {error}"),
        };
        table.row([
            steps(path),
            outcome,
            interval(path.totals.transitions, number),
            interval(path.totals.requests, number),
            interval(path.totals.expected, about),
            cost(&path.totals, report),
        ]);
    }
    write!(out, "{table}")?;
    if paths.is_truncated {
        writeln!(out, "The list is truncated: there are more paths.\n")?;
    }
    Ok(())
}

fn steps(path: &Path) -> String {
    let mut text = String::new();
    let mut arrow = "";
    for PathStep { state, caught } in &path.steps {
        text.push_str(arrow);
        text.push_str(state);
        arrow = if caught.is_some() { " ⇢ " } else { " → " };
    }
    text
}

fn costs(report: &Report, out: &mut Formatter<'_>) -> fmt::Result {
    let prices = &report.prices;
    writeln!(out, "## Cost\n")?;
    writeln!(
        out,
        "One million executions as a Standard workflow in {}, at the prices of {} and without the free tier:\n",
        prices.region, prices.date
    )?;
    let mut table = Table::new(&["item", "USD per million", "error-free, in USD"], &[1, 2]);
    let mut row = |item: &str, cents: u64, amount: fn(&Totals) -> Interval<u64>| {
        let total = report
            .error_free
            .as_ref()
            .map(|totals| interval(amount(totals).times(Interval::exactly(cents)), dollars));
        table.row([item.to_owned(), dollars(cents), total.unwrap_or_default()]);
    };
    row(
        "state transitions",
        prices.cents_per_million_transitions,
        |totals| totals.transitions,
    );
    row("Lambda requests", prices.cents_per_million_requests, |totals| {
        totals.requests
    });
    write!(out, "{table}")?;
    let sources: Vec<String> = prices
        .sources
        .iter()
        .map(|source| format!("<{source}>"))
        .collect();
    writeln!(out, "Prices: {}.\n", sources.join(", "))?;
    writeln!(
        out,
        "Each state that is entered and each child execution of a distributed Map is billed as a transition; each \
         retry adds one transition and one request. Not included: the compute time of the functions, the services \
         that they use, and Express workflows.\n"
    )
}

fn assumptions(report: &Report, out: &mut Formatter<'_>) -> fmt::Result {
    writeln!(out, "## Assumptions\n")?;
    writeln!(
        out,
        "- An error-free execution catches no error and retries nothing.\n\
         - The latency of Step Functions between two tasks is {}, the median at 1 KiB of payload \
         ([SeBS-Flow, EuroSys 2025](https://doi.org/10.1145/3689031.3717465), raw data).\n\
         - Unless stated below, a Lambda call takes {}: a warm function in Rust \
         ([measured in March 2026](https://shinyaz.com/en/til/2026/03/31/aws-sdk-rust-lazy-tls-connection)).\n\
         - In the worst case, every attempt takes until its timeout, and jitter always draws the longest delay.",
        about(TYPICAL_HOP),
        about(TYPICAL_CALL)
    )?;
    let hints = &report.hints;
    for (state, duration) in &hints.expected {
        writeln!(out, "- `{state}` is expected to take {}.", about(*duration))?;
    }
    for (state, duration) in &hints.attempts {
        let longest = exactly(*duration);
        writeln!(
            out,
            "- An attempt of `{state}` that is retried takes at most {longest}."
        )?;
    }
    for (state, errors) in &hints.waiting {
        writeln!(
            out,
            "- An attempt of `{state}` that is retried after {} takes until its timeout.",
            errors.join(" or ")
        )?;
    }
    for (state, rounds) in &hints.rounds {
        writeln!(
            out,
            "- The loop of `{state}` has at most {} rounds.",
            number(*rounds)
        )?;
    }
    for (state, items) in &hints.items {
        writeln!(out, "- `{state}` has at most {} items.", number(*items))?;
    }
    Ok(())
}

/// The cost of a million executions, in dollars.
fn cost(totals: &Totals, report: &Report) -> String {
    let of = |amount: Interval<u64>, cents: u64| amount.times(Interval::exactly(cents));
    let transitions = of(totals.transitions, report.prices.cents_per_million_transitions);
    let requests = of(totals.requests, report.prices.cents_per_million_requests);
    interval(transitions.plus(requests), dollars)
}
