//! Contract pages: the README of each function against its contract, its settings and its samples.

use std::collections::BTreeSet;
use std::fs;
use std::iter::Map;
use std::path::{Path, PathBuf};
use std::slice;
use std::sync::LazyLock;

use asl::ErrorClass;
use kit::TaskMetadata;
use serde_json::Value;

use crate::template::pascal_case;
use crate::world::handlers_without_clients;

/// The functions, by the names of their crates: the folders in `functions/` with a `main.rs`.
#[derive(Clone, Copy)]
pub(crate) struct Functions;

pub(crate) const FUNCTIONS: Functions = Functions;

impl IntoIterator for Functions {
    type Item = &'static str;
    type IntoIter = Map<slice::Iter<'static, String>, fn(&'static String) -> &'static str>;

    fn into_iter(self) -> Self::IntoIter {
        static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
            let folders = fs::read_dir(folder("")).unwrap().map(|entry| entry.unwrap());
            folders
                .filter(|folder| folder.path().join("src/main.rs").exists())
                .map(|folder| folder.file_name().into_string().unwrap())
                .collect()
        });
        NAMES.iter().map(String::as_str)
    }
}

/// The tasks among the functions: the names of their crates, and their contracts.
pub(crate) fn tasks() -> Vec<(&'static str, TaskMetadata)> {
    let handlers = handlers_without_clients();
    FUNCTIONS
        .into_iter()
        .filter_map(|function| {
            let handler = handlers
                .iter()
                .find(|handler| handler.name() == pascal_case(function));
            Some((function, handler.unwrap().contract()?))
        })
        .collect()
}

pub(crate) fn folder(function: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join("functions")
        .join(function)
}

pub(crate) fn page(function: &str) -> String {
    fs::read_to_string(folder(function).join("README.md")).unwrap()
}

fn samples(function: &str) -> Vec<(String, Value)> {
    let files = fs::read_dir(folder(function).join("events")).unwrap();
    files
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (
                name,
                serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap(),
            )
        })
        .collect()
}

/// The lines of the table with this first heading, without the heading.
fn table<'a>(page: &'a str, heading: &str) -> Vec<&'a str> {
    page.lines()
        .skip_while(|line| !line.starts_with(&format!("| {heading} |")))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect()
}

/// The cells of each of these lines.
pub(crate) fn rows(page: &str, heading: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|')
            .split(" | ")
            .map(|cell| cell.trim().trim_matches('`').to_owned())
            .collect()
    };
    table(page, heading).into_iter().map(cells).collect()
}

#[test]
fn error_tables_list_exactly_the_declared_errors() {
    let class = |class| match class {
        ErrorClass::Transient => "transient",
        ErrorClass::Permanent => "permanent",
    };
    for (function, contract) in tasks() {
        let declared = contract
            .errors
            .iter()
            .map(|error| (error.name, class(error.class)));
        // The kit adds the last one to every function.
        let declared: BTreeSet<_> = declared.chain([("InvalidInput", "permanent")]).collect();

        let rows = rows(&page(function), "error");
        let listed = rows
            .iter()
            .map(|row| (row[0].as_str(), row[1].as_str()))
            .collect();

        assert_eq!(declared, listed, "{function}");
    }
}

#[test]
fn samples_are_valid_unless_they_are_named_bad() {
    for (function, contract) in tasks() {
        for (name, sample) in samples(function) {
            let expected = !name.starts_with("bad-");

            assert_eq!(
                (contract.accepts)(&sample),
                expected,
                "{function}/events/{name}.json"
            );
        }
    }
}

#[test]
fn triggers_list_the_routes_of_their_functions() {
    for handler in handlers_without_clients() {
        let function = FUNCTIONS
            .into_iter()
            .find(|function| pascal_case(function) == handler.name());
        let page = page(function.unwrap());
        let trigger = page.lines().find_map(|line| line.strip_prefix("| trigger | "));

        let listed: Vec<_> = trigger
            .unwrap()
            .split('`')
            .filter(|word| word.contains(" /"))
            .collect();

        let routes: Vec<_> = handler.routes().iter().map(|route| route.key()).collect();
        assert_eq!(listed, routes, "{}", handler.name());
    }
}

#[test]
fn every_function_has_two_samples() {
    for function in FUNCTIONS {
        assert!(samples(function).len() >= 2, "{function}");
    }
}

#[test]
fn settings_tables_list_exactly_the_settings_that_are_read() {
    for function in FUNCTIONS {
        let wiring = fs::read_to_string(folder(function).join("src/lib.rs")).unwrap();
        let config = fs::read_to_string(folder(function).join("src/config.rs")).unwrap_or_default();
        let code = wiring + config.split("#[cfg(test)]").next().unwrap();
        let code = code.replace("environment.table()", "required(\"TABLE_NAME\")");
        let read: BTreeSet<_> = code
            .split("required(\"")
            .chain(code.split("optional(\""))
            .filter_map(|rest| rest.split_once('"'))
            .map(|(name, _)| name.to_owned())
            .filter(|name| {
                name.chars()
                    .all(|letter| letter.is_ascii_uppercase() || letter == '_')
            })
            .collect();

        let listed = rows(&page(function), "setting")
            .into_iter()
            .map(|row| row[0].clone())
            .collect();

        assert_eq!(read, listed, "{function}");
    }
}

#[test]
fn port_tables_list_exactly_the_permissions_of_the_ports() {
    for function in FUNCTIONS {
        // A function without ports calls nothing.
        let ports = fs::read_to_string(folder(function).join("src/ports.rs"));
        let (has_ports, ports) = (ports.is_ok(), ports.unwrap_or_default());
        let page = page(function);
        let section = table(&page, "port").join("\n");

        // `service:Action`, wherever it is in backticks.
        let actions = |text: &str| -> BTreeSet<String> {
            text.split('`')
                .filter(|word| {
                    word.split_once(':').is_some_and(|(service, action)| {
                        ["dynamodb", "states", "ses", "sns", "secretsmanager"].contains(&service)
                            && action.chars().all(char::is_alphanumeric)
                    })
                })
                .map(str::to_owned)
                .collect()
        };

        assert_eq!(actions(&ports), actions(&section), "{function}");
        assert_eq!(!actions(&ports).is_empty(), has_ports, "{function}");
    }
}
