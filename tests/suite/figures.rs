//! Figures of the documentation that follow from others: costs from `infra/prices.yaml`, and the loads of `docs/scale.md`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::template::{observability_resources, read_yaml, sign_up_resources};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

fn prices() -> Value {
    read_yaml(&read("infra/prices.yaml"))
}

fn figure(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no figure"))
}

/// The dollars for a million of something, by item.
fn dollars(list: &Value) -> BTreeMap<String, f64> {
    let rows = list.as_array().unwrap().iter();
    rows.map(|row| {
        let dollars = 1e6 * figure(&row["amount"]) * figure(&row["price"]) / figure(&row["units"]);
        (row["item"].as_str().unwrap().to_owned(), dollars)
    })
    .collect()
}

fn sum(list: &Value) -> f64 {
    dollars(list).values().sum()
}

/// The rows of a table, as cells, behind a heading of the page.
fn table(page: &str, heading: &str) -> Vec<Vec<String>> {
    let behind = page
        .split_once(heading)
        .unwrap_or_else(|| panic!("there is no {heading}"))
        .1;
    behind
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            line.trim_matches('|')
                .split('|')
                .map(|cell| cell.trim().replace(',', ""))
                .collect()
        })
        .collect()
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 0.051_f64.max(expected * 0.005)
}

/// The rows whose dollars do not follow from the prices, each with what does.
fn wrong_costs(page: &str, prices: &Value) -> Vec<String> {
    let mut expected = dollars(&prices["per_sign_up"]);
    let total = sum(&prices["per_sign_up"]);
    let mut problems = Vec::new();
    for row in table(page, "## What it costs") {
        let (item, dollars) = (&row[1], row[4].parse::<f64>().unwrap());
        let computed = match item.as_str() {
            "all" => total,
            item => expected
                .remove(item)
                .unwrap_or_else(|| panic!("{item} has no price")),
        };
        if !close(dollars, computed) {
            problems.push(format!("{item} costs {computed:.1}, not {dollars}"));
        }
    }
    problems.extend(expected.into_keys().map(|item| format!("{item} has no row")));
    problems
}

/// What one of these costs for a month, in dollars.
fn monthly(prices: &Value, item: &str) -> f64 {
    let rows = prices["per_month"].as_array().unwrap();
    figure(&rows.iter().find(|row| row["item"] == item).unwrap()["price"])
}

/// What a month costs without any sign-up, in dollars, of each stack.
fn month(prices: &Value) -> (f64, f64) {
    let price = |item: &str| monthly(prices, item);
    let of = |resources: &Value, existing_secrets: f64| {
        let resources: Vec<_> = resources.as_object().unwrap().values().collect();
        let all = |kind: &str| {
            resources
                .iter()
                .filter(|one| one["Type"] == kind)
                .copied()
                .collect::<Vec<_>>()
        };
        let count = |kind: &str| f64::from(u32::try_from(all(kind).len()).unwrap());
        let alarm_metrics: usize = all("AWS::CloudWatch::Alarm")
            .iter()
            .map(|alarm| alarm["Properties"]["Metrics"].as_array())
            .map(|metrics| {
                metrics.map_or(1, |metrics| {
                    metrics.iter().filter(|one| one["MetricStat"].is_object()).count()
                })
            })
            .sum();
        // Each dimension is another metric, but those of limits and refusals exist only once something is stopped or refused.
        let metrics: Vec<_> = all("AWS::Logs::MetricFilter")
            .into_iter()
            .filter(|filter| filter["Properties"]["MetricTransformations"][0]["Dimensions"].is_null())
            .collect();
        count("AWS::KMS::Key") * price("keys")
            + (count("AWS::SecretsManager::Secret") + existing_secrets) * price("secrets")
            + f64::from(u32::try_from(alarm_metrics).unwrap()) * price("alarm metrics")
            + count("AWS::CloudWatch::CompositeAlarm") * price("composite alarms")
            + f64::from(u32::try_from(metrics.len()).unwrap()) * price("custom metrics")
            + count("AWS::CloudWatch::Dashboard") * price("dashboards")
    };
    (of(&sign_up_resources(), 2.0), of(&observability_resources(), 0.0))
}

/// Sentences of the page with figures that follow from the prices, which it lacks.
fn missing_sentences(page: &str, prices: &Value) -> Vec<String> {
    let (own, second) = month(prices);
    let sign_up = sum(&prices["per_sign_up"]) / 1e6;
    let retries = 60.0 * sum(&prices["per_retry"]) / 1e6;
    let limited = 69.0 * sum(&prices["per_retry"]) / 1e6;
    let a_day = |rate: f64| (rate * 86_400.0 * sign_up).round();
    let sentences = [
        format!(
            "list prices in US dollars of {}",
            prices["date"].as_str().unwrap()
        ),
        format!("On the pages, {:.0} dollars more", sum(&prices["more_on_pages"])),
        format!(
            "costs {:.1} dollars per million sign-ups",
            sum(&prices["with_traces"])
        ),
        format!(
            "each a metric of {:.2} dollars a month",
            monthly(prices, "custom metrics")
        ),
        format!(
            "a million webhooks that stay undelivered cost {:.0} dollars",
            sum(&prices["per_dead_webhook"])
        ),
        format!(
            "a million of a day's outage cost {:.0}",
            sum(&prices["per_webhook_of_a_day"])
        ),
        format!("A month without any sign-up costs {own:.2} dollars"),
        format!("The second stack adds {second:.2}"),
        format!("costs {retries:.4} dollars in retries"),
        format!("a day over its rate {limited:.4}"),
        format!(
            "1 a second are {} dollars a day, 14 are {}",
            a_day(1.0),
            a_day(14.0)
        ),
    ];
    // Lines are wrapped anywhere.
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    sentences
        .into_iter()
        .filter(|sentence| !page.contains(sentence.as_str()))
        .collect()
}

/// What so many sign-ups a second use, as `docs/scale.md` says.
fn wrong_loads(page: &str, prices: &Value) -> Vec<String> {
    let amount = |list: &str, item: &str| {
        let rows = prices[list].as_array().unwrap();
        figure(&rows.iter().find(|row| row["item"] == item).unwrap()["amount"])
    };
    let requests = amount("per_sign_up", "requests") + amount("more_on_pages", "requests");
    let mut problems = Vec::new();
    for row in table(page, "## Use") {
        let rate: f64 = row[0].parse().unwrap();
        let expected = [
            (1, rate * 86_400.0),
            (3, rate * amount("per_sign_up", "state transitions")),
            (4, rate * amount("per_sign_up", "invocations") * 0.05),
            (5, rate * amount("per_sign_up", "write units")),
            (6, rate * requests),
        ];
        for (column, value) in expected {
            if (row[column].parse::<f64>().unwrap() - value).abs() > 0.5 {
                problems.push(format!("{rate} a second are {value:.0} in column {column}"));
            }
        }
        let seconds = 1e6 / rate;
        let full = if seconds > 86_400.0 {
            "never".to_owned()
        } else {
            format!("{seconds:.0} s")
        };
        if !row[2].starts_with(&full) {
            problems.push(format!("{rate} a second fill the open executions: {full}"));
        }
    }
    problems
}

#[test]
fn costs_follow_from_prices() {
    let (page, prices) = (read("infra/README.md"), prices());

    assert_eq!(wrong_costs(&page, &prices), Vec::<String>::new());
    assert_eq!(missing_sentences(&page, &prices), Vec::<String>::new());
    let dearer = read_yaml(&read("infra/prices.yaml").replacen(
        "price: 0.10, units: 1000}",
        "price: 0.12, units: 1000}",
        1,
    ));
    let problems = wrong_costs(&page, &dearer);
    assert!(problems[0].starts_with("mails costs 120.0"), "{problems:?}");
    assert_eq!(problems.len(), 2, "{problems:?}");
    let later = read_yaml(&read("infra/prices.yaml").replacen("date: 2026-11-20", "date: 2027-01-01", 1));
    assert_eq!(
        missing_sentences(&page, &later),
        ["list prices in US dollars of 2027-01-01"]
    );
}

#[test]
fn transitions_are_those_of_the_report() {
    let report = read("docs/machines/sign-up.md");

    let row = report
        .lines()
        .find(|line| line.contains("error-free: state transitions"))
        .unwrap();

    let rows = prices();
    assert_eq!(
        row.split('|').nth(2).unwrap().trim(),
        rows["per_sign_up"][0]["amount"].to_string()
    );
}

#[test]
fn loads_follow_from_what_a_sign_up_uses() {
    let page = read("docs/scale.md");

    assert_eq!(wrong_loads(&page, &prices()), Vec::<String>::new());
    let planted = page.replacen("| 10 | 864,000 |", "| 10 | 86,400 |", 1);
    assert_eq!(
        wrong_loads(&planted, &prices()),
        ["10 a second are 864000 in column 1"]
    );
}

/// The names of tests that a page gives as evidence, and which do not exist.
fn missing_tests(page: &str) -> Vec<String> {
    let sources = ["alarms.rs", "data.rs", "deployer.rs", "rollout.rs"]
        .map(|file| read(&format!("tests/suite/template/{file}")))
        .join("\n")
        + &read("tests/suite/figures.rs");
    let names = page.split('`').skip(1).step_by(2).filter(|word| {
        word.matches('_').count() > 2 && word.chars().all(|one| one == '_' || one.is_ascii_lowercase())
    });
    names
        .filter(|name| !sources.contains(&format!("fn {name}()")))
        .map(str::to_owned)
        .collect()
}

#[test]
fn tests_that_the_table_of_operations_names_exist() {
    let page = read("infra/README.md");
    let (_, operations) = page.split_once("## Operations\n").unwrap();
    let (operations, _) = operations.split_once("\n## ").unwrap();

    assert_eq!(missing_tests(operations), Vec::<String>::new());
    let planted = operations.replace("quotas_are_watched", "quotas_are_all_watched");
    assert_eq!(missing_tests(&planted), ["quotas_are_all_watched"]);
}
