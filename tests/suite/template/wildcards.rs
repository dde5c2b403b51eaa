//! Nothing is broader, or more fixed, than AWS makes it.

use serde_json::Value;

use super::Template;

/// All actions of all policies, wherever they stand.
fn actions<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(entries) => {
            for (key, inner) in entries {
                if key == "Action" {
                    found.extend(inner.as_str());
                    found.extend(inner.as_array().into_iter().flatten().filter_map(Value::as_str));
                }
                actions(inner, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| actions(item, found)),
        _ => {}
    }
}

fn broad_actions(template: &Template) -> Vec<String> {
    let mut found = Vec::new();
    actions(&template.value, &mut found);
    assert!(!found.is_empty());
    found.retain(|action| action.contains('*'));
    found.into_iter().map(str::to_owned).collect()
}

/// Stars, and findings that are suppressed, without a comment on the line before.
fn without_a_reason(template: &Template) -> Vec<String> {
    let lines: Vec<_> = template.text.lines().map(str::trim).collect();
    let pairs = lines.iter().zip(lines.iter().skip(1));
    pairs
        .filter(|(before, line)| {
            let pattern = line.starts_with("AllowedPattern:");
            let asks = line.contains('*') && !line.starts_with('#') && !pattern
                || line.starts_with("ignore_checks:");
            asks && !before.starts_with('#')
        })
        .map(|(_, line)| (*line).to_owned())
        .collect()
}

/// Properties that name a resource for good, so that a second stack could not stand beside the first.
fn fixed_names(template: &Template) -> Vec<String> {
    let resources = template.value["Resources"].as_object().unwrap();
    let mut problems = Vec::new();
    for (id, resource) in resources {
        let of_another = ["AWS::Lambda::Permission", "AWS::Logs::MetricFilter"]
            .contains(&resource["Type"].as_str().unwrap());
        for (key, value) in resource["Properties"].as_object().into_iter().flatten() {
            // What the stack's name is part of differs from stack to stack; a policy's name counts within its role.
            let of_the_stack = value.to_string().contains("AWS::StackName");
            let named = key == "Name"
                || key.ends_with("Name") && key != "PolicyName" && key != "MetricName" && key != "StageName";
            if named && !of_another && !of_the_stack {
                problems.push(format!("{id} has a {key}"));
            }
        }
    }
    problems
}

#[test]
fn no_action_is_a_pattern() {
    let template = Template::sign_up();

    assert_eq!(broad_actions(&template), Vec::<String>::new());
    for action in ["dynamodb:*", "dynamodb:Put*", "'*'"] {
        let planted = template.with("dynamodb:PutItem", action);
        assert_eq!(broad_actions(&planted), [action.trim_matches('\'')]);
    }
}

#[test]
fn stars_and_suppressed_findings_have_a_reason_beside_them() {
    let template = Template::sign_up();

    assert_eq!(without_a_reason(&template), Vec::<String>::new());
    let planted = template.with("Resource: !GetAtt Table.Arn", "Resource: '*'");
    assert_eq!(without_a_reason(&planted), ["Resource: '*'"]);
    let planted = template.with(
        "          # Packaging puts a bucket and a key in the place of the path.\n",
        "",
    );
    assert_eq!(without_a_reason(&planted), ["ignore_checks: [E3012]"]);
}

#[test]
fn two_stacks_stand_side_by_side() {
    let template = Template::sign_up();

    assert_eq!(fixed_names(&template), Vec::<String>::new());
    let planted = template.with("      BillingMode:", "      TableName: users\n      BillingMode:");
    assert_eq!(fixed_names(&planted), ["Table has a TableName"]);
}

#[test]
fn what_is_read_from_the_first_stack_is_exported_there() {
    let exported: Vec<_> = Template::sign_up().value["Outputs"]
        .as_object()
        .unwrap()
        .values()
        .filter_map(|output| output["Export"]["Name"]["Fn::Sub"].as_str().map(str::to_owned))
        .filter_map(|name| name.strip_prefix("${AWS::StackName}-").map(str::to_owned))
        .collect();

    let text = Template::observability().text;
    let imported: Vec<_> = text
        .split("Fn::ImportValue: !Sub ${SignUpStack}-")
        .skip(1)
        .filter_map(|rest| rest.lines().next())
        .collect();

    assert!(!imported.is_empty());
    for name in &imported {
        assert!(exported.iter().any(|exported| exported == name), "{name}");
    }
    for name in &exported {
        assert!(
            imported.contains(&name.as_str()),
            "{name} is exported for nothing"
        );
    }
}

#[test]
fn every_parameter_and_every_output_is_described() {
    for template in [Template::sign_up(), Template::observability()] {
        for section in ["Parameters", "Outputs"] {
            for (id, entry) in template.value[section].as_object().unwrap() {
                assert!(entry["Description"].is_string(), "{id}");
            }
        }
    }
}

#[test]
fn data_says_what_becomes_of_it() {
    let template = Template::sign_up();
    let kinds = [
        "AWS::DynamoDB::Table",
        "AWS::KMS::Key",
        "AWS::SecretsManager::Secret",
        "AWS::Logs::LogGroup",
    ];

    for (id, resource) in kinds.iter().flat_map(|kind| template.resources(kind)) {
        for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
            assert!(resource[policy].is_string(), "{id} has no {policy}");
        }
    }
}
