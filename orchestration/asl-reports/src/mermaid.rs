//! Mermaid flowcharts.

use std::borrow::Cow;
use std::fmt::{self, Formatter};

use asl_analysis::graph::{Level, Trigger, edges, inner_levels, is_callback};
use asl_document::{State, StateMachine};

/// The machine as a [Mermaid flowchart](https://mermaid.js.org/syntax/flowchart.html): solid lines are transitions
/// after success, dotted ones after caught errors. Double bars mark a callback task.
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
    let flowchart = fmt::from_fn(|out| {
        out.write_str("flowchart TD\n")?;
        Flowchart { out, branches: 0 }.level(machine.into(), "  ", ("begin", "finish"))
    });
    flowchart.to_string()
}

struct Flowchart<'a, 'b> {
    out: &'a mut Formatter<'b>,
    /// The number of branches so far.
    branches: usize,
}

impl Flowchart<'_, '_> {
    fn level(&mut self, level: Level<'_>, indent: &str, (begin, finish): (&str, &str)) -> fmt::Result {
        writeln!(self.out, "{indent}{begin}(( )) --> {}", id(level.start_at))?;
        for (name, state) in level.states {
            self.state(name, state, indent, finish)?;
        }
        let ends = |state| edges(state).iter().any(|edge| edge.to.is_none());
        if level.states.values().any(ends) {
            writeln!(self.out, "{indent}{finish}((( )))")?;
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
        writeln!(self.out, "{indent}{name}{open}{label}{close}")?;
        self.edges(name, state, indent, finish)
    }

    fn group(&mut self, label: &str, state: &State, indent: &str, finish: &str) -> fmt::Result {
        let name = &*id(label);
        writeln!(self.out, "{indent}subgraph {name}[{label}]")?;
        for level in inner_levels(state) {
            self.branches += 1;
            let marks = ["begin", "finish"].map(|mark| format!("{mark}{}", self.branches));
            self.level(level, &format!("{indent}  "), (&marks[0], &marks[1]))?;
        }
        writeln!(self.out, "{indent}end")?;
        self.edges(name, state, indent, finish)
    }

    /// The transition on success comes last.
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
                Trigger::Rule(number, _) => format!("-->|rule {number}|"),
                Trigger::Otherwise => "-->|otherwise|".to_owned(),
            };
            writeln!(self.out, "{indent}{name} {arrow} {to}")?;
        }
        Ok(())
    }
}

/// The identifier of a state: its name, unless that is a keyword or the identifier of a mark.
fn id(name: &str) -> Cow<'_, str> {
    const KEYWORDS: [&str; 8] = [
        "end",
        "subgraph",
        "graph",
        "flowchart",
        "class",
        "click",
        "style",
        "default",
    ];

    let is_mark = ["begin", "finish"]
        .iter()
        .filter_map(|mark| name.strip_prefix(mark))
        .any(|rest| rest.chars().all(|letter| letter.is_ascii_digit()));
    if is_mark || KEYWORDS.iter().any(|word| name.eq_ignore_ascii_case(word)) {
        Cow::Owned(format!("state_{name}"))
    } else {
        Cow::Borrowed(name)
    }
}
