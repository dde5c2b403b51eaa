//! SVG output.

use std::borrow::Cow;
use std::fmt::{self, Formatter};

use super::layout::Point;
use super::picture::{DrawnEdge, DrawnState, Mark, Panel, Picture, STATE, Shape};
use super::text::{SMALL_LINE, label_size};
use crate::overlay::{Outcome, Overlay, TakenTransition};
use asl_analysis::graph::all_states;
use asl_document::StateMachine;

const MARGIN: f64 = 20.0;

/// The colours of the light and the dark mode.
const STYLE: &str = include_str!("style.css");

/// The same for diagrams of executions.
pub(super) const STYLE_OF_EXECUTIONS: &str =
    concat!(include_str!("style.css"), include_str!("execution.css"));

/// The arrowheads of solid and of dotted lines.
const TIPS: &str = r#"<defs>
<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="tip" d="M0 0.5 8 4 0 7.5Z"/></marker>
<marker id="caught-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="caught-tip" d="M0 0.5 8 4 0 7.5Z"/></marker>
</defs>
"#;

/// The diagram of a definition, or of an execution. The latter has no style sheet of its own.
pub(super) fn draw(machine: &StateMachine, picture: &Picture, overlay: Option<&Overlay>) -> String {
    fmt::from_fn(|out| document(out, machine, picture, overlay)).to_string()
}

fn document(
    out: &mut Formatter<'_>,
    machine: &StateMachine,
    picture: &Picture,
    overlay: Option<&Overlay>,
) -> fmt::Result {
    let (width, height) = (picture.width + 2.0 * MARGIN, picture.height + 2.0 * MARGIN);
    let class = if overlay.is_some() {
        r#" class="execution""#
    } else {
        ""
    };
    writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg"{class} width="{width}" height="{height}" viewBox="{} {} {width} {height}" role="img" aria-labelledby="title description">"#,
        -MARGIN, -MARGIN
    )?;
    writeln!(
        out,
        r#"<title id="title">State machine that starts at {}</title>"#,
        escaped(&machine.start_at)
    )?;
    writeln!(
        out,
        r#"<desc id="description">{}</desc>"#,
        escaped(&description(machine, picture, overlay))
    )?;
    if overlay.is_none() {
        writeln!(out, "<style>\n{STYLE}</style>")?;
    }
    out.write_str(TIPS)?;
    writeln!(
        out,
        r#"<rect class="ground" x="{}" y="{}" width="{width}" height="{height}" rx="8"/>"#,
        -MARGIN, -MARGIN
    )?;
    for panel in &picture.panels {
        self::panel(out, panel)?;
    }
    // What was taken is drawn over what was not.
    let (taken, other): (Vec<_>, Vec<_>) = picture.edges.iter().partition(|edge| is_taken(edge, overlay));
    for edge in other {
        self::edge(out, edge, false)?;
    }
    for edge in taken {
        self::edge(out, edge, true)?;
    }
    for edge in &picture.edges {
        label(out, edge, &picture.panels)?;
    }
    for mark in &picture.marks {
        self::mark(out, mark)?;
    }
    for state in &picture.states {
        self::state(out, state, overlay)?;
    }
    out.write_str("</svg>\n")
}

fn is_taken(edge: &DrawnEdge, overlay: Option<&Overlay>) -> bool {
    overlay.is_some_and(|overlay| {
        let transition = TakenTransition {
            from: edge.from.clone(),
            to: edge.to.clone(),
            is_caught: edge.is_caught,
        };
        overlay.transitions.contains(&transition)
    })
}

fn description(machine: &StateMachine, picture: &Picture, overlay: Option<&Overlay>) -> String {
    if let Some(overlay) = overlay {
        return description_of_execution(picture, overlay);
    }
    let states = all_states(machine).len();
    let description = format!(
        "{states} states. Solid lines are transitions after success, dotted ones after caught errors. Frames contain \
         the branches of a Parallel side by side, or what a Map does per item."
    );
    match &machine.comment {
        Some(comment) => format!("{comment} {description}"),
        None => description,
    }
}

/// The states that were entered, in the order of the picture: `StoreUserData succeeded, ValidateEmail waiting.`
fn description_of_execution(picture: &Picture, overlay: &Overlay) -> String {
    let entered = picture.states.iter().filter_map(|state| {
        let entered = overlay.states.get(&state.name)?;
        Some(format!("{} {}", state.name, entered.outcome.label()))
    });
    let entered = entered.collect::<Vec<_>>().join(", ");
    if entered.is_empty() {
        "No state was entered.".to_owned()
    } else {
        format!("{entered}. No other state was entered.")
    }
}

fn panel(out: &mut Formatter<'_>, panel: &Panel) -> fmt::Result {
    let Panel { corner, size, depth } = panel;
    writeln!(
        out,
        r#"<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="6"/>"#,
        shade(depth + 1),
        corner.x,
        corner.y,
        size.width,
        size.height
    )
}

/// The background inside of nested panels: every other one is darker.
fn shade(panels: usize) -> &'static str {
    if panels.is_multiple_of(2) {
        "ground"
    } else {
        "panel"
    }
}

fn edge(out: &mut Formatter<'_>, edge: &DrawnEdge, is_taken: bool) -> fmt::Result {
    let (class, tip) = match (edge.is_caught, is_taken) {
        (false, false) => ("line", "tip"),
        (false, true) => ("line taken", "tip"),
        (true, false) => ("line caught", "caught-tip"),
        (true, true) => ("line caught taken", "caught-tip"),
    };
    write!(out, r#"<path class="{class}" marker-end="url(#{tip})" d=""#)?;
    let mut before: Option<Point> = None;
    for point in &edge.points {
        match before {
            None => write!(out, "M{} {}", point.x, point.y)?,
            Some(from) if near(from.x, point.x) => write!(out, "V{}", point.y)?,
            Some(from) if near(from.y, point.y) => write!(out, "H{}", point.x)?,
            Some(from) => {
                let middle = f64::midpoint(from.y, point.y);
                write!(
                    out,
                    "C{} {middle} {} {middle} {} {}",
                    from.x, point.x, point.x, point.y
                )?;
            }
        }
        before = Some(*point);
    }
    writeln!(out, r#""/>"#)
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.5
}

fn label(out: &mut Formatter<'_>, edge: &DrawnEdge, panels: &[Panel]) -> fmt::Result {
    let Some((middle, lines)) = &edge.label else {
        return Ok(());
    };
    let size = label_size(lines);
    let (left, top) = (middle.x - size.width / 2.0, middle.y - size.height / 2.0);
    let around = panels.iter().filter(|panel| {
        let (right, bottom) = (
            panel.corner.x + panel.size.width,
            panel.corner.y + panel.size.height,
        );
        (panel.corner.x..right).contains(&middle.x) && (panel.corner.y..bottom).contains(&middle.y)
    });
    let shade = shade(around.count());
    writeln!(
        out,
        r#"<g class="label"><rect class="{shade}" x="{left}" y="{top}" width="{}" height="{}" rx="3"/>"#,
        size.width, size.height
    )?;
    let mut base = top + SMALL_LINE - 1.0;
    for text in lines {
        writeln!(
            out,
            r#"<text x="{}" y="{base}">{}</text>"#,
            middle.x,
            escaped(text)
        )?;
        base += SMALL_LINE;
    }
    writeln!(out, "</g>")
}

fn mark(out: &mut Formatter<'_>, mark: &Mark) -> fmt::Result {
    let Point { x, y } = mark.middle;
    if mark.is_end {
        writeln!(
            out,
            r#"<circle class="ring" cx="{x}" cy="{y}" r="7"/><circle class="mark" cx="{x}" cy="{y}" r="4"/>"#
        )
    } else {
        writeln!(out, r#"<circle class="mark" cx="{x}" cy="{y}" r="6"/>"#)
    }
}

fn state(out: &mut Formatter<'_>, state: &DrawnState, overlay: Option<&Overlay>) -> fmt::Result {
    let DrawnState {
        name,
        note,
        comment,
        shape,
        corner: Point { x, y },
        size,
    } = state;
    let entered = overlay.and_then(|overlay| overlay.states.get(name));
    let outcome = entered.map(|entered| entered.outcome);
    let note = entered.map_or(note, |entered| &entered.note);
    write!(out, r#"<g class="state {}"#, class(*shape))?;
    if let Some(outcome) = outcome {
        write!(out, " entered {}", outcome.class())?;
    }
    writeln!(out, r#"">"#)?;
    if let Some(comment) = comment {
        writeln!(out, "<title>{}</title>", escaped(comment))?;
    }
    let (width, height) = (size.width, size.height);
    let (middle, right, bottom) = (x + width / 2.0, x + width, y + height);
    match shape {
        Shape::Choice => {
            let (half, slope) = (y + height / 2.0, 16.0);
            writeln!(
                out,
                r#"<path d="M{} {y}H{}L{right} {half}L{} {bottom}H{}L{x} {half}Z"/>"#,
                x + slope,
                right - slope,
                right - slope,
                x + slope
            )?;
        }
        Shape::Frame => rect(out, (*x, *y), (width, height), 8.0)?,
        Shape::Pass | Shape::Wait | Shape::Succeed => rect(out, (*x, *y), (width, height), height / 2.0)?,
        Shape::Task | Shape::Callback | Shape::Fail => rect(out, (*x, *y), (width, height), 4.0)?,
    }
    if *shape == Shape::Callback {
        rect(out, (x + 4.0, y + 4.0), (width - 8.0, height - 8.0), 2.0)?;
    }
    let (left, lower) = if *shape == Shape::Frame {
        (x + 16.0, 0.0)
    } else {
        (middle, ((height - STATE.height) / 2.0).max(0.0))
    };
    let (name_base, note_base) = (y + lower + 19.0, y + lower + 34.0);
    let (name, note) = (escaped(name), escaped(note));
    writeln!(
        out,
        r#"<text class="name" x="{left}" y="{name_base}">{name}</text>"#
    )?;
    writeln!(
        out,
        r#"<text class="note" x="{left}" y="{note_base}">{note}</text>"#
    )?;
    if let Some(outcome) = outcome {
        badge(out, outcome, right - 6.0, *y)?;
    }
    writeln!(out, "</g>")
}

/// The sign of an outcome in a disc.
fn badge(out: &mut Formatter<'_>, outcome: Outcome, x: f64, y: f64) -> fmt::Result {
    let sign = outcome.sign();
    writeln!(
        out,
        r#"<g class="badge" transform="translate({x} {y})"><circle r="8.5"/><path d="{sign}"/></g>"#
    )
}

fn rect(out: &mut Formatter<'_>, (x, y): (f64, f64), (width, height): (f64, f64), round: f64) -> fmt::Result {
    writeln!(
        out,
        r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{round}"/>"#
    )
}

fn class(shape: Shape) -> &'static str {
    match shape {
        Shape::Task => "task",
        Shape::Callback => "callback",
        Shape::Choice => "choice",
        Shape::Pass => "pass",
        Shape::Wait => "wait",
        Shape::Succeed => "succeed",
        Shape::Fail => "fail",
        Shape::Frame => "frame",
    }
}

/// Text with XML's escapes, and without the characters that XML 1.0 does not allow.
fn escaped(text: &str) -> Cow<'_, str> {
    let plain = |letter: char| !matches!(letter, '&' | '<' | '>') && is_character(letter);
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            _ if is_character(letter) => escaped.push(letter),
            _ => {}
        }
    }
    Cow::Owned(escaped)
}

/// Source: [XML 1.0, Characters](https://www.w3.org/TR/xml/#charsets).
fn is_character(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}
