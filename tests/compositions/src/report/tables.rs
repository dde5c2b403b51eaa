//! The tables of the report.

use simulation::Service;

use super::Report;
use crate::faults::{CALLERS, Outcomes, SERVICES, Span, WHENS, When};
use crate::ledger::Node;
use crate::measure::Measured;
use crate::parameters::{LatencyRow, Mark, PARAMETERS};
use crate::table::{table, whole};

impl Report {
    /// The tables, for a terminal.
    pub fn tables(&self) -> String {
        let tables = [
            self.latencies(),
            self.billing(),
            self.dollars(),
            self.consistency(Span::Once),
            self.consistency(Span::Outage),
            self.crashes(),
            self.names(),
        ];
        tables.join("\n")
    }

    fn rows(&self, cells: impl Fn(&Measured) -> Vec<String>) -> Vec<Vec<String>> {
        let rows = self.measured.iter().map(|measured| {
            let mut row = vec![measured.name.to_string()];
            row.extend(cells(measured));
            row
        });
        rows.collect()
    }

    pub(super) fn latencies(&self) -> String {
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

    pub(super) fn billing(&self) -> String {
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

    pub(super) fn dollars(&self) -> String {
        let head = ["dollars a million", "Lambda", "HTTP API", "joining them", "all"];
        let rows = self.rows(|measured| {
            let [lambda, api, joining] = measured.dollars_by_part();
            [lambda, api, joining, measured.all_dollars()]
                .map(|amount| format!("{amount:.2}"))
                .into()
        });
        table(&head, &rows)
    }

    pub(super) fn consistency(&self, span: Span) -> String {
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

    pub(super) fn crashes(&self) -> String {
        let head = [
            "a caller crashes while it waits",
            "the page (it is closed)",
            "the functions that wait for a function",
        ];
        let rows = self.rows(|measured| {
            let cells = CALLERS.map(|caller| measured.crashes.get(&caller).map(outcomes));
            cells.map(Option::unwrap_or_default).into()
        });
        table(&head, &rows)
    }

    pub(super) fn names(&self) -> String {
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
}

/// The outcomes with their counts; the count is left out if all are the same.
fn outcomes(outcomes: &Outcomes) -> String {
    let mut outcomes = outcomes.iter();
    let counted = outcomes
        .clone()
        .map(|(outcome, operations)| format!("{outcome} {}", operations.len()));
    match (outcomes.next(), outcomes.next()) {
        (Some((outcome, _)), None) => outcome.to_string(),
        _ => counted.collect::<Vec<_>>().join(", "),
    }
}

pub(super) fn service_name(service: Service) -> &'static str {
    match service {
        Service::Table => "store",
        Service::Mail => "mail",
        Service::Sms => "text message",
        Service::MailQuota => "mail quota",
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

pub(super) fn node(node: &Node) -> String {
    match node {
        Node::Function(name) => format!("function `{name}`"),
        Node::Service(name) => match *name {
            "SignUp" => "definition `SignUp`".to_owned(),
            queue => format!("subscription `{queue}`"),
        },
        Node::Client => "every client".to_owned(),
    }
}

pub(super) fn parameters() -> String {
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

pub(super) fn prices() -> String {
    let rows = PARAMETERS.price.values().map(|row| {
        let dollars = format!("{:.2}", row.dollars);
        vec![row.what.clone(), dollars, row.source.clone()]
    });
    table(
        &["what", "dollars a million", "source"],
        &rows.collect::<Vec<_>>(),
    )
}
