//! Machines as pictures.

use asl_document::StateMachine;

mod draw;
mod layout;
mod picture;
mod text;

/// The machine as a picture in [SVG](https://www.w3.org/TR/SVG2/), to be looked at where Mermaid is not drawn.
///
/// It stands for itself: text is text, colours are light or dark as the reader's own, and a description says what a
/// person who cannot see it should know. Solid lines lead on, and dotted ones from an error that is caught. What
/// is inside of a Parallel or a Map stands in a frame, its branches side by side.
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
