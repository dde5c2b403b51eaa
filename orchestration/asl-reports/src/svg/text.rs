//! How much room words take, and what a picture says in words.

use asl_analysis::graph::Trigger;
use asl_document::{MapState, Number, State, TaskState};

use super::layout::Size;

/// The height of a line of small text.
pub(super) const SMALL_LINE: f64 = 14.0;

/// Up to here the condition of a rule is short enough to be shown.
const SHORT_CONDITION: usize = 40;

/// More errors than these are counted.
const MOST_ERRORS: usize = 3;

/// The width of a name. Fonts differ, so that this is what a wide one needs.
pub(super) fn name_width(text: &str) -> f64 {
    characters(text) * 8.0
}

/// The width of small text, likewise.
pub(super) fn small_width(text: &str) -> f64 {
    characters(text) * 6.6
}

fn characters(text: &str) -> f64 {
    f64::from(u16::try_from(text.chars().count()).unwrap_or(u16::MAX))
}

/// The room that is needed for what is written on a line.
pub(super) fn label_size(lines: &[String]) -> Size {
    let width = lines.iter().map(|line| small_width(line)).fold(0.0, f64::max);
    Size {
        width: even(width + 8.0),
        height: f64::from(u16::try_from(lines.len()).unwrap_or(u16::MAX)) * SMALL_LINE + 4.0,
    }
}

/// So that a middle is a whole number.
pub(super) fn even(width: f64) -> f64 {
    (width / 2.0).ceil() * 2.0
}

/// What is written on a line, if anything.
pub(super) fn label(state: &State, trigger: Trigger<'_>) -> Option<Vec<String>> {
    match trigger {
        Trigger::Done => None,
        Trigger::Otherwise => Some(vec!["otherwise".to_owned()]),
        Trigger::Rule(number) => {
            let State::Choice(choice) = state else { return None };
            let condition = choice.choices.get(number - 1)?.condition.as_str();
            let expression = condition.and_then(asl_document::expression);
            let short = expression.filter(|text| text.chars().count() <= SHORT_CONDITION);
            Some(vec![
                short.map_or_else(|| format!("rule {number}"), str::to_owned),
            ])
        }
        Trigger::Caught(errors) => {
            let mut lines: Vec<String> = errors
                .iter()
                .take(MOST_ERRORS)
                .map(|error| {
                    if error == "States.ALL" {
                        "any error".to_owned()
                    } else {
                        error.clone()
                    }
                })
                .collect();
            if let Some(more) = errors.len().checked_sub(MOST_ERRORS + 1) {
                lines.push(format!("and {} more", more + 1));
            }
            Some(lines)
        }
    }
}

/// What stands under a state's name.
pub(super) fn note(state: &State) -> String {
    match state {
        State::Task(task) => task_note(task),
        State::Parallel(_) => "all branches side by side".to_owned(),
        State::Map(map) => map_note(map),
        State::Choice(_) => "choice".to_owned(),
        State::Pass(_) => "pass".to_owned(),
        State::Wait(wait) => match wait.seconds {
            Some(Number::Literal(seconds)) => format!("wait, {seconds} s"),
            _ => "wait".to_owned(),
        },
        State::Succeed(_) => "succeeds".to_owned(),
        State::Fail(fail) => match &fail.error {
            Some(error) => format!("fails: {error}"),
            None => "fails".to_owned(),
        },
    }
}

fn task_note(task: &TaskState) -> String {
    if task.resource.ends_with(".waitForTaskToken") {
        return "waits for its token".to_owned();
    }
    match task.resource.rsplit_once(":::") {
        Some((_, integration)) if !integration.starts_with("lambda:invoke") => integration.to_owned(),
        _ => "task".to_owned(),
    }
}

fn map_note(map: &MapState) -> String {
    match map.max_concurrency {
        Some(Number::Literal(limit)) if limit > 0 => format!("for each item, {limit} at once"),
        _ => "for each item".to_owned(),
    }
}
