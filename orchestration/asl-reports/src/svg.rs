//! SVG diagrams.

use asl_document::StateMachine;

use crate::overlay::{Overlay, StateOverlay};

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
    draw::draw(machine, &picture::picture(machine.into(), 0.0), None)
}

/// The style sheet of [`svg_of_execution`], for the page that shows it.
pub const SVG_STYLE: &str = draw::STYLE_OF_EXECUTIONS;

/// The diagram of an execution, for a page with [`SVG_STYLE`]: what happened to each state by its colour, a sign and a note,
/// and the transitions that were taken as thick lines.
///
/// All diagrams of one machine have the same layout, whatever happened. Names of the overlay that the machine does not have are
/// not shown.
///
/// ```
/// use asl_reports::{Outcome, Overlay, StateOverlay};
///
/// let machine: asl_document::StateMachine = serde_json::from_str(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Sleep", "States": {"Sleep": {"Type": "Wait", "Seconds": 9, "End": true}}}"#,
/// )?;
/// let sleeps = StateOverlay { outcome: Outcome::Waiting, note: "since 3 s".to_owned() };
/// let overlay = Overlay { states: [("Sleep".to_owned(), sleeps)].into(), ..Overlay::default() };
/// assert!(asl_reports::svg_of_execution(&machine, &overlay).contains(r#"<g class="state wait entered waiting">"#));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn svg_of_execution(machine: &StateMachine, overlay: &Overlay) -> String {
    let note_width = text::small_width(&" ".repeat(StateOverlay::NOTE_LENGTH));
    draw::draw(
        machine,
        &picture::picture(machine.into(), note_width),
        Some(overlay),
    )
}
