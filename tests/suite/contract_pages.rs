//! The contract page of each function says what its contract, its settings and its samples say.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use asl::{ErrorClass, Function, TaskError};
use contracts::notify_webhook::NotifyWebhook;
use contracts::set_user_status::SetUserStatus;
use contracts::store_user_data::StoreUserData;
use contracts::validate_email::ValidateEmail;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The functions, in the order in which a sign-up meets them.
pub(crate) const FUNCTIONS: [&str; 7] = [
    "create-user",
    "store-user-data",
    "validate-email",
    "confirm-email",
    "set-user-status",
    "notify-webhook",
    "get-user",
];

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

fn errors_are_listed<F: Function>(function: &str) {
    let class = |class| match class {
        ErrorClass::Transient => "transient",
        ErrorClass::Permanent => "permanent",
    };
    let mut declared: BTreeSet<_> = F::Error::DECLARED
        .iter()
        .map(|error| (error.name.to_owned(), class(error.class).to_owned()))
        .collect();
    // What the kit adds to every function.
    declared.insert(("InvalidInput".to_owned(), "permanent".to_owned()));

    let listed = rows(&page(function), "error")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();

    assert_eq!(declared, listed, "{function}");
}

fn samples_fit<F: Function>(function: &str)
where
    F::Input: DeserializeOwned,
{
    for (name, sample) in samples(function) {
        let fits = serde_json::from_value::<F::Input>(sample).is_ok();
        assert_eq!(fits, !name.starts_with("bad-"), "{function}/events/{name}.json");
    }
}

#[test]
fn error_tables_list_what_is_declared_and_nothing_else() {
    errors_are_listed::<StoreUserData>("store-user-data");
    errors_are_listed::<ValidateEmail>("validate-email");
    errors_are_listed::<SetUserStatus>("set-user-status");
    errors_are_listed::<NotifyWebhook>("notify-webhook");
}

#[test]
fn samples_fit_unless_they_are_named_bad() {
    samples_fit::<StoreUserData>("store-user-data");
    samples_fit::<ValidateEmail>("validate-email");
    samples_fit::<SetUserStatus>("set-user-status");
    samples_fit::<NotifyWebhook>("notify-webhook");
}

#[test]
fn every_function_has_samples() {
    for function in FUNCTIONS {
        assert!(samples(function).len() >= 2, "{function}");
    }
}

#[test]
fn settings_tables_list_what_is_read() {
    for function in FUNCTIONS {
        let config = fs::read_to_string(folder(function).join("src/config.rs")).unwrap();
        let code = config.split("#[cfg(test)]").next().unwrap();
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
fn permissions_are_those_of_the_ports() {
    for function in FUNCTIONS {
        let ports = fs::read_to_string(folder(function).join("src/ports.rs")).unwrap();
        let page = page(function);
        let section = table(&page, "port").join("\n");

        // `service:Action`, wherever it stands in backticks.
        let actions = |text: &str| -> BTreeSet<String> {
            text.split('`')
                .filter(|word| {
                    word.split_once(':').is_some_and(|(service, action)| {
                        ["dynamodb", "states", "ses", "secretsmanager"].contains(&service)
                            && action.chars().all(char::is_alphanumeric)
                    })
                })
                .map(str::to_owned)
                .collect()
        };

        assert_eq!(actions(&ports), actions(&section), "{function}");
        assert!(!actions(&ports).is_empty(), "{function}");
    }
}
