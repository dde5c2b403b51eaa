//! Support for the examples: executions in virtual time with scripted tasks.
#![expect(clippy::print_stdout, reason = "an example shows something")]

use std::convert::Infallible;
use std::error::Error;
use std::time::Duration;

use asl::{Function, Workflow};
use asl_reports::{PriceTable, Report};
use clap::Parser;
use serde_json::Value;
use simulator::scripted::{self, ScriptedEvent};
use simulator::{Execution, Machine, Start, TaskCall, TaskEvent, timeline};

#[cfg(test)]
mod ran;
#[cfg(test)]
pub(crate) use ran::happened;

/// Builds a workflow and runs it in virtual time, with scripted tasks.
#[derive(Parser)]
struct Arguments {
    /// Prints the definition that would be deployed.
    #[arg(long)]
    definition: bool,
    /// Prints the report: paths, times and costs.
    #[arg(long, conflicts_with = "definition")]
    report: bool,
}

pub(crate) struct Scene {
    pub(crate) title: &'static str,
    pub(crate) input: Value,
    /// The result of each task.
    pub(crate) script: fn(&TaskCall) -> Answer,
}

/// The result of one attempt of a task.
#[derive(Clone)]
#[allow(dead_code, reason = "no example needs all of them")]
pub(crate) enum Answer {
    Returns(Value),
    /// It fails after a moment with the error of this name.
    Fails(&'static str),
    Nothing,
    /// A callback's token comes back with this after some time, and heartbeats until then.
    Completes(Option<Value>, Duration),
}

/// How long a task with a result takes.
const A_MOMENT: Duration = Duration::from_millis(200);

pub(crate) struct Ran {
    pub(crate) execution: Execution,
    /// The attempts of tasks, in order.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests look at the calls"))]
    pub(crate) calls: Vec<TaskCall>,
}

/// Shows what the command line asks for: the definition, its report, or by default the scenes.
pub(crate) fn show<W: Function>(workflow: &Workflow<W>, scenes: Vec<Scene>) -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let machine = workflow.build()?;
    let definition = machine.to_json()?;
    if arguments.definition {
        print!("{definition}");
        return Ok(());
    }
    if arguments.report {
        let report = Report::of(W::NAME, &machine, &workflow.hints(), &PriceTable::US_EAST_1);
        print!("{}", report.to_markdown());
        return Ok(());
    }
    let parsed = Machine::from_json(&definition)?;
    println!(
        "{}: {} states, {} bytes of JSON.",
        W::NAME,
        parsed.state_names().count(),
        definition.len()
    );
    println!("`-- --definition` prints it, and `-- --report` its paths, times and costs.");
    for scene in scenes {
        let Ran { execution, .. } = run(&parsed, scene.input, scene.script);
        println!("\n{}\n", scene.title);
        print!("{}", timeline::render(execution.history()));
        match execution.status().output() {
            Some(output) => println!("\nIts output is {output}"),
            None => println!("\nIt is {}.", execution.status().name()),
        }
    }
    Ok(())
}

/// Runs an execution until nothing happens any more.
pub(crate) fn run(machine: &Machine, input: Value, mut script: impl FnMut(&TaskCall) -> Answer) -> Ran {
    let mut execution = Execution::start(machine.clone(), Start::new("one", input));
    let mut calls = Vec::new();
    let Ok(()) = scripted::run_to_end(&mut execution, Vec::new(), |call| {
        calls.push(call.clone());
        Ok::<_, Infallible>(events(call, script(call)))
    });
    Ran { execution, calls }
}

fn events(call: &TaskCall, answer: Answer) -> Vec<(Duration, ScriptedEvent)> {
    let id = call.id;
    let succeeded = |output| TaskEvent::Succeeded { id, output };
    let event = match answer {
        Answer::Returns(output) => succeeded(output),
        Answer::Fails(error) => TaskEvent::Failed {
            id,
            error: error.to_owned(),
            cause: String::new(),
        },
        Answer::Nothing => return Vec::new(),
        Answer::Completes(output, after) => {
            let taken_on = (A_MOMENT, ScriptedEvent::Task(succeeded(Value::Null)));
            return [taken_on]
                .into_iter()
                .chain(by_token(call, output, after))
                .collect();
        }
    };
    vec![(A_MOMENT, ScriptedEvent::Task(event))]
}

/// Heartbeats, twice as often as they must come, and then the token.
fn by_token(call: &TaskCall, output: Option<Value>, after: Duration) -> Vec<(Duration, ScriptedEvent)> {
    let Some(token) = &call.task_token else {
        return Vec::new();
    };
    let beats = call.heartbeat.into_iter().flat_map(|longest| {
        (1..)
            .map(move |beat| longest / 2 * beat)
            .take_while(|at| *at < after)
    });
    let alive = TaskEvent::TokenHeartbeat { token: token.clone() };
    let beats = beats.map(|at| (at, alive.clone()));
    let completed = output.map(|output| {
        let token = token.clone();
        (after, TaskEvent::TokenSucceeded { token, output })
    });
    let events = beats.chain(completed);
    events
        .map(|(at, event)| (at, ScriptedEvent::Task(event)))
        .collect()
}
