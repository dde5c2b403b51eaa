//! Replays vectors, such as executions that were recorded on AWS, and prints where the simulator differs.
//!
//! ```console
//! $ cargo run -p simulator --bin asl-vectors -- FILE...
//! ```
//!
//! A file is a JSON array of vectors: a definition, its input, the results of its tasks, how it ends, and its
//! events. One line is printed per vector that differs; `JSONPath` machines are counted as refused. The exit
//! code is 1 if any differs, and 2 if a file cannot be read.
#![expect(clippy::print_stdout, reason = "a command-line tool")]

use std::path::Path;
use std::process::ExitCode;

use simulator::vectors::{self, Verdict};

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        println!("usage: asl-vectors FILE...");
        return ExitCode::from(2);
    }
    let mut all = Vec::new();
    for file in &files {
        match vectors::read(Path::new(file)) {
            Ok(read) => all.extend(read),
            Err(error) => {
                println!("{file}: {error}");
                return ExitCode::from(2);
            }
        }
    }
    let (mut passed, mut failed, mut refused) = (0, 0, 0);
    for vector in &all {
        match vector.check() {
            Verdict::Passed => passed += 1,
            Verdict::Refused => refused += 1,
            Verdict::Failed(difference) => {
                failed += 1;
                println!("{}: {difference}", vector.id());
            }
        }
    }
    println!("{passed} passed, {failed} failed, {refused} refused (JSONPath)");
    ExitCode::from(u8::from(failed > 0))
}
