//! The texts of a picture, and their sizes.

use asl_analysis::graph::{Trigger, is_callback};
use asl_document::{ALL_ERRORS, MapState, Number, State, TaskState};

use super::layout::{Size, factor};

/// The height of a line of small text.
pub(super) const SMALL_LINE: f64 = 14.0;

/// The longest condition that is shown, in characters.
const MAX_CONDITION: usize = 40;

/// The most errors that a label names; it counts the others.
const MAX_ERRORS: usize = 3;

/// The width of a name in a wide font.
pub(super) fn name_width(text: &str) -> f64 {
    factor(text.chars().count()) * 8.0
}

/// The width of small text in a wide font.
pub(super) fn small_width(text: &str) -> f64 {
    factor(text.chars().count()) * 6.6
}

pub(super) fn label_size(lines: &[String]) -> Size {
    let width = lines.iter().map(|line| small_width(line)).fold(0.0, f64::max);
    Size {
        width: even(width + 8.0),
        height: factor(lines.len()) * SMALL_LINE + 4.0,
    }
}

/// The next even number, whose half is a whole one.
pub(super) fn even(width: f64) -> f64 {
    (width / 2.0).ceil() * 2.0
}

/// The lines of an edge's label, if it has one.
pub(super) fn label(trigger: Trigger<'_>) -> Option<Vec<String>> {
    match trigger {
        Trigger::Done => None,
        Trigger::Otherwise => Some(vec!["otherwise".to_owned()]),
        Trigger::Rule(number, rule) => {
            let expression = rule.condition.as_str().and_then(asl_document::expression);
            let short = expression.filter(|text| text.chars().count() <= MAX_CONDITION);
            Some(vec![
                short.map_or_else(|| format!("rule {number}"), str::to_owned),
            ])
        }
        Trigger::Caught(errors) => {
            let mut lines: Vec<String> = errors.iter().take(MAX_ERRORS).cloned().collect();
            for line in lines.iter_mut().filter(|line| *line == ALL_ERRORS) {
                "any error".clone_into(line);
            }
            if let Some(more) = errors.len().checked_sub(MAX_ERRORS + 1) {
                lines.push(format!("and {} more", more + 1));
            }
            Some(lines)
        }
    }
}

/// The small text below a state's name.
pub(super) fn note(state: &State) -> String {
    match state {
        State::Task(_) if is_callback(state) => "callback task".to_owned(),
        State::Task(task) => task_note(task),
        State::Parallel(_) => "parallel".to_owned(),
        State::Map(map) => map_note(map),
        State::Choice(_) => "choice".to_owned(),
        State::Pass(_) => "pass".to_owned(),
        State::Wait(wait) => match wait.seconds {
            Some(Number::Literal(seconds)) => format!("wait, {seconds} s"),
            _ => "wait".to_owned(),
        },
        State::Succeed(_) => "succeed".to_owned(),
        State::Fail(fail) => match &fail.error {
            Some(error) => format!("fail: {error}"),
            None => "fail".to_owned(),
        },
    }
}

fn task_note(task: &TaskState) -> String {
    match task.resource.rsplit_once(":::") {
        Some((_, integration)) if !integration.starts_with("lambda:invoke") => integration.to_owned(),
        _ => "task".to_owned(),
    }
}

fn map_note(map: &MapState) -> String {
    match map.max_concurrency {
        Some(Number::Literal(limit)) if limit > 0 => format!("map, {limit} concurrent"),
        _ => "map".to_owned(),
    }
}
