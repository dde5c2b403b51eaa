//! The template supplies what the definition leaves open, and knows its states.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Template;

fn definition() -> Value {
    serde_json::from_str(include_str!("../../../infra/statemachines/sign-up.asl.json")).unwrap()
}

/// The names between `${` and `}`.
fn left_open(definition: &Value) -> BTreeSet<String> {
    let text = definition.to_string();
    let after = text.split("${").skip(1);
    after
        .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
        .collect()
}

/// Each `${NameFunctionArn}` is supplied, with the alias of the function of that name; and nothing else is.
fn wrong_substitutions(template: &Template, definition: &Value) -> Vec<String> {
    let supplied = template.properties("SignUpStateMachine")["DefinitionSubstitutions"].as_object();
    let supplied: BTreeMap<_, _> = supplied.into_iter().flatten().collect();
    let open = left_open(definition);
    let mut diagnostics = Vec::new();
    for name in &open {
        let alias = name
            .strip_suffix("Arn")
            .map(|function| json!({"Ref": format!("{function}.Alias")}));
        match supplied.get(name) {
            None => diagnostics.push(format!("{name} is not supplied")),
            Some(value) if Some(*value) != alias.as_ref() => {
                diagnostics.push(format!("{name} is not the alias of that function"));
            }
            Some(_) => {}
        }
    }
    let unused = supplied.keys().filter(|name| !open.contains(**name));
    diagnostics.extend(unused.map(|name| format!("{name} is supplied for nothing")));
    diagnostics
}

/// All states of all levels, by name.
fn states<'a>(machine: &'a Value, found: &mut BTreeMap<&'a str, &'a Value>) {
    for (name, state) in machine["States"].as_object().into_iter().flatten() {
        found.insert(name, state);
        for branch in state["Branches"].as_array().into_iter().flatten() {
            states(branch, found);
        }
    }
}

/// A task waits longer than its function may take, or it would give up what still goes on.
fn hasty_tasks(template: &Template, definition: &Value) -> Vec<String> {
    let mut found = BTreeMap::new();
    states(definition, &mut found);
    let mut diagnostics = Vec::new();
    for (name, state) in found {
        let function = state["Arguments"]["FunctionName"].as_str();
        let Some(id) = function.and_then(|text| text.strip_prefix("${")?.strip_suffix("Arn}")) else {
            continue;
        };
        let limit = &template.properties(id)["Timeout"];
        if state["TimeoutSeconds"].as_u64() <= limit.as_u64() {
            diagnostics.push(format!(
                "{name} gives up after {} s, and {id} may take {limit} s",
                state["TimeoutSeconds"]
            ));
        }
    }
    diagnostics
}

/// The metric counts a state that there is.
fn states_that_are_not_there(template: &Template, definition: &Value) -> Vec<String> {
    let mut found = BTreeMap::new();
    states(definition, &mut found);
    let filters = template.resources("AWS::Logs::MetricFilter");
    filters
        .filter_map(|(id, filter)| {
            let pattern = filter["Properties"]["FilterPattern"].as_str()?;
            let (_, rest) = pattern.split_once("$.details.name = \"")?;
            let (name, _) = rest.split_once('"')?;
            let is_pass = found.get(name).is_some_and(|state| state["Type"] == "Pass");
            (!is_pass).then(|| format!("{id} counts {name}, which is no state that passes"))
        })
        .collect()
}

#[test]
fn every_substitution_is_supplied_and_none_for_nothing() {
    let template = Template::sign_up();
    let definition = definition();

    assert_eq!(wrong_substitutions(&template, &definition), Vec::<String>::new());
    let line = "        NotifyWebhookFunctionArn: !Ref NotifyWebhookFunction.Alias\n";
    for (new, diagnostic) in [
        ("", "NotifyWebhookFunctionArn is not supplied"),
        (
            "        NotifyWebhookFunctionArn: !Ref GetUserFunction.Alias\n",
            "NotifyWebhookFunctionArn is not the alias of that function",
        ),
        (
            "        NotifyWebhookFunctionArn: !GetAtt NotifyWebhookFunction.Arn\n",
            "NotifyWebhookFunctionArn is not the alias of that function",
        ),
        (
            &format!("{line}        TableName: !Ref Table\n"),
            "TableName is supplied for nothing",
        ),
    ] {
        assert_eq!(
            wrong_substitutions(&template.with(line, new), &definition),
            [diagnostic]
        );
    }
}

#[test]
fn tasks_wait_longer_than_their_functions_may_take() {
    let template = Template::sign_up();
    let definition = definition();

    assert_eq!(hasty_tasks(&template, &definition), Vec::<String>::new());
    assert_eq!(
        hasty_tasks(&template.with("Timeout: 25", "Timeout: 30"), &definition),
        ["NotifyWebhook gives up after 30 s, and NotifyWebhookFunction may take 30 s"]
    );
}

#[test]
fn metrics_count_states_that_there_are() {
    let template = Template::sign_up();
    let definition = definition();

    assert_eq!(
        states_that_are_not_there(&template, &definition),
        Vec::<String>::new()
    );
    assert_eq!(
        states_that_are_not_there(
            &template.with("\"WebhookUndelivered\"", "\"Undelivered\""),
            &definition
        ),
        ["UndeliveredWebhooksFilter counts Undelivered, which is no state that passes"]
    );
}
