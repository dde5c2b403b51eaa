//! The template against the state machine's definition: substitutions, timeouts, state names.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Template;

fn definition() -> Value {
    serde_json::from_str(include_str!("../../../infra/statemachines/sign-up.asl.json")).unwrap()
}

/// Both definitions that the template can have: the one line `sign-up.asl.json` chooses.
fn definitions() -> Value {
    let with_phones = include_str!("../../../infra/statemachines/sign-up-contacts.asl.json");
    json!([definition(), serde_json::from_str::<Value>(with_phones).unwrap()])
}

/// The definition of redeliveries.
fn redelivery() -> Value {
    serde_json::from_str(include_str!(
        "../../../infra/statemachines/redeliver-webhook.asl.json"
    ))
    .unwrap()
}

/// The placeholders `${…}`.
fn placeholders(definition: &Value) -> BTreeSet<String> {
    let text = definition.to_string();
    let after = text.split("${").skip(1);
    after
        .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
        .collect()
}

/// Each placeholder `${NameFunctionArn}` is substituted by the alias of that function, each `${NameStateMachineArn}` by that machine,
/// and there are no other substitutions.
fn wrong_substitutions(template: &Template, machine: &str, definition: &Value) -> Vec<String> {
    let supplied = template.properties(machine)["DefinitionSubstitutions"].as_object();
    let supplied: BTreeMap<_, _> = supplied.into_iter().flatten().collect();
    let open = placeholders(definition);
    let mut problems = Vec::new();
    for name in &open {
        let alias = name.strip_suffix("Arn").map(|resource| {
            if resource.ends_with("StateMachine") {
                json!({"Ref": resource})
            } else {
                json!({"Ref": format!("{resource}.Alias")})
            }
        });
        match supplied.get(name) {
            None => problems.push(format!("{name} has no substitution")),
            Some(value) if Some(*value) != alias.as_ref() => {
                problems.push(format!(
                    "{name} is not the alias of that function, or that machine"
                ));
            }
            Some(_) => {}
        }
    }
    let unused = supplied.keys().filter(|name| !open.contains(**name));
    problems.extend(unused.map(|name| format!("{name} is an unused substitution")));
    problems
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

/// A task's timeout is longer than its function's, or the task would be retried while the function still runs.
fn tasks_that_time_out_too_early(template: &Template, definition: &Value) -> Vec<String> {
    let mut found = BTreeMap::new();
    states(definition, &mut found);
    let mut problems = Vec::new();
    for (name, state) in found {
        let function = state["Arguments"]["FunctionName"].as_str();
        let Some(id) = function.and_then(|text| text.strip_prefix("${")?.strip_suffix("Arn}")) else {
            continue;
        };
        let limit = &template.properties(id)["Timeout"];
        if state["TimeoutSeconds"].as_u64() <= limit.as_u64() {
            problems.push(format!(
                "{name} times out after {} s, and {id} after {limit} s",
                state["TimeoutSeconds"]
            ));
        }
    }
    problems
}

/// Metric filters count `Pass` states of the definition that logs to this group.
fn unknown_states_in_filters(template: &Template, group: &str, definition: &Value) -> Vec<String> {
    let mut found = BTreeMap::new();
    states(definition, &mut found);
    let filters = template
        .resources("AWS::Logs::MetricFilter")
        .filter(|(_, filter)| filter["Properties"]["LogGroupName"] == json!({"Ref": group}));
    let mut problems = Vec::new();
    for (id, filter) in filters {
        let pattern = filter["Properties"]["FilterPattern"].as_str().unwrap_or_default();
        for rest in pattern.split("$.details.name = \"").skip(1) {
            let name = rest.split('"').next().unwrap_or_default();
            let is_pass = found.get(name).is_some_and(|state| state["Type"] == "Pass");
            if !is_pass {
                problems.push(format!(
                    "{id} counts {name}, which is not a Pass state of the definition"
                ));
            }
        }
    }
    problems
}

#[test]
fn substitutions_match_the_placeholders() {
    let template = Template::sign_up();
    let definition = definitions();

    assert_eq!(
        wrong_substitutions(&template, "SignUpStateMachine", &definition),
        [""; 0]
    );
    assert_eq!(
        wrong_substitutions(&template, "RedeliverWebhookStateMachine", &redelivery()),
        [""; 0]
    );
    let line = "        NotifyWebhookFunctionArn: !Ref NotifyWebhookFunction.Alias\n";
    for (new, problem) in [
        ("", "NotifyWebhookFunctionArn has no substitution"),
        (
            "        NotifyWebhookFunctionArn: !Ref GetUserFunction.Alias\n",
            "NotifyWebhookFunctionArn is not the alias of that function, or that machine",
        ),
        (
            "        NotifyWebhookFunctionArn: !GetAtt NotifyWebhookFunction.Arn\n",
            "NotifyWebhookFunctionArn is not the alias of that function, or that machine",
        ),
        (
            &format!("{line}        TableName: !Ref Table\n"),
            "TableName is an unused substitution",
        ),
    ] {
        assert_eq!(
            wrong_substitutions(&template.with(line, new), "SignUpStateMachine", &definition),
            [problem]
        );
    }
}

#[test]
fn task_timeouts_are_longer_than_function_timeouts() {
    let template = Template::sign_up();
    let definition = definition();

    for definition in [&definition, &redelivery()] {
        assert_eq!(tasks_that_time_out_too_early(&template, definition), [""; 0]);
    }
    assert_eq!(
        tasks_that_time_out_too_early(&template.with("Timeout: 25", "Timeout: 30"), &definition),
        ["NotifyWebhook times out after 30 s, and NotifyWebhookFunction after 30 s"]
    );
}

#[test]
fn metric_filters_count_existing_states() {
    let template = Template::sign_up();
    let definition = definition();

    for (group, definition, name, filter) in [
        (
            "SignUpLogGroup",
            definition,
            "WebhookUndelivered",
            "UndeliveredWebhooksFilter",
        ),
        (
            "RedeliverWebhookLogGroup",
            redelivery(),
            "WebhookDead",
            "DeadWebhooksFilter",
        ),
        (
            "RedeliverWebhookLogGroup",
            redelivery(),
            "RedeliveryGivenUp",
            "DeadWebhooksFilter",
        ),
    ] {
        assert_eq!(unknown_states_in_filters(&template, group, &definition), [""; 0]);
        let other = template.with(&format!("\"{name}\""), "\"Other\"");
        assert_eq!(
            unknown_states_in_filters(&other, group, &definition),
            [format!(
                "{filter} counts Other, which is not a Pass state of the definition"
            )]
        );
    }
}
