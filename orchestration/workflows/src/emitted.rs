//! The files that are made from the workflows and checked in.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use asl::document::StateMachine;
use asl::{Diagnostics, Function, Workflow};
use asl_analysis::Hints;
use asl_reports::{PriceTable, Report, mermaid, svg};

use crate::{SignUpSettings, sign_up_workflow, with_window};

/// Between these lines of the README stands the diagram.
const DIAGRAM: (&str, &str) = (
    "<!-- sign-up diagram: begin -->\n",
    "<!-- sign-up diagram: end -->",
);

/// One file, and what it should hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emitted {
    /// Where it is.
    pub path: PathBuf,
    /// What it should hold.
    pub content: String,
}

/// Why a file cannot be emitted.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// The workflow is not well-formed.
    #[error(transparent)]
    Diagnostics(#[from] Diagnostics),
    /// A definition is not JSON.
    #[error("the definition of {machine} cannot be written as JSON")]
    NotJson {
        /// Which machine.
        machine: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// A file cannot be read or written.
    #[error("{} cannot be read or written", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Links cannot work for so long.
    #[error("a window of {window:?} is not in whole seconds from 1 on")]
    Window {
        /// How long they would.
        window: Duration,
    },
    /// The README does not say where the diagram stands.
    #[error("{} lacks the lines between which the diagram stands", path.display())]
    NoPlaceForDiagram {
        /// Which file.
        path: PathBuf,
    },
}

/// A machine, and what its files are called.
struct Machine {
    name: &'static str,
    stem: &'static str,
    definition: StateMachine,
    hints: Hints,
}

impl Machine {
    fn sign_up() -> Result<Self, Diagnostics> {
        Self::of("sign-up", &sign_up_workflow(SignUpSettings::default()))
    }

    fn of<W: Function>(stem: &'static str, workflow: &Workflow<W>) -> Result<Self, Diagnostics> {
        Ok(Self {
            name: W::NAME,
            stem,
            definition: workflow.build()?,
            hints: workflow.hints(),
        })
    }

    fn to_json(&self) -> Result<String, EmitError> {
        self.definition.to_json().map_err(|source| EmitError::NotJson {
            machine: self.name,
            source,
        })
    }

    /// Its definition, its picture and its report.
    fn files(&self, root: &Path) -> Result<[Emitted; 3], EmitError> {
        let Self {
            name,
            stem,
            definition,
            hints,
        } = self;
        let json = self.to_json()?;
        let picture = format!("{stem}.svg");
        let report = Report::of(name, definition, hints, &PriceTable::US_EAST_1).with_picture(&picture);
        let file = |path: String, content: String| Emitted {
            path: root.join(path),
            content,
        };
        Ok([
            file(format!("infra/statemachines/{stem}.asl.json"), json),
            file(format!("docs/machines/{picture}"), svg(definition)),
            file(format!("docs/machines/{stem}.md"), report.to_markdown()),
        ])
    }
}

/// All emitted files of the workspace at `root`, as they should be.
///
/// # Errors
///
/// If a workflow is not well-formed, or the README cannot take its diagram.
pub fn files(root: &Path) -> Result<Vec<Emitted>, EmitError> {
    let sign_up = Machine::sign_up()?;
    let mut files = vec![readme(root.join("README.md"), &sign_up.definition)?];
    files.extend(sign_up.files(root)?);
    Ok(files)
}

/// A definition for tests, in `folder`: the sign-up whose links work for `window`.
///
/// # Errors
///
/// If the window is not in whole seconds.
pub fn for_tests(folder: &Path, window: Duration) -> Result<Emitted, EmitError> {
    if window.is_zero() || window.subsec_nanos() != 0 {
        return Err(EmitError::Window { window });
    }
    let mut sign_up = Machine::sign_up()?;
    sign_up.definition = with_window(sign_up.definition, window);
    Ok(Emitted {
        path: folder.join("sign-up.asl.json"),
        content: sign_up.to_json()?,
    })
}

/// The files that are not as they should be.
///
/// # Errors
///
/// As [`files`].
pub fn stale(root: &Path) -> Result<Vec<Emitted>, EmitError> {
    let mut files = files(root)?;
    files.retain(|file| fs::read_to_string(&file.path).ok().as_deref() != Some(&file.content));
    Ok(files)
}

/// Writes a file, and the folder that it is in.
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

/// The README with the machine's diagram in its place.
fn readme(path: PathBuf, machine: &StateMachine) -> Result<Emitted, EmitError> {
    let text = fs::read_to_string(&path).map_err(|source| EmitError::File {
        path: path.clone(),
        source,
    })?;
    let (begin, end) = DIAGRAM;
    let parts = text
        .split_once(begin)
        .and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
    let Some((before, after)) = parts else {
        return Err(EmitError::NoPlaceForDiagram { path });
    };
    let content = format!("{before}{begin}```mermaid\n{}```\n{end}{after}", mermaid(machine));
    Ok(Emitted { path, content })
}
