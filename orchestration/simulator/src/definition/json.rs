//! The JSON of a definition, and the keys that one object of it repeats.

use serde_json::Value;

use super::diagnostic::{Diagnostic, DiagnosticCode};
use super::location::Location;
use crate::repeated_keys::{self, Step};

/// Reads JSON.
///
/// # Errors
///
/// If the text is not JSON.
pub(super) fn read(text: &str) -> Result<(Value, Vec<Diagnostic>), serde_json::Error> {
    let (value, repeated) = repeated_keys::read(text)?;
    let problems = repeated
        .iter()
        .map(|repeated| located(Location::Root, &repeated.at, &repeated.key));
    Ok((value, problems.collect()))
}

/// The diagnostic of a repeated key in the object behind these steps. AWS has a code for states; what it makes of other
/// keys is not known.
fn located(at: Location<'_>, steps: &[Step], key: &str) -> Diagnostic {
    match steps {
        [Step::Field(name), rest @ ..] => located(at.field(name), rest, key),
        [Step::Item(index), rest @ ..] => located(at.item(*index), rest, key),
        [] if matches!(at, Location::Field(_, "States")) => Diagnostic::error(
            DiagnosticCode::DuplicateStateName,
            format!("Duplicate State name: {key}"),
            Some(at.field(key).to_string()),
        ),
        [] => Diagnostic::error(
            DiagnosticCode::NotSimulated,
            format!("Field '{key}' occurs more than once"),
            Some(at.to_string()),
        ),
    }
}
