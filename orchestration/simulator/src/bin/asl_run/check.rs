//! `--check`: what is wrong with a definition.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;
use simulator::{Diagnostic, Severity, WorkflowType, validate};

use super::{about, read};

/// Prints the problems of a definition; the exit code is 2 if one of them is an error.
pub(super) fn check(file: &Path, workflow_type: WorkflowType, as_json: bool) -> Result<ExitCode, String> {
    let found = validate(&read(file)?, workflow_type);
    let is_refused = found
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error);
    if as_json {
        let result = if is_refused { "FAIL" } else { "OK" };
        println!(
            "{:#}",
            json!({"result": result, "diagnostics": found, "truncated": false})
        );
    } else if found.is_empty() {
        println!("{}", about(file, "no problems"));
    } else {
        list(&found);
    }
    Ok(ExitCode::from(if is_refused { 2 } else { 0 }))
}

/// One problem a line, in columns. The definition as a whole is `-`.
fn list(found: &[Diagnostic]) {
    let location = |diagnostic: &Diagnostic| diagnostic.location.clone().unwrap_or_else(|| "-".to_owned());
    let width = |text: &dyn Fn(&Diagnostic) -> usize| found.iter().map(text).max().unwrap_or(0);
    let codes = width(&|diagnostic| diagnostic.code.as_str().len());
    let locations = width(&|diagnostic| location(diagnostic).chars().count());
    for diagnostic in found {
        let Diagnostic {
            severity,
            code,
            message,
            ..
        } = diagnostic;
        println!(
            "{severity:7}  {code:codes$}  {:locations$}  {}",
            location(diagnostic),
            message.trim_end()
        );
    }
}
