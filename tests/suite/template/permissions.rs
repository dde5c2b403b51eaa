//! Every role may do what is needed, on what it is needed on, and nothing more.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Template;
use super::functions::pascal;
use crate::contract_pages::{FUNCTIONS, page, rows};

/// What is allowed: each action with the resources that it is allowed on.
type Allowed = BTreeMap<String, BTreeSet<String>>;

/// One item or a list of them, as a list.
fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

/// The statements of a role's own policies, or of one of them.
fn statements(template: &Template, role: &str, policy: Option<&str>) -> Vec<Value> {
    let policies = list(&template.properties(role)["Policies"]);
    policies
        .iter()
        .filter(|found| policy.is_none_or(|name| found["PolicyName"] == name))
        .flat_map(|found| list(&found["PolicyDocument"]["Statement"]))
        .collect()
}

fn allowed(statements: &[Value]) -> Allowed {
    let mut allowed = Allowed::new();
    for statement in statements
        .iter()
        .filter(|statement| statement["Effect"] == "Allow")
    {
        for action in list(&statement["Action"]) {
            let resources = allowed.entry(action.as_str().unwrap().to_owned()).or_default();
            resources.extend(list(&statement["Resource"]).iter().map(Value::to_string));
        }
    }
    allowed
}

/// What the actions of a service are needed on.
fn resources(service: &str) -> BTreeSet<String> {
    let identity = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailIdentity}";
    let configuration_set = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${MailConfigurationSet}";
    let resources = match service {
        "dynamodb" => vec![json!({"Fn::GetAtt": ["Table", "Arn"]})],
        "states" => vec![json!({"Ref": "SignUpStateMachine"})],
        "secretsmanager" => vec![json!({"Ref": "WebhookSecretArn"})],
        "ses" => vec![
            json!({"Fn::Sub": identity}),
            json!({"Fn::If": [
                "HasMailConfigurationSet", {"Fn::Sub": configuration_set}, {"Ref": "AWS::NoValue"},
            ]}),
        ],
        other => panic!("nobody needs {other}"),
    };
    resources.iter().map(Value::to_string).collect()
}

/// What a function's contract page says that its ports need, which is what the ports themselves say.
fn needed(function: &str) -> Allowed {
    let rows = rows(&page(function), "port");
    let words = rows.iter().flat_map(|row| row[1].split('`'));
    let actions = words.filter_map(|word| Some((word, word.split_once(':')?.0)));
    actions
        .map(|(action, service)| (action.to_owned(), resources(service)))
        .collect()
}

fn differences(name: &str, needed: &Allowed, allowed: &Allowed) -> Vec<String> {
    let mut problems = Vec::new();
    for (action, resources) in allowed {
        match needed.get(action) {
            None => problems.push(format!("{name} has no use for {action}")),
            Some(expected) if expected != resources => {
                problems.push(format!("{name} has {action} on something else than it needs"));
            }
            Some(_) => {}
        }
    }
    let missing = needed.keys().filter(|action| !allowed.contains_key(*action));
    problems.extend(missing.map(|action| format!("{name} lacks {action}")));
    problems
}

/// Each function may do what its ports need, and log and trace.
fn wrong_permissions(template: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    for function in FUNCTIONS {
        let name = pascal(function);
        let role = format!("{name}Role");
        let ports = allowed(&statements(template, &role, Some("Ports")));
        problems.extend(differences(&name, &needed(function), &ports));
        let own_log = [json!({"Fn::GetAtt": [format!("{name}LogGroup"), "Arn"]}).to_string()];
        let anything = [json!("*").to_string()];
        let telemetry = Allowed::from([
            ("logs:CreateLogStream".to_owned(), own_log.clone().into()),
            ("logs:PutLogEvents".to_owned(), own_log.into()),
            ("xray:PutTelemetryRecords".to_owned(), anything.clone().into()),
            ("xray:PutTraceSegments".to_owned(), anything.into()),
        ]);
        let rest = allowed(&statements(template, &role, None));
        let rest = rest
            .into_iter()
            .filter(|(action, _)| !ports.contains_key(action))
            .collect();
        problems.extend(differences(&name, &telemetry, &rest));
        if !template.properties(&role)["ManagedPolicyArns"].is_null() {
            problems.push(format!("{name} has policies that are not written here"));
        }
    }
    problems
}

/// The state machine may call the functions of its definition, and no other.
fn wrong_invocations(template: &Template) -> Vec<String> {
    let supplied = template.properties("SignUpStateMachine")["DefinitionSubstitutions"].as_object();
    let called = supplied
        .into_iter()
        .flatten()
        .map(|(_, value)| value.to_string())
        .collect();
    let tasks = allowed(&statements(template, "SignUpRole", Some("Tasks")));
    let needed = Allowed::from([("lambda:InvokeFunction".to_owned(), called)]);
    differences("the state machine", &needed, &tasks)
}

#[test]
fn functions_may_do_what_their_ports_need_and_nothing_more() {
    let template = Template::sign_up();

    assert_eq!(wrong_permissions(&template), Vec::<String>::new());
    let table = "Resource: !GetAtt Table.Arn";
    for (old, new, problem) in [
        (
            "                  - dynamodb:PutItem\n",
            "",
            "CreateUser lacks dynamodb:PutItem",
        ),
        (
            "- states:StartExecution",
            "- states:StartExecution\n                  - states:StopExecution",
            "CreateUser has no use for states:StopExecution",
        ),
        (
            table,
            "Resource: !Ref SignUpStateMachine",
            "CreateUser has dynamodb:GetItem on something else than it needs",
        ),
        (
            "- logs:PutLogEvents",
            "- logs:DeleteLogGroup",
            "CreateUser has no use for logs:DeleteLogGroup",
        ),
        (
            "Resource: !GetAtt GetUserLogGroup.Arn",
            "Resource: !GetAtt CreateUserLogGroup.Arn",
            "GetUser has logs:CreateLogStream on something else than it needs",
        ),
        (
            "      Policies:",
            "      ManagedPolicyArns: [arn]\n      Policies:",
            "CreateUser has policies that are not written here",
        ),
    ] {
        let problems = wrong_permissions(&template.with(old, new));
        assert!(
            problems.iter().any(|found| found == problem),
            "{problem}: {problems:?}"
        );
    }
}

#[test]
fn the_state_machine_may_call_the_functions_of_its_definition_and_no_other() {
    let template = Template::sign_up();

    assert_eq!(wrong_invocations(&template), Vec::<String>::new());
    let own = "                  - !Ref NotifyWebhookFunction.Alias\n";
    for other in ["", "                  - !Ref GetUserFunction.Alias\n"] {
        assert_eq!(
            wrong_invocations(&template.with(own, other)),
            ["the state machine has lambda:InvokeFunction on something else than it needs"]
        );
    }
}
