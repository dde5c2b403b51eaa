//! The reference implementation, in a process of Node.js.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::outcome::{Nothing, Outcome};

/// The time of every evaluation, by either evaluator: 2025-03-30T01:02:03.456Z in milliseconds.
pub(crate) const NOW: i64 = 1_743_296_523_456;

/// An evaluation: an expression with what it can read.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Evaluation<'a> {
    pub(crate) expression: &'a str,
    pub(crate) variables: Map<String, Value>,
    /// The input document, which no state of Step Functions has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) document: Option<&'a Value>,
    /// How long it may take, in milliseconds.
    pub(crate) limit: u64,
    pub(crate) now: i64,
    /// Whether it is as in Step Functions, which have no `$eval`.
    pub(crate) in_state: bool,
}

impl<'a> Evaluation<'a> {
    /// As published, without variables and document.
    pub(crate) fn new(expression: &'a str) -> Self {
        Self {
            expression,
            variables: Map::new(),
            document: None,
            limit: 2_000,
            now: NOW,
            in_state: false,
        }
    }

    /// As in a state with that input.
    pub(crate) fn in_state(expression: &'a str, input: &Value) -> Self {
        Self {
            variables: Map::from_iter([("states".to_owned(), json!({"input": input}))]),
            in_state: true,
            ..Self::new(expression)
        }
    }
}

pub(crate) struct Oracle {
    process: Child,
    questions: ChildStdin,
    answers: Receiver<String>,
}

/// How much longer than its limit an answer may take. The script looks at the clock between the nodes of an expression, but not
/// within a function of the reference that does not end.
const PATIENCE: Duration = Duration::from_secs(4);

impl Oracle {
    /// Starts it. Node.js and the installed package are what it needs: `run` sees to it.
    pub(crate) fn start() -> io::Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("evaluate.mjs");
        let mut process = Command::new("node")
            .arg("--max-old-space-size=512")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let questions = process.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let output = process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let (sender, answers) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self {
            process,
            questions,
            answers,
        })
    }

    /// What the reference makes of it.
    pub(crate) fn ask(&mut self, evaluation: &Evaluation<'_>) -> io::Result<Outcome> {
        let question = serde_json::to_string(evaluation)?;
        writeln!(self.questions, "{question}")?;
        self.questions.flush()?;
        let patience = Duration::from_millis(evaluation.limit) + PATIENCE;
        let Ok(answer) = self.answers.recv_timeout(patience) else {
            *self = Self::start()?;
            return Ok(Outcome::Nothing(Nothing::Limit));
        };
        Ok(serde_json::from_str(&answer)?)
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
