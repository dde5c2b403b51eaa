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

/// A resource, and under which condition; null if there is none.
fn on(resource: &Value, condition: &Value) -> String {
    match condition {
        Value::Null => resource.to_string(),
        condition => format!("{resource} if {condition}"),
    }
}

fn allowed(statements: &[Value]) -> Allowed {
    let mut allowed = Allowed::new();
    for statement in statements
        .iter()
        .filter(|statement| statement["Effect"] == "Allow")
    {
        for action in list(&statement["Action"]) {
            let resources = allowed.entry(action.as_str().unwrap().to_owned()).or_default();
            resources.extend(
                list(&statement["Resource"])
                    .iter()
                    .map(|resource| on(resource, &statement["Condition"])),
            );
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
    let mut diagnostics = Vec::new();
    for (action, resources) in allowed {
        match needed.get(action) {
            None => diagnostics.push(format!("{name} has no use for {action}")),
            Some(expected) if expected != resources => {
                diagnostics.push(format!("{name} has {action} on something else than it needs"));
            }
            Some(_) => {}
        }
    }
    let missing = needed.keys().filter(|action| !allowed.contains_key(*action));
    diagnostics.extend(missing.map(|action| format!("{name} lacks {action}")));
    diagnostics
}

/// Each function may do what its ports need, and log and trace.
fn wrong_permissions(template: &Template) -> Vec<String> {
    let mut diagnostics = Vec::new();
    for function in FUNCTIONS {
        let name = pascal(function);
        let role = format!("{name}Role");
        let ports = allowed(&statements(template, &role, Some("Ports")));
        diagnostics.extend(differences(&name, &needed(function), &ports));
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
        diagnostics.extend(differences(&name, &telemetry, &rest));
        if !template.properties(&role)["ManagedPolicyArns"].is_null() {
            diagnostics.push(format!("{name} has policies that are not written here"));
        }
    }
    diagnostics
}

/// What the state machine needs to log and to trace, all of it on any resource.
const MACHINE_TELEMETRY: [&str; 12] = [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
];

/// The state machine may call the functions of its definition, use the key of its history, log and trace.
///
/// Source: [Data at rest encryption](https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html), steps
/// 3 and 5.
fn wrong_machine_permissions(template: &Template) -> Vec<String> {
    let supplied = template.properties("SignUpStateMachine")["DefinitionSubstitutions"].as_object();
    let called = supplied
        .into_iter()
        .flatten()
        .map(|(_, value)| value.to_string())
        .collect();
    let key = json!({"Fn::GetAtt": ["HistoryKey", "Arn"]});
    let machine = json!({"StringEquals": {
        "kms:EncryptionContext:aws:states:stateMachineArn": {"Ref": "SignUpStateMachine"},
    }});
    let logs = json!({"StringEquals": {
        "kms:EncryptionContext:SourceArn":
            {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:*"},
    }});
    let mut needed = Allowed::from([
        ("lambda:InvokeFunction".to_owned(), called),
        ("kms:Decrypt".to_owned(), [on(&key, &machine)].into()),
        (
            "kms:GenerateDataKey".to_owned(),
            [on(&key, &machine), on(&key, &logs)].into(),
        ),
    ]);
    let anything = [json!("*").to_string()];
    needed.extend(MACHINE_TELEMETRY.map(|action| (action.to_owned(), anything.clone().into())));
    let mut statements = statements(template, "SignUpRole", None);
    statements.extend(list(
        &template.properties(HISTORY_POLICY)["PolicyDocument"]["Statement"],
    ));
    differences("the state machine", &needed, &allowed(&statements))
}

/// The one policy that is no part of a role; see there.
const HISTORY_POLICY: &str = "SignUpHistoryPolicy";

/// Policies that are no part of a role, so that nothing above would see what they allow.
fn policies_beside_roles(template: &Template) -> Vec<String> {
    let kinds = [
        "Policy",
        "ManagedPolicy",
        "RolePolicy",
        "UserPolicy",
        "GroupPolicy",
    ];
    let kinds = kinds.map(|kind| format!("AWS::IAM::{kind}"));
    let found = kinds.iter().flat_map(|kind| template.resources(kind));
    found
        .filter(|(id, _)| *id != HISTORY_POLICY)
        .map(|(id, _)| format!("{id} is no part of a role"))
        .collect()
}

#[test]
fn functions_may_do_what_their_ports_need_and_nothing_more() {
    let template = Template::sign_up();

    assert_eq!(wrong_permissions(&template), Vec::<String>::new());
    let table = "Resource: !GetAtt Table.Arn";
    for (old, new, diagnostic) in [
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
        let diagnostics = wrong_permissions(&template.with(old, new));
        assert!(
            diagnostics.iter().any(|found| found == diagnostic),
            "{diagnostic}: {diagnostics:?}"
        );
    }
}

#[test]
fn the_state_machine_may_do_what_it_needs_and_nothing_more() {
    let template = Template::sign_up();

    assert_eq!(wrong_machine_permissions(&template), Vec::<String>::new());
    let own = "                  - !Ref NotifyWebhookFunction.Alias\n";
    let other = "                  - !Ref GetUserFunction.Alias\n";
    let key =
        "              - kms:Decrypt\n              - kms:GenerateDataKey\n            Resource: !GetAtt";
    for (old, new, diagnostic) in [
        (
            own,
            "",
            "has lambda:InvokeFunction on something else than it needs",
        ),
        (
            own,
            other,
            "has lambda:InvokeFunction on something else than it needs",
        ),
        (
            "- logs:UpdateLogDelivery",
            "- logs:DeleteLogGroup",
            "lacks logs:UpdateLogDelivery",
        ),
        (
            "- logs:UpdateLogDelivery",
            "- logs:UpdateLogDelivery\n                  - logs:DeleteLogGroup",
            "has no use for logs:DeleteLogGroup",
        ),
        (
            key,
            "              - kms:Decrypt\n            Resource: !GetAtt",
            "has kms:GenerateDataKey on something else than it needs",
        ),
        (
            "stateMachineArn: !Ref SignUpStateMachine",
            "stateMachineArn: !Ref SignUpAlias",
            "has kms:Decrypt on something else than it needs",
        ),
    ] {
        let diagnostics = wrong_machine_permissions(&template.with(old, new));
        let diagnostic = format!("the state machine {diagnostic}");
        assert!(diagnostics.contains(&diagnostic), "{diagnostic}: {diagnostics:?}");
    }
}

#[test]
fn every_policy_is_part_of_its_role() {
    let template = Template::sign_up();

    assert_eq!(policies_beside_roles(&template), Vec::<String>::new());
    let planted = template.with(
        "Resources:\n",
        "Resources:\n  MorePolicy:\n    Type: AWS::IAM::Policy\n",
    );
    assert_eq!(
        policies_beside_roles(&planted),
        ["MorePolicy is no part of a role"]
    );
}
