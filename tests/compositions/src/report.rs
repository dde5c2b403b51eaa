//! The report: the article with its tables and figures, the plots and the data.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

mod data;
mod tables;

use crate::compositions::Name;
use crate::faults::Span;
use crate::measure::{Measured, Settings};
use crate::parameters::{Latency, PARAMETERS};
use crate::plots;
use crate::table::whole;

/// The article, with `{{…}}` where something is generated.
const ARTICLE: &str = include_str!("article.md");

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub path: PathBuf,
    pub content: String,
}

/// All compositions, measured.
#[derive(Debug)]
pub struct Report {
    settings: Settings,
    measured: Vec<Measured>,
}

impl Report {
    pub fn new(settings: Settings) -> Self {
        let measured = thread::scope(|scope| {
            let threads = Name::ALL.map(|name| scope.spawn(move || Measured::of(name, settings)));
            threads.map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
        });
        Self {
            settings,
            measured: measured.into(),
        }
    }

    /// The files below `docs` of the workspace at `root`.
    pub fn files(&self, root: &Path) -> Vec<File> {
        let docs = root.join("docs");
        let file = |path: &str, content: String| File {
            path: docs.join(path),
            content,
        };
        vec![
            file("compositions.md", self.article()),
            file("compositions/results.json", self.data()),
            file("compositions/latency.svg", plots::latency(&self.measured)),
            file("compositions/billed.svg", plots::billed(&self.measured)),
            file("compositions/dollars.svg", plots::dollars(&self.measured)),
        ]
    }

    /// The generated files that differ from those on disk.
    pub fn stale(&self, root: &Path) -> Vec<PathBuf> {
        let files = self.files(root).into_iter();
        let stale = files.filter(|file| fs::read_to_string(&file.path).ok().as_ref() != Some(&file.content));
        stale.map(|file| file.path).collect()
    }

    /// Writes all files.
    ///
    /// # Errors
    ///
    /// If one cannot be written.
    pub fn write(&self, root: &Path) -> io::Result<()> {
        for file in self.files(root) {
            file.path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(&file.path, &file.content)?;
        }
        Ok(())
    }

    /// The article with everything filled in.
    #[expect(
        clippy::panic,
        reason = "a name that the article uses and nothing has is found by every run"
    )]
    fn article(&self) -> String {
        let values = self.values();
        let mut text = String::new();
        let mut rest = ARTICLE;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, after)) = after.split_once("}}") else {
                break;
            };
            let Some(value) = values.get(name) else {
                panic!("the article uses `{name}`, which does not exist");
            };
            text.push_str(before);
            text.push_str(value.trim_end());
            rest = after;
        }
        text.push_str(rest);
        text
    }

    /// What the article can use, by name.
    fn values(&self) -> BTreeMap<String, String> {
        let mut values = BTreeMap::from([
            ("seed".to_owned(), self.settings.seed.to_string()),
            ("samples".to_owned(), whole_of(self.settings.samples)),
            ("table.latencies".to_owned(), self.latencies()),
            ("table.billing".to_owned(), self.billing()),
            ("table.dollars".to_owned(), self.dollars()),
            ("table.once".to_owned(), self.consistency(Span::Once)),
            ("table.outage".to_owned(), self.consistency(Span::Outage)),
            ("table.crashes".to_owned(), self.crashes()),
            ("table.names".to_owned(), self.names()),
            ("table.parameters".to_owned(), tables::parameters()),
            ("table.prices".to_owned(), tables::prices()),
            ("hop.p50".to_owned(), median(Latency::StandardHop)),
        ]);
        for measured in &self.measured {
            let key = measured.name.key();
            let figures = [
                ("answer.p50", measured.answer.p50),
                ("answer.p99", measured.answer.p99),
                ("mail.p50", measured.mail.p50),
                ("mail.p99", measured.mail.p99),
                ("done.p50", measured.done.p50),
                ("done.p99", measured.done.p99),
                ("billed", measured.billing.billed_millis),
                ("double", measured.billing.double_billed_millis),
                ("handing", measured.billing.handing_over_millis),
                ("dollars", measured.all_dollars()),
            ];
            for (name, figure) in figures {
                values.insert(format!("{key}.{name}"), whole(figure));
            }
            values.insert(format!("{key}.lines"), measured.swap.lines.to_string());
        }
        values
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is shown")]
fn whole_of(number: u64) -> String {
    whole(number as f64)
}

fn median(latency: Latency) -> String {
    let row = PARAMETERS.latency.get(&latency);
    row.map(|row| whole(row.p50)).unwrap_or_default()
}
