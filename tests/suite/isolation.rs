//! Isolation and substitution: no function depends on another, and each can be replaced.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use asl::document::{State, StateMachine, States};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

use crate::contract_pages::FUNCTIONS;
use crate::template::pascal_case;
use crate::world::handlers_without_clients;

/// The modules of `contracts` that a function may use beside `values` and `table`: that of its own contract, and that of the
/// workflow for the function that starts it.
fn own_modules(function: &str) -> Vec<String> {
    let workflow = (function == "create-user").then(|| "sign_up".to_owned());
    [function.replace('-', "_")].into_iter().chain(workflow).collect()
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

pub(crate) fn metadata() -> Metadata {
    // `--offline`: crates of other platforms are not downloaded.
    let host = Command::new("rustc")
        .args(["--print", "host-tuple"])
        .output()
        .unwrap()
        .stdout;
    let platform = format!("--filter-platform={}", String::from_utf8(host).unwrap().trim());
    let options = ["--offline".to_owned(), platform];
    MetadataCommand::new()
        .manifest_path(workspace().join("Cargo.toml"))
        .other_options(options)
        .exec()
        .unwrap()
}

/// The names of the crates that `package` is built from, itself included.
fn dependencies_of(metadata: &Metadata, package: &str) -> BTreeSet<String> {
    let resolve = metadata.resolve.as_ref().unwrap();
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let root = metadata
        .workspace_packages()
        .into_iter()
        .find(|found| *found.name == package)
        .unwrap();
    let (mut seen, mut pending) = (BTreeSet::new(), vec![&root.id]);
    while let Some(id) = pending.pop() {
        if seen.insert(id) {
            let normal = nodes[id].deps.iter().filter(|dependency| {
                dependency
                    .dep_kinds
                    .iter()
                    .any(|kind| kind.kind == DependencyKind::Normal)
            });
            pending.extend(normal.map(|dependency| &dependency.pkg));
        }
    }
    seen.into_iter().map(|id| metadata[id].name.to_string()).collect()
}

/// All Rust sources below a folder.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources.extend(self::sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            sources.push((path, text));
        }
    }
    sources
}

#[test]
fn every_function_is_a_package_and_is_in_the_test_world() {
    let metadata = metadata();
    let packages: BTreeSet<_> = metadata
        .workspace_packages()
        .iter()
        .map(|package| package.name.to_string())
        .collect();

    for function in FUNCTIONS {
        assert!(packages.contains(function), "{function}");
    }
    let in_test_world: BTreeSet<_> = handlers_without_clients()
        .iter()
        .map(|handler| handler.name().to_owned())
        .collect();
    let expected: BTreeSet<_> = FUNCTIONS.into_iter().map(pascal_case).collect();
    assert_eq!(in_test_world, expected);
}

#[test]
fn no_function_depends_on_another() {
    let metadata = metadata();

    for function in FUNCTIONS {
        let crates = dependencies_of(&metadata, function);
        for other in FUNCTIONS {
            assert!(
                other == function || !crates.contains(other),
                "{function} depends on {other}"
            );
        }
        assert!(
            !crates.contains("workflows") && !crates.contains("simulator"),
            "{function}"
        );
    }
}

#[test]
fn the_client_knows_no_function_and_no_workflow() {
    let crates = dependencies_of(&metadata(), "client");

    assert!(crates.contains("contracts"));
    for other in FUNCTIONS.into_iter().chain(["kit", "workflows", "simulator"]) {
        assert!(!crates.contains(other), "the client depends on {other}");
    }
}

#[test]
fn only_the_functions_that_start_and_resume_workflows_can_call_step_functions() {
    let metadata = metadata();

    for function in FUNCTIONS {
        let expected = [
            "create-user",
            "confirm-contact",
            "request-mail",
            "record-mail-event",
        ]
        .contains(&function);
        assert_eq!(
            dependencies_of(&metadata, function).contains("aws-sdk-sfn"),
            expected,
            "{function}"
        );
    }
}

#[test]
fn functions_use_their_own_contract_and_no_other() {
    for function in FUNCTIONS {
        let own = own_modules(function);
        for (path, source) in sources(&workspace().join("functions").join(function)) {
            // Comments may speak of contracts; code may only name what is its own.
            let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
            for (_, after) in code.flat_map(|line| {
                line.match_indices("contracts")
                    .map(|(at, word)| (at, &line[at + word.len()..]))
            }) {
                let named = after.strip_prefix("::").and_then(|path| {
                    path.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                        .next()
                });
                let allowed = named.is_some_and(|module| {
                    ["hide_in_debug", "table", "values"].contains(&module)
                        || own.iter().any(|own| own == module)
                });
                assert!(allowed, "{} uses contracts{after}", path.display());
            }
        }
    }
}

/// A library knows what all functions share, and the contract of none.
#[test]
fn libraries_use_no_contract_of_a_function() {
    for library in ["kit", "verifications"] {
        for (path, source) in sources(&workspace().join("functions").join(library).join("src")) {
            for function in FUNCTIONS {
                let module = format!("contracts::{}", function.replace('-', "_"));
                assert!(!source.contains(&module), "{} uses {module}", path.display());
            }
        }
    }
}

#[test]
fn sources_do_not_mention_other_functions() {
    for function in FUNCTIONS {
        for (path, source) in sources(&workspace().join("functions").join(function).join("src")) {
            for other in FUNCTIONS.into_iter().filter(|other| *other != function) {
                let pascal = pascal_case(other);
                let upper = other.replace('-', "_").to_uppercase();
                for name in [other, &pascal, &upper] {
                    assert!(!source.contains(name), "{} names {name}", path.display());
                }
            }
            assert!(
                !source.contains("FUNCTION_ARN") && !source.contains("FUNCTION_NAME"),
                "{}",
                path.display()
            );
        }
    }
}

#[test]
fn workflows_are_built_without_a_runtime_and_without_an_aws_sdk() {
    let crates = dependencies_of(&metadata(), "workflows");

    assert!(!crates.contains("tokio"));
    assert!(!crates.iter().any(|name| name.starts_with("aws-")), "{crates:?}");
}

#[test]
fn the_simulator_depends_on_the_document_model_alone() {
    let metadata = metadata();
    let ours: BTreeSet<_> = metadata
        .workspace_packages()
        .iter()
        .map(|package| package.name.to_string())
        .collect();

    let used: Vec<_> = dependencies_of(&metadata, "simulator")
        .into_iter()
        .filter(|name| ours.contains(name))
        .collect();

    assert_eq!(used, ["asl-document", "simulator"]);
}

/// The states of all levels by name, each without the branches inside of it and with the branch it is in.
fn flattened(states: &States, level: &str) -> BTreeMap<String, serde_json::Value> {
    let mut flat = BTreeMap::new();
    for (name, state) in states {
        let mut value = serde_json::to_value(state).unwrap();
        if let State::Parallel(parallel) = state {
            value.as_object_mut().unwrap().remove("Branches");
            for (index, branch) in parallel.branches.iter().enumerate() {
                flat.extend(flattened(&branch.states, &format!("{name}/{index}")));
            }
        }
        value["level"] = level.into();
        flat.insert(name.clone(), value);
    }
    flat
}

fn emitted(stem: &str) -> StateMachine {
    let path = workspace().join(format!("infra/statemachines/{stem}.asl.json"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// `ValidateContacts` in the place of `ValidateEmail`: between the two emitted definitions one state differs.
#[test]
fn replacing_a_function_changes_its_own_state_and_no_other() {
    let (before, after) = (emitted("sign-up"), emitted("sign-up-contacts"));

    assert_eq!(
        (&before.start_at, before.timeout_seconds),
        (&after.start_at, after.timeout_seconds)
    );
    let (mut before, mut after) = (flattened(&before.states, ""), flattened(&after.states, ""));
    let (old, new) = (
        before.remove("ValidateEmail").unwrap(),
        after.remove("ValidateContacts").unwrap(),
    );
    // The variable with its output has its name, too.
    let renamed = serde_json::to_string(&after).unwrap();
    let renamed = renamed.replace("$validateContacts.", "$validateEmail.");
    let after: BTreeMap<String, serde_json::Value> = serde_json::from_str(&renamed).unwrap();
    assert_eq!(before, after);
    for unchanged in ["Catch", "Next", "TimeoutSeconds", "Resource"] {
        assert_eq!(old[unchanged], new[unchanged], "{unchanged}");
    }
    // The number is added to what the function gets, and one error to what is retried.
    let arguments = |state: &serde_json::Value| state["Arguments"]["Payload"].as_object().unwrap().clone();
    let (old_payload, mut new_payload) = (arguments(&old), arguments(&new));
    assert!(new_payload.remove("phone").is_some());
    assert_eq!(old_payload, new_payload);
    let retry = new["Retry"].to_string().replace(",\"SmsUnavailable\"", "");
    assert_eq!(old["Retry"].to_string(), retry);
}
