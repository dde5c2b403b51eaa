//! Reports as Markdown.

use std::fmt::{self, Write};

use super::paths::{End, Path, Paths, Place, Step};
use super::span::{Span, Together};
use super::table::Table;
use super::totals::{Totals, USUAL_CALL, USUAL_HOP};
use super::words::{bound, count, dollars, span};
use crate::report::Report;
use asl_analysis::duration::{about, exactly, number};
use asl_analysis::{MAX_EVENTS, Unbounded};

pub(super) fn markdown(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write(report, &mut text);
    let kept = text.trim_end().len();
    text.truncate(kept);
    text.push('\n');
    text
}

fn write(report: &Report, text: &mut String) -> fmt::Result {
    writeln!(text, "# {}\n", report.name)?;
    if let Some(comment) = &report.comment {
        writeln!(text, "{comment}\n")?;
    }
    if let Some(picture) = &report.picture {
        writeln!(
            text,
            "![The states of {} and the transitions between them.]({picture})\n",
            report.name
        )?;
    }
    summary(report, text)?;
    states(report, text)?;
    paths(report, text)?;
    costs(report, text)?;
    assumptions(report, text)
}

fn summary(report: &Report, text: &mut String) -> fmt::Result {
    let mut table = Table::new(&["what", "how much"], &[]);
    let mut row = |what: &str, amount: String| table.row([what.to_owned(), amount]);
    let kinds: Vec<String> = report
        .kinds()
        .iter()
        .map(|(kind, number)| format!("{number} {kind}"))
        .collect();
    row("states", format!("{}: {}", report.states.len(), kinds.join(", ")));
    if let Some(paths) = report.paths.first() {
        row("paths, with all combinations of branches", count(paths.count));
    }
    if let Some(undisturbed) = &report.undisturbed {
        row(
            "undisturbed: state transitions",
            span(undisturbed.transitions, number),
        );
        row(
            "undisturbed: expected duration",
            span(undisturbed.expected, about),
        );
        row(
            "undisturbed: cost of a million, in USD",
            cost(undisturbed, report),
        );
    }
    row("most state transitions", bound(&report.max_transitions, number));
    row("longest duration", bound(&report.worst_case, exactly));
    if let Some(timeout) = report.timeout {
        row("time-out of the machine", exactly(timeout));
    }
    let of_most = |events| format!("{} of {}", number(events), number(MAX_EVENTS));
    row("most events of a history", bound(&report.max_events, of_most));
    write!(text, "{table}")?;
    for note in notes(report) {
        writeln!(text, "{note}\n")?;
    }
    Ok(())
}

/// What a reader should not overlook.
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
            "**The longest duration is above the machine's time-out:** an execution may be ended after {}, amid its \
             retries.",
            exactly(timeout)
        ));
    }
    if report
        .max_events
        .as_ref()
        .is_ok_and(|events| *events > MAX_EVENTS)
    {
        notes.push("**The history may become longer than AWS allows:** such an execution fails.".to_owned());
    }
    notes
}

fn states(report: &Report, text: &mut String) -> fmt::Result {
    writeln!(text, "## States\n")?;
    writeln!(
        text,
        "At the most, with all retries. What is inside of a state stands behind it, and counts for both.\n"
    )?;
    let mut table = Table::new(&["state", "kind", "attempts", "duration", "events"], &[2, 3, 4]);
    for state in &report.states {
        let kind = if state.is_callback {
            format!("{}, callback", state.kind)
        } else {
            state.kind.to_owned()
        };
        table.row([
            format!("`{}`", state.name),
            kind,
            number(state.attempts),
            bound(&state.worst_case, exactly),
            bound(&state.max_events, number),
        ]);
    }
    write!(text, "{table}")
}

fn paths(report: &Report, text: &mut String) -> fmt::Result {
    writeln!(text, "## Paths\n")?;
    writeln!(
        text,
        "Without retries. `→` leads on, `⇢` from an error that was caught. A range is what is inside of a state: its \
         branches' own paths are listed behind.\n"
    )?;
    for paths in &report.paths {
        level(paths, report, text)?;
    }
    Ok(())
}

fn level(paths: &Paths, report: &Report, text: &mut String) -> fmt::Result {
    match &paths.place {
        Place::Machine => writeln!(text, "### {}\n", report.name)?,
        Place::Branch { state, number } => writeln!(text, "### {state}, branch {number}\n")?,
        Place::Item { state } => writeln!(text, "### {state}, per item\n")?,
    }
    let mut table = Table::new(
        &[
            "path",
            "ends",
            "transitions",
            "calls",
            "expected duration",
            "USD per million",
        ],
        &[2, 3, 4, 5],
    );
    for path in &paths.listed {
        let end = match &path.end {
            End::Done => "well".to_owned(),
            End::Failed(None) => "fails".to_owned(),
            End::Failed(Some(error)) => format!("fails: {error}"),
        };
        let Totals {
            transitions,
            requests,
            expected,
        } = path.totals;
        table.row([
            steps(path),
            end,
            span(transitions, number),
            span(requests, number),
            span(expected, about),
            cost(&path.totals, report),
        ]);
    }
    write!(text, "{table}")?;
    if paths.cut {
        writeln!(text, "There are more: the list ends here.\n")?;
    }
    Ok(())
}

fn steps(path: &Path) -> String {
    let mut text = String::new();
    let mut arrow = "";
    for Step { state, caught } in &path.steps {
        text.push_str(arrow);
        text.push_str(state);
        arrow = if caught.is_some() { " ⇢ " } else { " → " };
    }
    text
}

fn costs(report: &Report, text: &mut String) -> fmt::Result {
    let prices = &report.prices;
    writeln!(text, "## Cost\n")?;
    writeln!(
        text,
        "A million executions as a Standard workflow in {}, at the prices of {} and without a free tier:\n",
        prices.region, prices.date
    )?;
    let mut table = Table::new(&["what", "USD per million", "undisturbed, in USD"], &[1, 2]);
    let undisturbed = |of: fn(&Totals) -> Span<u64>, cents: u64| {
        let amount = report.undisturbed.as_ref().map(of);
        amount.map_or_else(String::new, |amount| {
            span(amount.times(Span::exactly(cents)), dollars)
        })
    };
    table.row([
        "state transitions".to_owned(),
        dollars(prices.cents_per_million_transitions),
        undisturbed(|totals| totals.transitions, prices.cents_per_million_transitions),
    ]);
    table.row([
        "calls of functions".to_owned(),
        dollars(prices.cents_per_million_requests),
        undisturbed(|totals| totals.requests, prices.cents_per_million_requests),
    ]);
    write!(text, "{table}")?;
    let sources: Vec<String> = prices
        .sources
        .iter()
        .map(|source| format!("<{source}>"))
        .collect();
    writeln!(text, "Prices: {}.\n", sources.join(", "))?;
    writeln!(
        text,
        "Billed is each state that is entered, and each execution that a distributed Map starts. Each retry is one \
         transition and one call more. The time that the functions run is theirs, and so is what they use; neither \
         is counted, nor what an Express workflow would cost.\n"
    )
}

fn assumptions(report: &Report, text: &mut String) -> fmt::Result {
    writeln!(text, "## Assumptions\n")?;
    writeln!(
        text,
        "- Undisturbed is an execution in which no error is caught and nothing is tried again.\n\
         - Between two tasks Step Functions needs {}, the median at 1 KiB of payload \
         ([SeBS-Flow, EuroSys 2025](https://doi.org/10.1145/3689031.3717465), raw data).\n\
         - A call takes {} where nothing else is said: a warm function in Rust \
         ([measured in March 2026](https://shinyaz.com/en/til/2026/03/31/aws-sdk-rust-lazy-tls-connection)).\n\
         - The longest duration has every attempt take all its time, and every pause be the longest that its jitter \
         may draw.",
        about(USUAL_HOP),
        about(USUAL_CALL)
    )?;
    let hints = &report.hints;
    for (state, duration) in &hints.expected {
        writeln!(text, "- `{state}` is expected to take {}.", about(*duration))?;
    }
    for (state, duration) in &hints.attempts {
        writeln!(
            text,
            "- An attempt of `{state}` that is tried again takes at most {}.",
            exactly(*duration)
        )?;
    }
    for (state, rounds) in &hints.rounds {
        writeln!(
            text,
            "- The loop of `{state}` has at most {} rounds.",
            number(*rounds)
        )?;
    }
    for (state, items) in &hints.items {
        writeln!(text, "- `{state}` has at most {} items.", number(*items))?;
    }
    Ok(())
}

/// What a million executions cost.
fn cost(totals: &Totals, report: &Report) -> String {
    let of = |amount: Span<u64>, cents: u64| amount.times(Span::exactly(cents));
    let transitions = of(totals.transitions, report.prices.cents_per_million_transitions);
    let requests = of(totals.requests, report.prices.cents_per_million_requests);
    span(transitions.plus(requests), dollars)
}
