//! Replays executions that were recorded on AWS, and says where the simulator differs.
//!
//!     cargo run -p simulator --bin asl-vectors -- FILE...
//!
//! A file is a JSON array of recordings: a definition, its input, what its tasks answered, how it ended, and its
//! events. One line is printed per recording that differs; `JSONPath` machines are counted as refused. The exit
//! code is 1 if any differs, and 2 if a file cannot be read.
#![expect(clippy::print_stdout, reason = "a command-line tool")]

use std::path::Path;
use std::process::ExitCode;

use simulator::DefinitionError;

mod compare;
mod recording;
mod replay;

use recording::Recording;

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        println!("usage: asl-vectors FILE...");
        return ExitCode::from(2);
    }
    let mut recordings = Vec::new();
    for file in &files {
        match recording::read(Path::new(file)) {
            Ok(read) => recordings.extend(read),
            Err(error) => {
                println!("{file}: {error}");
                return ExitCode::from(2);
            }
        }
    }
    let (mut passed, mut failed, mut refused) = (0, 0, 0);
    for recording in &recordings {
        match check(recording) {
            Verdict::Passed => passed += 1,
            Verdict::Refused => refused += 1,
            Verdict::Failed(difference) => {
                failed += 1;
                println!("{}: {difference}", recording.id);
            }
        }
    }
    println!("{passed} passed, {failed} failed, {refused} refused (JSONPath)");
    ExitCode::from(u8::from(failed > 0))
}

enum Verdict {
    Passed,
    Failed(String),
    Refused,
}

fn check(recording: &Recording) -> Verdict {
    let execution = match replay::run(recording) {
        Ok(execution) => execution,
        Err(replay::Error::Definition(
            DefinitionError::JsonPathState { .. } | DefinitionError::JsonPathField { .. },
        )) => return Verdict::Refused,
        Err(error) => return Verdict::Failed(error.to_string()),
    };
    match compare::difference(recording, &execution) {
        None => Verdict::Passed,
        Some(difference) => Verdict::Failed(difference),
    }
}
