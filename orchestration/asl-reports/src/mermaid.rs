//! Machines as Mermaid diagrams.

use std::borrow::Cow;
use std::fmt::{self, Write};

use asl_analysis::graph::{Level, Trigger, edges, inner_levels, is_callback};
use asl_document::{State, StateMachine};

/// The machine as a [Mermaid flowchart](https://mermaid.js.org/syntax/flowchart.html): solid lines for the
/// way on, dotted ones for errors. A task that waits for its token stands between double bars.
///
/// ```
/// # use shop::*;
/// use asl::Function;
///
/// let machine = PlaceOrder::define(|order| {
///     charge(order).catch_all(|_| failed("NotCharged"))
/// })
/// .build()?;
///
/// let diagram = asl_reports::mermaid(&machine);
/// assert!(diagram.contains("  Charge[Charge]\n"));
/// assert!(diagram.contains("  Charge -.->|any error| NotCharged\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn mermaid(machine: &StateMachine) -> String {
    let mut diagram = Diagram {
        text: "flowchart TD\n".to_owned(),
        branches: 0,
    };
    // Writing to a string does not fail.
    let _ = diagram.level(machine.into(), "  ", ("begin", "finish"));
    diagram.text
}

struct Diagram {
    text: String,
    branches: usize,
}

impl Diagram {
    fn level(&mut self, level: Level<'_>, indent: &str, (begin, finish): (&str, &str)) -> fmt::Result {
        writeln!(self.text, "{indent}{begin}(( )) --> {}", id(level.start_at))?;
        for (name, state) in level.states {
            self.state(name, state, indent, finish)?;
        }
        let ends = |state| edges(state).iter().any(|edge| edge.to.is_none());
        if level.states.values().any(ends) {
            writeln!(self.text, "{indent}{finish}((( )))")?;
        }
        Ok(())
    }

    fn state(&mut self, label: &str, state: &State, indent: &str, finish: &str) -> fmt::Result {
        let name = &*id(label);
        let (open, close) = match state {
            State::Parallel(_) | State::Map(_) => return self.group(label, state, indent, finish),
            State::Task(_) if is_callback(state) => ("[[", "]]"),
            State::Task(_) => ("[", "]"),
            State::Choice(_) => ("{", "}"),
            State::Fail(_) => (">", "]"),
            State::Pass(_) | State::Wait(_) | State::Succeed(_) => ("(", ")"),
        };
        writeln!(self.text, "{indent}{name}{open}{label}{close}")?;
        self.edges(name, state, indent, finish)
    }

    fn group(&mut self, label: &str, state: &State, indent: &str, finish: &str) -> fmt::Result {
        let name = &*id(label);
        writeln!(self.text, "{indent}subgraph {name}[{label}]")?;
        for level in inner_levels(state) {
            self.branches += 1;
            let (begin, finish) = (
                format!("begin{}", self.branches),
                format!("finish{}", self.branches),
            );
            self.level(level, &format!("{indent}  "), (&begin, &finish))?;
        }
        writeln!(self.text, "{indent}end")?;
        self.edges(name, state, indent, finish)
    }

    /// The way on stands behind those of errors.
    fn edges(&mut self, name: &str, state: &State, indent: &str, finish: &str) -> fmt::Result {
        let (done, others): (Vec<_>, Vec<_>) = edges(state)
            .into_iter()
            .partition(|edge| edge.trigger == Trigger::Done);
        for edge in others.into_iter().chain(done) {
            let to = edge.to.map_or(Cow::Borrowed(finish), id);
            let arrow = match edge.trigger {
                Trigger::Done => "-->".to_owned(),
                Trigger::Caught(errors) => {
                    let errors = errors.join(", ").replace("States.ALL", "any error");
                    format!("-.->|{errors}|")
                }
                Trigger::Rule(number) => format!("-->|rule {number}|"),
                Trigger::Otherwise => "-->|otherwise|".to_owned(),
            };
            writeln!(self.text, "{indent}{name} {arrow} {to}")?;
        }
        Ok(())
    }
}

/// What a state is called in the diagram's own text: its name, unless that means something else there.
fn id(name: &str) -> Cow<'_, str> {
    const WORDS: [&str; 8] = [
        "end",
        "subgraph",
        "graph",
        "flowchart",
        "class",
        "click",
        "style",
        "default",
    ];

    let marks_an_end = ["begin", "finish"].into_iter().any(|mark| {
        name.strip_prefix(mark)
            .is_some_and(|rest| rest.chars().all(|letter| letter.is_ascii_digit()))
    });
    if marks_an_end || WORDS.iter().any(|word| name.eq_ignore_ascii_case(word)) {
        Cow::Owned(format!("state_{name}"))
    } else {
        Cow::Borrowed(name)
    }
}
