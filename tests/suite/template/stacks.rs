//! Stacks stand side by side, and the second fits the first.

use super::Template;

/// Properties that name a resource for good, so that a second stack could not stand beside the first.
fn fixed_names(template: &Template) -> Vec<String> {
    let resources = template.value["Resources"].as_object().unwrap();
    let mut diagnostics = Vec::new();
    for (id, resource) in resources {
        let of_another = ["AWS::Lambda::Permission", "AWS::Logs::MetricFilter"]
            .contains(&resource["Type"].as_str().unwrap());
        for (key, value) in resource["Properties"].as_object().into_iter().flatten() {
            // What the stack's name is part of differs from stack to stack; a policy's name counts within its role.
            let of_the_stack = value.to_string().contains("AWS::StackName");
            let named = key == "Name"
                || key.ends_with("Name") && key != "PolicyName" && key != "MetricName" && key != "StageName";
            if named && !of_another && !of_the_stack {
                diagnostics.push(format!("{id} has a {key}"));
            }
        }
    }
    diagnostics
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
