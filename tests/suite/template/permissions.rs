//! IAM policies: least privilege.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Template;
use super::functions::deployed;
use crate::contract_pages::{page, rows};
use crate::own_items::items_of_page;

/// Allowed actions, each with its resources.
pub(super) type Allowed = BTreeMap<String, BTreeSet<String>>;

/// A value that may be a single item or a list, as a list.
pub(super) fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

/// The statements of a role's inline policies.
fn statements(template: &Template, role: &str) -> Vec<Value> {
    let policies = list(&template.properties(role)["Policies"]);
    policies
        .iter()
        .flat_map(|found| list(&found["PolicyDocument"]["Statement"]))
        .collect()
}

/// A resource with the condition of its statement, if there is one.
fn on(resource: &Value, condition: &Value) -> String {
    match condition {
        Value::Null => resource.to_string(),
        condition => format!("{resource} if {condition}"),
    }
}

pub(super) fn allowed(statements: &[Value]) -> Allowed {
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
            let others = list(&statement["NotResource"]);
            resources.extend(others.iter().map(|resource| format!("all but {resource}")));
        }
    }
    allowed
}

/// The resources that a service's actions need, in a function.
fn resources(function: &str, service: &str) -> BTreeSet<String> {
    if service == "dynamodb" {
        let keys: BTreeSet<_> = items_of_page(function)
            .into_iter()
            .map(|(_, key)| format!("{key}*"))
            .collect();
        let own = json!({"ForAllValues:StringLike": {"dynamodb:LeadingKeys": keys}});
        return [on(&json!({"Fn::GetAtt": ["Table", "Arn"]}), &own)].into();
    }
    if service == "sns" {
        // Phone numbers have no ARNs.
        let all = json!({"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"});
        return [format!("all but {all}")].into();
    }
    let identity = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailIdentity}";
    let configuration_set = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set";
    let resources = match service {
        "states" => vec![json!({"Ref": "SignUpStateMachine"})],
        "secretsmanager" => vec![json!({"Ref": "WebhookSecretArn"})],
        "ses" => vec![
            json!({"Fn::Sub": identity}),
            json!({"Fn::If": [
                "HasMailConfigurationSet",
                {"Fn::Sub": format!("{configuration_set}/${{MailConfigurationSet}}")},
                {"Fn::Sub": format!("{configuration_set}/${{MailConfigurationSetResource}}")},
            ]}),
        ],
        other => panic!("no port needs {other}"),
    };
    resources.iter().map(Value::to_string).collect()
}

/// The actions that a function's contract page lists for its ports. Another test compares the page with the ports.
fn needed_by_ports(function: &str) -> Allowed {
    let rows = rows(&page(function), "port");
    let words = rows.iter().flat_map(|row| row[1].split('`'));
    let actions = words.filter_map(|word| Some((word, word.split_once(':')?.0)));
    actions
        .map(|(action, service)| (action.to_owned(), resources(function, service)))
        .collect()
}

fn differences(name: &str, needed: &Allowed, allowed: &Allowed) -> Vec<String> {
    let mut problems = Vec::new();
    for (action, resources) in allowed {
        match needed.get(action) {
            None => problems.push(format!("{name} does not need {action}")),
            Some(expected) if expected != resources => {
                problems.push(format!("{name} has {action} on the wrong resources"));
            }
            Some(_) => {}
        }
    }
    let missing = needed.keys().filter(|action| !allowed.contains_key(*action));
    problems.extend(missing.map(|action| format!("{name} lacks {action}")));
    problems
}

/// The functions behind queues, and the queues.
const QUEUES: [(&str, &str); 1] = [("record-mail-event", "MailEventQueue")];

/// Each function's role allows what its ports need, what its queue needs, writing to its own log group, and tracing.
fn wrong_permissions(template: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, function) in deployed() {
        let role = format!("{name}Role");
        let own_log = [json!({"Fn::GetAtt": [format!("{name}LogGroup"), "Arn"]}).to_string()];
        let anything = [json!("*").to_string()];
        let mut needed = needed_by_ports(function);
        needed.extend([
            ("logs:CreateLogStream".to_owned(), own_log.clone().into()),
            ("logs:PutLogEvents".to_owned(), own_log.into()),
            ("xray:PutTelemetryRecords".to_owned(), anything.clone().into()),
            ("xray:PutTraceSegments".to_owned(), anything.into()),
        ]);
        if let Some((_, queue)) = QUEUES.iter().find(|(behind, _)| *behind == function) {
            // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html, "Execution role permissions".
            let queue = json!({"Fn::GetAtt": [queue, "Arn"]}).to_string();
            needed.extend(
                ["DeleteMessage", "GetQueueAttributes", "ReceiveMessage"]
                    .map(|action| (format!("sqs:{action}"), [queue.clone()].into())),
            );
        }
        problems.extend(differences(
            &name,
            &needed,
            &allowed(&statements(template, &role)),
        ));
        if !template.properties(&role)["ManagedPolicyArns"].is_null() {
            problems.push(format!("{name} has policies from outside of the template"));
        }
    }
    problems
}

/// The actions that the state machine needs for logs and traces; none of them has resources.
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

/// What the role of a state machine may call: its functions, and the machines that it starts.
fn called(template: &Template, machine: &str) -> Allowed {
    let supplied = template.properties(machine)["DefinitionSubstitutions"].as_object();
    let mut called = Allowed::new();
    for (name, value) in supplied.into_iter().flatten() {
        let action = if name.ends_with("StateMachineArn") {
            "states:StartExecution"
        } else {
            "lambda:InvokeFunction"
        };
        called
            .entry(action.to_owned())
            .or_default()
            .insert(value.to_string());
    }
    called
}

/// The state machine's role allows calling the functions of its definition, starting the other machine, using the history key, and logs and traces.
///
/// Source: [Data at rest encryption](https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html), steps
/// 3 and 5.
fn wrong_machine_permissions(template: &Template) -> Vec<String> {
    let key = json!({"Fn::GetAtt": ["HistoryKey", "Arn"]});
    let machine = json!({"StringEquals": {
        "kms:EncryptionContext:aws:states:stateMachineArn": {"Ref": "SignUpStateMachine"},
    }});
    let logs = json!({"StringEquals": {
        "kms:EncryptionContext:SourceArn":
            {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:*"},
    }});
    let mut needed = called(template, "SignUpStateMachine");
    needed.extend([
        ("kms:Decrypt".to_owned(), [on(&key, &machine)].into()),
        (
            "kms:GenerateDataKey".to_owned(),
            [on(&key, &machine), on(&key, &logs)].into(),
        ),
    ]);
    let anything = [json!("*").to_string()];
    needed.extend(MACHINE_TELEMETRY.map(|action| (action.to_owned(), anything.clone().into())));
    let mut statements = statements(template, "SignUpRole");
    statements.extend(list(
        &template.properties(HISTORY_POLICY)["PolicyDocument"]["Statement"],
    ));
    differences("the state machine", &needed, &allowed(&statements))
}

/// The role of redeliveries allows calling their function, and logs and traces: its histories have no personal data, and no key.
fn wrong_redelivery_permissions(template: &Template) -> Vec<String> {
    let mut needed = called(template, "RedeliverWebhookStateMachine");
    let anything = [json!("*").to_string()];
    needed.extend(MACHINE_TELEMETRY.map(|action| (action.to_owned(), anything.clone().into())));
    let statements = statements(template, "RedeliverWebhookRole");
    differences("the machine of redeliveries", &needed, &allowed(&statements))
}

/// The only policy outside of a role; the template says why.
const HISTORY_POLICY: &str = "SignUpHistoryPolicy";

/// Policies outside of roles, which the checks above would miss.
fn policies_outside_of_roles(template: &Template) -> Vec<String> {
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
        .map(|(id, _)| format!("{id} is outside of a role"))
        .collect()
}

#[test]
fn function_roles_allow_exactly_what_their_ports_need() {
    let template = Template::sign_up();

    assert_eq!(wrong_permissions(&template), Vec::<String>::new());
    let table = "Resource: !GetAtt Table.Arn";
    for (old, new, problem) in [
        (
            "[dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem]",
            "dynamodb:GetItem",
            "CreateUser lacks dynamodb:PutItem",
        ),
        (
            "Action: states:StartExecution",
            "Action: [states:StartExecution, states:StopExecution]",
            "CreateUser does not need states:StopExecution",
        ),
        (
            table,
            "Resource: !Ref SignUpStateMachine",
            "CreateUser has dynamodb:GetItem on the wrong resources",
        ),
        (
            "['limit#*', 'request#*', 'user#*']",
            "['limit#*', 'request#*', 'user#*', 'verification#*']",
            "CreateUser has dynamodb:GetItem on the wrong resources",
        ),
        (
            "['delivery#*', 'endpoint#*', 'limit#*']",
            "['*']",
            "NotifyWebhook has dynamodb:PutItem on the wrong resources",
        ),
        (
            "ForAllValues:StringLike",
            "ForAllValues:StringLikeIfExists",
            "CreateUser has dynamodb:UpdateItem on the wrong resources",
        ),
        (
            "dynamodb:LeadingKeys: ['address#*', 'user#*']",
            "dynamodb:LeadingKeys: ['user#*']",
            "StoreUserData has dynamodb:ConditionCheckItem on the wrong resources",
        ),
        (
            "configuration-set/${MailConfigurationSetResource}",
            "configuration-set/*",
            "ValidateEmail has ses:SendEmail on the wrong resources",
        ),
        (
            "logs:PutLogEvents",
            "logs:DeleteLogGroup",
            "CreateUser does not need logs:DeleteLogGroup",
        ),
        (
            "Resource: !GetAtt GetUserLogGroup.Arn",
            "Resource: !GetAtt CreateUserLogGroup.Arn",
            "GetUser has logs:CreateLogStream on the wrong resources",
        ),
        (
            "[sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:ReceiveMessage]",
            "[sqs:GetQueueAttributes, sqs:ReceiveMessage]",
            "RecordMailEvent lacks sqs:DeleteMessage",
        ),
        (
            "                Resource: !GetAtt MailEventQueue.Arn\n",
            "                Resource: !GetAtt MailEventDeadLetterQueue.Arn\n",
            "RecordMailEvent has sqs:ReceiveMessage on the wrong resources",
        ),
        (
            "      Policies:",
            "      ManagedPolicyArns: [arn]\n      Policies:",
            "CreateUser has policies from outside of the template",
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
fn state_machine_role_allows_exactly_what_the_definition_needs() {
    let template = Template::sign_up();

    assert_eq!(wrong_machine_permissions(&template), Vec::<String>::new());
    assert_eq!(wrong_redelivery_permissions(&template), [""; 0]);
    let planted = template.with(
        "                  - !Ref AttemptRedeliveryFunction.Alias\n",
        "                  - !Ref NotifyWebhookFunction.Alias\n",
    );
    assert_eq!(
        wrong_redelivery_permissions(&planted),
        ["the machine of redeliveries has lambda:InvokeFunction on the wrong resources"]
    );
    let own = "                  - !Ref NotifyWebhookFunction.Alias\n";
    let other = "                  - !Ref GetUserFunction.Alias\n";
    let key =
        "              - kms:Decrypt\n              - kms:GenerateDataKey\n            Resource: !GetAtt";
    for (old, new, problem) in [
        (own, "", "has lambda:InvokeFunction on the wrong resources"),
        (own, other, "has lambda:InvokeFunction on the wrong resources"),
        (
            "- logs:UpdateLogDelivery",
            "- logs:DeleteLogGroup",
            "lacks logs:UpdateLogDelivery",
        ),
        (
            "- logs:UpdateLogDelivery",
            "- logs:UpdateLogDelivery\n                  - logs:DeleteLogGroup",
            "does not need logs:DeleteLogGroup",
        ),
        (
            key,
            "              - kms:Decrypt\n            Resource: !GetAtt",
            "has kms:GenerateDataKey on the wrong resources",
        ),
        (
            "stateMachineArn: !Ref SignUpStateMachine",
            "stateMachineArn: !Ref SignUpAlias",
            "has kms:Decrypt on the wrong resources",
        ),
    ] {
        let problems = wrong_machine_permissions(&template.with(old, new));
        let problem = format!("the state machine {problem}");
        assert!(problems.contains(&problem), "{problem}: {problems:?}");
    }
}

#[test]
fn every_policy_is_inline_in_its_role() {
    let template = Template::sign_up();

    assert_eq!(policies_outside_of_roles(&template), Vec::<String>::new());
    let planted = template.with(
        "Resources:\n",
        "Resources:\n  MorePolicy:\n    Type: AWS::IAM::Policy\n",
    );
    assert_eq!(
        policies_outside_of_roles(&planted),
        ["MorePolicy is outside of a role"]
    );
}
