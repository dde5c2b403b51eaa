//! Several stacks in one account, and exports from the first template to the second.

use super::Template;

/// Fixed physical names, which would make a second stack in the same account fail.
fn fixed_names(template: &Template) -> Vec<String> {
    let resources = template.value["Resources"].as_object().unwrap();
    let mut problems = Vec::new();
    for (id, resource) in resources {
        let of_another = [
            "AWS::Lambda::Permission",
            "AWS::Logs::MetricFilter",
            "AWS::Lambda::EventSourceMapping",
            "AWS::SES::ConfigurationSetEventDestination",
            // Named by a parameter, and nothing without it.
            "AWS::ApiGatewayV2::DomainName",
            "AWS::ApiGatewayV2::ApiMapping",
            // Its name is local to its state machine.
            "AWS::StepFunctions::StateMachineAlias",
        ]
        .contains(&resource["Type"].as_str().unwrap());
        for (key, value) in resource["Properties"].as_object().into_iter().flatten() {
            // A name with the stack's name in it is unique per stack; a policy's name is local to its role.
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
fn no_resource_has_a_fixed_name() {
    let template = Template::sign_up();

    assert_eq!(fixed_names(&template), Vec::<String>::new());
    let planted = template.with("      BillingMode:", "      TableName: users\n      BillingMode:");
    assert_eq!(fixed_names(&planted), ["Table has a TableName"]);
}

#[test]
fn exports_and_imports_match() {
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
            "{name} is exported and not imported"
        );
    }
}

#[test]
fn every_parameter_and_output_has_a_description() {
    for template in [Template::sign_up(), Template::observability()] {
        for section in ["Parameters", "Outputs"] {
            for (id, entry) in template.value[section].as_object().unwrap() {
                assert!(entry["Description"].is_string(), "{id}");
            }
        }
    }
}
