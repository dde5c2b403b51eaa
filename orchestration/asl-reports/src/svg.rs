//! SVG diagrams.

use asl_document::StateMachine;

mod draw;
mod layout;
mod picture;
mod text;

/// The machine as an [SVG](https://www.w3.org/TR/SVG2/) diagram, for viewers without Mermaid.
///
/// The file is self-contained: text is text, the colours follow the reader's light or dark mode, and a description is
/// there for screen readers. Solid lines are transitions after success, dotted ones after caught errors. A Parallel or a
/// Map is a frame around the states inside of it, with branches side by side.
///
/// ```
/// let machine: asl_document::StateMachine = serde_json::from_str(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#,
/// )?;
/// assert!(asl_reports::svg(&machine).contains(">Done</text>"));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn svg(machine: &StateMachine) -> String {
    draw::draw(machine, &picture::picture(machine.into()))
}
