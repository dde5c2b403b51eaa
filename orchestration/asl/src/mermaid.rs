//! Machines as Mermaid diagrams.

use std::borrow::Cow;
use std::fmt::{self, Write};

use crate::document::{Catcher, State, StateMachine, States, TaskState, Transition};

/// The machine as a [Mermaid flowchart](https://mermaid.js.org/syntax/flowchart.html): solid lines for the
/// way on, dotted ones for errors. A task that waits for its token stands between double bars.
///
/// ```
/// # use shop::*;
/// let machine = asl::workflow::<PlaceOrder, _>(|order| {
///     charge(order).catch_all(|_| failed("NotCharged"))
/// })
/// .build()?;
///
/// let diagram = asl::mermaid(&machine);
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
    let _ = diagram.level(&machine.states, &machine.start_at, "  ", ("begin", "finish"));
    diagram.text
}

struct Diagram {
    text: String,
    branches: usize,
}

impl Diagram {
    fn level(
        &mut self,
        states: &States,
        start: &str,
        indent: &str,
        (begin, finish): (&str, &str),
    ) -> fmt::Result {
        writeln!(self.text, "{indent}{begin}(( )) --> {}", id(start))?;
        for (name, state) in states {
            self.state(name, state, indent, finish)?;
        }
        if states.values().any(ends) {
            writeln!(self.text, "{indent}{finish}((( )))")?;
        }
        Ok(())
    }

    fn state(&mut self, label: &str, state: &State, indent: &str, finish: &str) -> fmt::Result {
        let name = &*id(label);
        match state {
            State::Task(task) => {
                let (open, close) = if waits_for_token(task) {
                    ("[[", "]]")
                } else {
                    ("[", "]")
                };
                writeln!(self.text, "{indent}{name}{open}{label}{close}")?;
                self.catches(name, &task.catch, indent)?;
            }
            State::Parallel(parallel) => {
                writeln!(self.text, "{indent}subgraph {name}[{label}]")?;
                let inner = format!("{indent}  ");
                for branch in &parallel.branches {
                    self.branches += 1;
                    let (begin, finish) = (
                        format!("begin{}", self.branches),
                        format!("finish{}", self.branches),
                    );
                    self.level(&branch.states, &branch.start_at, &inner, (&begin, &finish))?;
                }
                writeln!(self.text, "{indent}end")?;
                self.catches(name, &parallel.catch, indent)?;
            }
            State::Map(map) => {
                writeln!(self.text, "{indent}subgraph {name}[{label}]")?;
                self.branches += 1;
                let (begin, finish) = (
                    format!("begin{}", self.branches),
                    format!("finish{}", self.branches),
                );
                let (inner, processor) = (format!("{indent}  "), &map.item_processor);
                self.level(&processor.states, &processor.start_at, &inner, (&begin, &finish))?;
                writeln!(self.text, "{indent}end")?;
                self.catches(name, &map.catch, indent)?;
            }
            State::Choice(choice) => {
                writeln!(self.text, "{indent}{name}{{{label}}}")?;
                for (index, rule) in choice.choices.iter().enumerate() {
                    writeln!(
                        self.text,
                        "{indent}{name} -->|rule {}| {}",
                        index + 1,
                        id(&rule.next)
                    )?;
                }
                if let Some(default) = &choice.default {
                    writeln!(self.text, "{indent}{name} -->|otherwise| {}", id(default))?;
                }
            }
            State::Fail(_) => writeln!(self.text, "{indent}{name}>{label}]")?,
            State::Pass(_) | State::Wait(_) | State::Succeed(_) => {
                writeln!(self.text, "{indent}{name}({label})")?;
            }
        }
        match (transition(state), state) {
            (Some(Transition::Next(next)), _) => writeln!(self.text, "{indent}{name} --> {}", id(next)),
            (Some(Transition::End), _) | (None, State::Succeed(_)) => {
                writeln!(self.text, "{indent}{name} --> {finish}")
            }
            (None, _) => Ok(()),
        }
    }

    fn catches(&mut self, name: &str, catchers: &[Catcher], indent: &str) -> fmt::Result {
        for catcher in catchers {
            let errors = catcher.error_equals.join(", ").replace("States.ALL", "any error");
            writeln!(self.text, "{indent}{name} -.->|{errors}| {}", id(&catcher.next))?;
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

fn waits_for_token(task: &TaskState) -> bool {
    task.resource.ends_with(".waitForTaskToken")
}

fn ends(state: &State) -> bool {
    matches!(state, State::Succeed(_)) || matches!(transition(state), Some(Transition::End))
}

fn transition(state: &State) -> Option<&Transition> {
    match state {
        State::Task(task) => Some(&task.transition),
        State::Parallel(parallel) => Some(&parallel.transition),
        State::Map(map) => Some(&map.transition),
        State::Pass(pass) => Some(&pass.transition),
        State::Wait(wait) => Some(&wait.transition),
        State::Choice(_) | State::Succeed(_) | State::Fail(_) => None,
    }
}
