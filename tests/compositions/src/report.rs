//! The report: the article with its tables and figures, the plots and the data.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::{Value, json};
use simulation::Service;

use crate::compositions::Name;
use crate::faults::{Outcomes, SERVICES, Span, VICTIMS, WHENS, When};
use crate::ledger::Node;
use crate::measure::{Measured, Settings};
use crate::parameters::{Latency, LatencyRow, Mark, PARAMETERS};
use crate::plots;
use crate::table::{table, whole};

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

    /// The tables, for a terminal.
    pub fn tables(&self) -> String {
        let tables = [
            self.latencies(),
            self.billing(),
            self.dollars(),
            self.consistency(Span::Once),
            self.consistency(Span::Outage),
            self.deaths(),
            self.names(),
        ];
        tables.join("\n")
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
            ("table.deaths".to_owned(), self.deaths()),
            ("table.names".to_owned(), self.names()),
            ("table.parameters".to_owned(), parameters()),
            ("table.prices".to_owned(), prices()),
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

    fn rows(&self, cells: impl Fn(&Measured) -> Vec<String>) -> Vec<Vec<String>> {
        let rows = self.measured.iter().map(|measured| {
            let mut row = vec![measured.name.to_string()];
            row.extend(cells(measured));
            row
        });
        rows.collect()
    }

    fn latencies(&self) -> String {
        let head = [
            "milliseconds",
            "answer p50",
            "p99",
            "mail sent p50",
            "p99",
            "all done p50",
            "p99",
        ];
        let rows = self.rows(|measured| {
            let Measured {
                answer, mail, done, ..
            } = measured;
            let figures = [answer, mail, done].map(|times| [times.p50, times.p99]);
            figures.concat().into_iter().map(whole).collect()
        });
        table(&head, &rows)
    }

    fn billing(&self) -> String {
        let head = [
            "mean of a sign-up",
            "invocations",
            "billed ms",
            "waiting for a function (double-billed)",
            "waiting until a service has taken over",
        ];
        let rows = self.rows(|measured| {
            let billing = measured.billing;
            vec![
                format!("{:.1}", billing.invocations),
                whole(billing.billed_millis),
                whole(billing.double_billed_millis),
                whole(billing.handing_over_millis),
            ]
        });
        table(&head, &rows)
    }

    fn dollars(&self) -> String {
        let head = ["dollars a million", "Lambda", "HTTP API", "joining them", "all"];
        let rows = self.rows(|measured| {
            let [lambda, api, joining] = measured.dollars_by_part();
            [lambda, api, joining, measured.all_dollars()]
                .map(|amount| format!("{amount:.2}"))
                .into()
        });
        table(&head, &rows)
    }

    fn consistency(&self, span: Span) -> String {
        let title = match span {
            Span::Once => "one failure",
            Span::Outage => "ten minutes of failures",
        };
        let mut head = vec![title.to_owned()];
        for service in SERVICES {
            for when in WHENS {
                head.push(format!("{}, {}", service_name(service), when_name(when)));
            }
        }
        let head: Vec<_> = head.iter().map(String::as_str).collect();
        let rows = self.rows(|measured| {
            let cells = SERVICES
                .into_iter()
                .flat_map(|service| WHENS.map(|when| measured.outcomes(span, service, when).map(outcomes)));
            cells.map(Option::unwrap_or_default).collect()
        });
        table(&head, &rows)
    }

    fn deaths(&self) -> String {
        let head = [
            "somebody who waits dies",
            "the page is closed",
            "the functions that wait for another",
        ];
        let rows = self.rows(|measured| {
            let cells = VICTIMS.map(|victim| measured.deaths.get(&victim).map(outcomes));
            cells.map(Option::unwrap_or_default).into()
        });
        table(&head, &rows)
    }

    fn names(&self) -> String {
        let head = [
            "names",
            "of functions in functions",
            "of services in functions",
            "of functions in the client",
            "of functions in a definition or subscription",
            "another function for ValidateEmail: lines",
            "deployed again",
        ];
        let rows = self.rows(|measured| {
            let names = measured.names;
            let counts = [
                names.functions_in_functions,
                names.services_in_functions,
                names.functions_in_client,
                names.functions_in_services,
                measured.swap.lines,
            ];
            let callers: Vec<_> = measured.swap.callers.iter().map(node).collect();
            let mut cells: Vec<_> = counts.iter().map(ToString::to_string).collect();
            cells.push(callers.join(", "));
            cells
        });
        table(&head, &rows)
    }

    #[expect(clippy::expect_used, reason = "the data is made of texts and numbers")]
    fn data(&self) -> String {
        let compositions = self.measured.iter().map(|measured| {
            let dollars = measured.dollars.iter();
            let dollars: BTreeMap<_, _> = dollars
                .map(|(item, amount)| (format!("{item:?}"), cents(*amount)))
                .collect();
            let failures = measured.failures.iter().map(|((span, service, when), outcomes)| {
                let service = SERVICES.get(*service).copied().map(service_name);
                json!({"span": span, "service": service, "when": when, "outcomes": by_name(outcomes)})
            });
            let deaths = measured.deaths.iter();
            let deaths =
                deaths.map(|(victim, outcomes)| json!({"of": victim, "outcomes": by_name(outcomes)}));
            json!({
                "composition": measured.name.key(),
                "milliseconds": {"answer": measured.answer, "mail": measured.mail, "done": measured.done},
                "billing": measured.billing,
                "dollarsPerMillion": dollars,
                "names": measured.names,
                "swap": {
                    "lines": measured.swap.lines,
                    "deployedAgain": measured.swap.callers.iter().map(node).collect::<Vec<_>>(),
                },
                "failures": failures.collect::<Vec<_>>(),
                "deaths": deaths.collect::<Vec<_>>(),
            })
        });
        let data = json!({
            "generatedBy": "cargo run --release -p compositions",
            "settings": self.settings,
            "compositions": compositions.collect::<Vec<Value>>(),
        });
        let text = serde_json::to_string_pretty(&data).expect("the data becomes JSON");
        text + "\n"
    }
}

fn cents(amount: f64) -> f64 {
    libm::round(amount * 100.0) / 100.0
}

fn by_name(outcomes: &Outcomes) -> BTreeMap<String, u32> {
    let outcomes = outcomes.iter();
    outcomes
        .map(|(outcome, count)| (outcome.to_string(), *count))
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "it is shown")]
fn whole_of(number: u64) -> String {
    whole(number as f64)
}

fn service_name(service: Service) -> &'static str {
    match service {
        Service::Table => "store",
        Service::Mail => "mail",
        Service::Webhook => "webhook",
        Service::Secrets => "secret",
        Service::StepFunctions => "workflow",
        Service::Lambda => "function",
    }
}

fn when_name(when: When) -> &'static str {
    match when {
        When::Before => "before its effect",
        When::After => "after its effect",
    }
}

fn node(node: &Node) -> String {
    match node {
        Node::Function(name) => format!("function `{name}`"),
        Node::Service(name) => match *name {
            "SignUp" => "definition `SignUp`".to_owned(),
            queue => format!("subscription `{queue}`"),
        },
        Node::Client => "every client".to_owned(),
    }
}

/// The outcomes with their counts; the count is left out if all are the same.
fn outcomes(outcomes: &Outcomes) -> String {
    let mut outcomes = outcomes.iter();
    let counted = outcomes
        .clone()
        .map(|(outcome, count)| format!("{outcome} {count}"));
    match (outcomes.next(), outcomes.next()) {
        (Some((outcome, _)), None) => outcome.to_string(),
        _ => counted.collect::<Vec<_>>().join(", "),
    }
}

fn parameters() -> String {
    let head = ["what", "p10", "p50", "p90", "p99", "mark", "source"];
    let rows = PARAMETERS.latency.values().map(|row| {
        let millis = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        vec![
            row.what.clone(),
            millis(row.p10),
            millis(Some(row.p50)),
            millis(row.p90),
            millis(Some(row.p99)),
            mark(row),
            row.source.clone(),
        ]
    });
    table(&head, &rows.collect::<Vec<_>>())
}

fn mark(row: &LatencyRow) -> String {
    let mark = row.mark.name();
    if row.mark == Mark::Assumed || row.assumed.is_empty() {
        mark.to_owned()
    } else {
        format!("{mark}; {} assumed", row.assumed.join(", "))
    }
}

fn prices() -> String {
    let rows = PARAMETERS.price.values().map(|row| {
        let dollars = format!("{:.2}", row.dollars);
        vec![row.what.clone(), dollars, row.source.clone()]
    });
    table(
        &["what", "dollars a million", "source"],
        &rows.collect::<Vec<_>>(),
    )
}

fn median(latency: Latency) -> String {
    let row = PARAMETERS.latency.get(&latency);
    row.map(|row| whole(row.p50)).unwrap_or_default()
}
