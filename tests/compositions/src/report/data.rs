//! The data of the report, as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use simulation::Operation;

use super::Report;
use super::tables::{node, service_name};
use crate::faults::{Outcomes, SERVICES};

impl Report {
    #[expect(clippy::expect_used, reason = "the data is made of texts and numbers")]
    pub(super) fn data(&self) -> String {
        let compositions = self.measured.iter().map(|measured| {
            let dollars = measured.dollars.iter();
            let dollars: BTreeMap<_, _> = dollars
                .map(|(item, amount)| (format!("{item:?}"), cents(*amount)))
                .collect();
            let failures = measured.failures.iter().map(|((span, service, when), outcomes)| {
                let service = SERVICES.get(*service).copied().map(service_name);
                json!({"span": span, "service": service, "when": when, "outcomes": by_name(outcomes)})
            });
            let crashes = measured.crashes.iter();
            let crashes =
                crashes.map(|(caller, outcomes)| json!({"of": caller, "outcomes": by_name(outcomes)}));
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
                "crashes": crashes.collect::<Vec<_>>(),
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

/// The operations at which there was each outcome.
fn by_name(outcomes: &Outcomes) -> BTreeMap<String, Vec<String>> {
    let named = |operations: &[Operation]| {
        operations
            .iter()
            .map(|operation| format!("{operation:?}"))
            .collect()
    };
    let outcomes = outcomes.iter();
    outcomes
        .map(|(outcome, operations)| (outcome.to_string(), named(operations)))
        .collect()
}
