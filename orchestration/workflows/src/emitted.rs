//! Generated files that are checked in: definitions, diagrams and reports.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use asl::document::StateMachine;
use asl::{Diagnostics, Function, Workflow};
use asl_reports::{PriceTable, Report, svg};

use crate::{Contacts, SignUpSettings, redeliver_webhook_workflow, sign_up, sign_up_workflow, with_window};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emitted {
    /// Where it is checked in.
    pub path: PathBuf,
    /// Up to date, unlike possibly the file's.
    pub content: String,
}

/// The reason why a file cannot be generated.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    #[error(transparent)]
    Diagnostics(#[from] Diagnostics),
    #[error("{} cannot be written", path.display())]
    File { path: PathBuf, source: io::Error },
    /// The validity period of links is not in whole seconds.
    #[error("the window must be a whole number of seconds, at least 1, and is {window:?}")]
    Window {
        /// The validity period of links.
        window: Duration,
    },
}

/// All generated files of the workspace at `root`.
///
/// # Errors
///
/// If a workflow is not well-formed.
pub fn files(root: &Path) -> Result<Vec<Emitted>, EmitError> {
    let mut files = Vec::new();
    for (stem, contacts) in DEFINITIONS {
        let settings = SignUpSettings {
            contacts,
            ..SignUpSettings::default()
        };
        files.extend(machine_files(root, stem, &sign_up_workflow(settings))?);
    }
    files.extend(machine_files(root, REDELIVERY, &redeliver_webhook_workflow())?);
    Ok(files)
}

/// The name of each definition's file, and what it asks to confirm.
const DEFINITIONS: [(&str, Contacts); 2] = [
    ("sign-up", Contacts::Email),
    ("sign-up-contacts", Contacts::EmailAndSms),
];

/// The name of the file of the redelivery workflow.
const REDELIVERY: &str = "redeliver-webhook";

/// The definition, the diagram and the report of a machine.
fn machine_files<W: Function>(
    root: &Path,
    stem: &str,
    workflow: &Workflow<W>,
) -> Result<[Emitted; 3], Diagnostics> {
    let machine = workflow.build()?;
    let diagram = format!("{stem}.svg");
    let report = Report::of(W::NAME, &machine, &workflow.hints(), &PriceTable::US_EAST_1)
        .with_diagrams(&machine, &diagram);
    let file = |path: String, content: String| Emitted {
        path: root.join(path),
        content,
    };
    Ok([
        file(format!("infra/statemachines/{stem}.asl.json"), to_json(&machine)),
        file(format!("docs/machines/{diagram}"), svg(&machine)),
        file(format!("docs/machines/{stem}.md"), report.to_markdown()),
    ])
}

/// How the definitions for tests differ from those that are checked in.
#[derive(Debug, Clone, Copy, Default)]
pub struct TestDefinitions {
    /// How long links are valid, if not as long as in production.
    pub window: Option<Duration>,
    /// Whether there is a state for each step, also for one without work.
    pub unfolded: bool,
}

/// Definitions for tests, in `folder`.
///
/// # Errors
///
/// If the window is not in whole seconds.
pub fn test_definitions(folder: &Path, tests: TestDefinitions) -> Result<Vec<Emitted>, EmitError> {
    if let Some(window) = tests.window
        && (window.is_zero() || window.subsec_nanos() != 0)
    {
        return Err(EmitError::Window { window });
    }
    let definition = |(stem, contacts)| {
        let settings = SignUpSettings {
            contacts,
            folded: !tests.unfolded,
            ..SignUpSettings::default()
        };
        let machine = sign_up(settings)?;
        let machine = match tests.window {
            Some(window) => with_window(machine, window),
            None => machine,
        };
        Ok(Emitted {
            path: folder.join(format!("{stem}.asl.json")),
            content: to_json(&machine),
        })
    };
    let redelivery = || {
        Ok(Emitted {
            path: folder.join(format!("{REDELIVERY}.asl.json")),
            content: to_json(&redeliver_webhook_workflow().build()?),
        })
    };
    let definitions = DEFINITIONS.into_iter().map(definition);
    definitions.chain(std::iter::once_with(redelivery)).collect()
}

#[expect(clippy::expect_used, reason = "a broken invariant of the document model")]
fn to_json(machine: &StateMachine) -> String {
    machine.to_json().expect("all keys of a definition are strings")
}

/// The generated files that differ from those on disk.
///
/// # Errors
///
/// As [`files`].
pub fn stale(root: &Path) -> Result<Vec<Emitted>, EmitError> {
    let mut files = files(root)?;
    files.retain(|file| fs::read_to_string(&file.path).ok().as_deref() != Some(&file.content));
    Ok(files)
}

/// Writes a file, and creates its folder.
///
/// # Errors
///
/// If it cannot be written.
pub fn write(file: &Emitted) -> Result<(), EmitError> {
    let folder = file.path.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::write(&file.path, &file.content))
        .map_err(|source| EmitError::File {
            path: file.path.clone(),
            source,
        })
}
