//! The reference's own test suite, each case in a Pass state.
//!
//! The cases are in the package of the crate `jsonata-rs`, which is fetched and not compiled. What they expect is the
//! published result; the reference is asked all the same, and decides. That copy lacks some thirty cases of version 2.0.6;
//! `cases/` has others of those kinds.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cargo_metadata::{CargoOpt, MetadataCommand};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::oracle::{Evaluation, Oracle};
use crate::outcome::{Nothing, Outcome};
use crate::random::Compared;
use crate::state;
use crate::verdict::{Verdict, same};
use crate::wrapping::wrapped;

/// A group of that copy which the reference does not have: `$uuid` is a function of Step Functions, not of JSONata.
const NOT_OF_THE_REFERENCE: &str = "function-uuid";

/// How many cases there have to be at least, or something is amiss with the copy.
const LEAST: usize = 1_600;

/// A case as its file has it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Case {
    #[serde(rename = "expr")]
    expression: Option<String>,
    #[serde(rename = "expr-file")]
    file: Option<PathBuf>,
    #[serde(default, deserialize_with = "present")]
    data: Option<Value>,
    dataset: Option<String>,
    #[serde(default)]
    bindings: Map<String, Value>,
    #[serde(default, deserialize_with = "present")]
    result: Option<Value>,
    #[serde(rename = "undefinedResult", default)]
    is_undefined: bool,
    code: Option<String>,
    /// In milliseconds.
    #[serde(rename = "timelimit", default = "usual_limit")]
    limit: u64,
    #[serde(default)]
    error: Map<String, Value>,
}

fn usual_limit() -> u64 {
    2_000
}

/// A file has one case or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum File {
    Several(Vec<Case>),
    One(Box<Case>),
}

/// The suite's cases by name, with their data.
pub(crate) struct Suite {
    /// Files whose cases no definition can have, since their strings are no Unicode text.
    pub(crate) unreadable: Vec<String>,
    cases: Vec<(String, Case)>,
    datasets: BTreeMap<String, Value>,
}

/// What became of a case.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) expression: String,
    pub(crate) compared: Compared,
    /// Whether the reference gives what the suite expects.
    pub(crate) as_published: bool,
    /// Whether the expression means the same in a state, by the reference.
    pub(crate) as_written: bool,
}

impl Suite {
    /// Fetches the suite.
    pub(crate) fn fetch() -> io::Result<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/Cargo.toml");
        let metadata = MetadataCommand::new()
            .manifest_path(manifest)
            .features(CargoOpt::NoDefaultFeatures)
            .other_options(["--locked".to_owned()])
            .exec()
            .map_err(io::Error::other)?;
        let package = metadata
            .packages
            .iter()
            .find(|package| *package.name == "jsonata-rs")
            .ok_or_else(|| io::Error::other("the manifest of the suite has no `jsonata-rs`"))?;
        let folder = package.manifest_path.with_file_name("tests").join("testsuite");
        let mut suite = Self {
            unreadable: Vec::new(),
            cases: Vec::new(),
            datasets: BTreeMap::new(),
        };
        for path in files(&folder.as_std_path().join("datasets"))? {
            suite.datasets.insert(stem(&path), read(&path)?);
        }
        suite.add(&folder.as_std_path().join("groups"))?;
        suite.add(&folder.as_std_path().join("skip"))?;
        suite.add(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cases"))?;
        if suite.cases.len() < LEAST {
            return Err(io::Error::other(format!(
                "the suite has {} cases only",
                suite.cases.len()
            )));
        }
        Ok(suite)
    }

    /// Adds the cases of a folder.
    fn add(&mut self, folder: &Path) -> io::Result<()> {
        for path in files(folder)? {
            let group = path.parent().map(stem).unwrap_or_default();
            if group == NOT_OF_THE_REFERENCE {
                continue;
            }
            let cases = match read(&path) {
                Ok(File::Several(cases)) => cases,
                Ok(File::One(case)) => vec![*case],
                Err(_) => {
                    self.unreadable.push(format!("{group}/{}", stem(&path)));
                    continue;
                }
            };
            for (at, mut case) in cases.into_iter().enumerate() {
                if let Some(file) = &case.file {
                    case.expression = Some(fs::read_to_string(path.with_file_name(file))?);
                }
                self.cases.push((format!("{group}/{}[{at}]", stem(&path)), case));
            }
        }
        Ok(())
    }

    pub(crate) fn cases(&self) -> impl Iterator<Item = (&str, &Case)> {
        self.cases.iter().map(|(name, case)| (name.as_str(), case))
    }

    pub(crate) fn run(&self, case: &Case, oracle: &mut Oracle) -> io::Result<Ran> {
        let written = case.expression.as_deref().unwrap_or_default();
        let document = case
            .data
            .as_ref()
            .or_else(|| self.datasets.get(case.dataset.as_ref()?));
        let published = oracle.ask(&Evaluation {
            variables: case.bindings.clone(),
            document,
            limit: case.limit,
            ..Evaluation::new(written)
        })?;
        let expression = document.map_or_else(|| written.to_owned(), |document| wrapped(written, document));
        let input = document.cloned().unwrap_or_else(|| Map::new().into());
        let mut in_state = Evaluation::in_state(&expression, &input);
        in_state.limit = case.limit;
        in_state.variables.extend(case.bindings.clone());
        let reference = oracle.ask(&in_state)?;
        let ours = state::evaluate(&expression, &case.bindings, &input);
        let verdict = Verdict::of(&expression, &reference, &ours);
        Ok(Ran {
            as_published: case.expects(&published),
            as_written: published == reference,
            compared: Compared {
                reference,
                ours,
                verdict,
            },
            expression,
        })
    }
}

impl Case {
    /// Whether that is the outcome by the suite. Ours leave it to the reference.
    fn expects(&self, outcome: &Outcome) -> bool {
        let is_ours =
            self.result.is_none() && !self.is_undefined && self.code.is_none() && self.error.is_empty();
        if is_ours {
            return true;
        }
        let code = self.code.as_deref().or_else(|| self.error.get("code")?.as_str());
        match outcome {
            Outcome::Value(value) => self
                .result
                .as_ref()
                .is_some_and(|result| same(result, value, 0.0)),
            Outcome::Nothing(Nothing::Undefined) => self.is_undefined,
            // The suite's limits are its own.
            Outcome::Nothing(Nothing::Limit) => code == Some("U1001"),
            Outcome::Nothing(_) | Outcome::Panicked => false,
            Outcome::Failed(fault) | Outcome::Refused(fault) => {
                code.is_some() && fault.code.as_deref() == code
            }
        }
    }
}

/// The files with JSON in a folder and in those within, in order.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<_>>()?;
    entries.sort();
    let mut found = Vec::new();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    Ok(found)
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> io::Result<T> {
    serde_json::from_str(&fs::read_to_string(path)?)
        .map_err(|error| io::Error::other(format!("{}: {error}", path.display())))
}

/// A field that is there, if only with null.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(field: D) -> Result<Option<T>, D::Error> {
    T::deserialize(field).map(Some)
}
