//! Runs a JSONata state machine with mocked tasks, in virtual time.
//!
//! ```console
//! $ asl-run MACHINE.asl.json [--input IN.json] [--mocks MOCKS.json] [--test CASE] [--history]
//! $ asl-run --check MACHINE.asl.json [--json]
//! ```
//!
//! Prints the output (or the error) as JSON, the history in the shape of `GetExecutionHistory` when asked for it,
//! and a timeline. A day of waiting takes no time. Mocks are in the format of Step Functions Local, with one
//! field more: `AfterSeconds` beside `Return` or `Throw` is the virtual time until the response. `Return` is the
//! whole response of the integration; a callback task gets it by its token. A `${..}` is left unchanged.
//!
//! From the top of the workspace:
//!
//! ```console
//! $ cargo run -p simulator --bin asl-run -- infra/statemachines/sign-up.asl.json \
//!     --input orchestration/simulator/examples/sign-up.input.json \
//!     --mocks orchestration/simulator/examples/sign-up.mocks.json --test Confirmed
//! ```
//!
//! `--check` runs nothing. It lists all that is wrong with the definition, as AWS's `ValidateStateMachineDefinition` does,
//! and `--json` prints its response.
//!
//! The exit code is 0 if the execution succeeded or the definition is valid, 1 if the execution did not succeed, and 2 if a
//! file is malformed, a definition is rejected or a task has no response.
#![expect(clippy::print_stdout, reason = "a command-line tool")]
#![expect(clippy::print_stderr, reason = "a command-line tool")]

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use serde_json::{Value, json};
use simulator::{Execution, Machine, Start, Status, WorkflowType, file, scripted, timeline};

mod check;
mod mocks;

use mocks::{MockFile, Mocks};

/// Runs a JSONata state machine with mocked tasks, in virtual time.
#[derive(Debug, Parser)]
#[command(name = "asl-run")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
struct Arguments {
    /// The definition.
    definition: PathBuf,
    /// Lists what is wrong with the definition, and runs nothing.
    #[arg(long, conflicts_with_all = ["input", "mocks", "test", "machine", "history", "seed"])]
    check: bool,
    /// Prints what `--check` finds as JSON.
    #[arg(long, requires = "check")]
    json: bool,
    /// The execution's input, as JSON; `{}` where absent.
    #[arg(long)]
    input: Option<PathBuf>,
    /// The responses of the tasks, in the format of Step Functions Local.
    #[arg(long)]
    mocks: Option<PathBuf>,
    /// The test case of the mocks, where there are several.
    #[arg(long)]
    test: Option<String>,
    /// The state machine of the mocks, where there are several.
    #[arg(long)]
    machine: Option<String>,
    /// Prints the history, too.
    #[arg(long)]
    history: bool,
    /// Runs or checks it as an Express workflow.
    #[arg(long)]
    express: bool,
    /// The seed of everything random.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

impl Arguments {
    fn workflow_type(&self) -> WorkflowType {
        if self.express {
            WorkflowType::Express
        } else {
            WorkflowType::Standard
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = if arguments.check {
        check::check(&arguments.definition, arguments.workflow_type(), arguments.json)
    } else {
        run(&arguments).map(|execution| {
            print(&execution, arguments.history);
            ExitCode::from(u8::from(!matches!(execution.status(), Status::Succeeded { .. })))
        })
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::from(2)
    })
}

fn run(arguments: &Arguments) -> Result<Execution, String> {
    let workflow_type = arguments.workflow_type();
    let machine = read_machine(&arguments.definition, workflow_type)?;
    let input = match &arguments.input {
        Some(file) => file::read(file).map_err(|error| about(file, error))?,
        None => json!({}),
    };
    let mut mocks = match &arguments.mocks {
        Some(file) => {
            let read: MockFile = file::read(file).map_err(|error| about(file, error))?;
            read.choose(&machine, arguments.machine.as_deref(), arguments.test.as_deref())
                .map_err(|error| about(file, error))?
        }
        None => Mocks::default(),
    };
    let start = Start {
        seed: arguments.seed,
        workflow_type,
        ..Start::new("asl-run", input)
    };
    let mut execution = Execution::start(machine, start);
    scripted::run_to_end(&mut execution, Vec::new(), |call| mocks.answer(call))
        .map_err(|error| error.to_string())?;
    Ok(execution)
}

fn about(file: &Path, error: impl fmt::Display) -> String {
    format!("{}: {error}", file.display())
}

/// Reads the definition: first as JSON, for the line of a syntax error, and then as a machine.
fn read_machine(file: &Path, workflow_type: WorkflowType) -> Result<Machine, String> {
    let text = read(file)?;
    file::parse::<Value>(&text).map_err(|error| about(file, error))?;
    let machine = Machine::from_json(&text).map_err(|error| about(file, error))?;
    machine
        .check_type(workflow_type)
        .map_err(|error| about(file, error))?;
    Ok(machine)
}

fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| about(file, format!("cannot be read: {error}")))
}

fn print(execution: &Execution, history: bool) {
    let result = match execution.status() {
        Status::Succeeded { output } => Value::clone(output),
        Status::Failed { error, cause } => {
            json!({"status": "FAILED", "error": error.as_deref(), "cause": cause.as_deref()})
        }
        status @ (Status::Running | Status::TimedOut | Status::Aborted) => json!({"status": status.name()}),
    };
    println!("{result:#}");
    if history {
        #[expect(clippy::expect_used, reason = "the simulator serialises its own events")]
        let events = serde_json::to_value(execution.history()).expect("every event can be written as JSON");
        println!("\n{events:#}");
    }
    println!("\n{}", timeline::render(execution.history()).trim_end());
}
