//! Events of mails: which of them get into the queue, with what, and from whom.

use serde_json::{Value, json};

use super::Template;

/// The rules, the kind of event that each passes on, its name on the bus, and what it requires besides.
const RULES: [(&str, &str, &str, Option<&str>); 2] = [
    ("BouncesRule", "bounce", "Email Bounced", Some("Permanent")),
    ("ComplaintsRule", "complaint", "Email Complaint Received", None),
];

fn configuration_set() -> Value {
    json!({"Fn::If": [
        "HasMailConfigurationSet",
        {"Ref": "MailConfigurationSet"},
        {"Ref": "MailConfigurationSetResource"},
    ]})
}

/// Hard bounces and complaints of our mails get into the queue by their tags alone: no address does.
fn wrong_rules(template: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    for (id, kind, detail_type, bounce_type) in RULES {
        let rule = template.properties(id);
        let pattern = &rule["EventPattern"];
        if pattern["source"] != json!(["aws.ses"]) || pattern["detail-type"] != json!([detail_type]) {
            problems.push(format!("{id} is not about {detail_type}"));
        }
        let required = bounce_type.map_or(Value::Null, |one| json!([one]));
        if pattern["detail"]["bounce"]["bounceType"] != required {
            problems.push(format!("{id} passes on other bounces"));
        }
        if pattern["detail"]["mail"]["tags"]["ses:configuration-set"] != json!([configuration_set()]) {
            problems.push(format!("{id} passes on mails of others"));
        }
        let target = &rule["Targets"][0];
        let transformer = json!({
            "InputPathsMap": {"tags": "$.detail.mail.tags"},
            "InputTemplate": format!(r#"{{"event": "{kind}", "tags": <tags>}}"#),
        });
        if target["InputTransformer"] != transformer {
            problems.push(format!("{id} passes on more than tags"));
        }
        if target["Arn"] != json!({"Fn::GetAtt": ["MailEventQueue", "Arn"]}) {
            problems.push(format!("{id} has another target"));
        }
    }
    problems
}

/// SES publishes to the bus, for the set that mails are sent with; the queue is encrypted, takes from the rules only, gives a function
/// its time, and keeps what cannot be handled.
fn wrong_ways(template: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    let mut check = |right: bool, problem: &str| {
        if !right {
            problems.push(problem.to_owned());
        }
    };
    let destination = template.properties("MailEventDestination");
    check(
        destination["ConfigurationSetName"] == configuration_set()
            && destination["EventDestination"]["MatchingEventTypes"] == json!(["bounce", "complaint"])
            && destination["EventDestination"]["Enabled"] == true,
        "SES does not publish bounces and complaints",
    );
    for function in ["ValidateEmailFunction", "ValidateContactsFunction"] {
        let variables = &template.properties(function)["Environment"]["Variables"];
        check(
            variables["SES_CONFIGURATION_SET"] == configuration_set(),
            &format!("{function} mails without the configuration set"),
        );
    }
    for queue in ["MailEventQueue", "MailEventDeadLetterQueue"] {
        check(
            template.properties(queue)["SqsManagedSseEnabled"] == true,
            &format!("{queue} is not encrypted"),
        );
    }
    let queue = template.properties("MailEventQueue");
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: six times the function's timeout.
    let timeout = template.properties("RecordMailEventFunction")["Timeout"].as_u64();
    check(
        queue["VisibilityTimeout"].as_u64() == timeout.map(|seconds| 6 * seconds),
        "messages come again while the function works",
    );
    check(
        queue["RedrivePolicy"]["deadLetterTargetArn"]
            == json!({"Fn::GetAtt": ["MailEventDeadLetterQueue", "Arn"]}),
        "nothing keeps events that cannot be recorded",
    );
    let statement = &template.properties("MailEventQueuePolicy")["PolicyDocument"]["Statement"][0];
    let rules = RULES.map(|(id, ..)| json!({"Fn::GetAtt": [id, "Arn"]}));
    check(
        statement["Condition"]["ArnEquals"]["aws:SourceArn"] == json!(rules)
            && statement["Principal"] == json!({"Service": "events.amazonaws.com"}),
        "others may put events into the queue",
    );
    let mapping = template.properties("MailEventMapping");
    check(
        mapping["FunctionResponseTypes"] == json!(["ReportBatchItemFailures"]),
        "one message that fails has its whole batch come again",
    );
    check(
        mapping["FunctionName"] == json!({"Ref": "RecordMailEventFunction.Alias"}),
        "the queue calls another version than the alias",
    );
    problems
}

#[test]
fn bounces_and_complaints_get_into_the_queue_without_addresses() {
    let template = Template::sign_up();

    assert_eq!(wrong_rules(&template), Vec::<String>::new());
    for (old, new, problem) in [
        (
            "[Email Bounced]",
            "[Email Sent]",
            "BouncesRule is not about Email Bounced",
        ),
        (
            "[Permanent]",
            "[Permanent, Transient]",
            "BouncesRule passes on other bounces",
        ),
        (
            "              ses:configuration-set: [!If",
            "              ses:from-domain: [!If",
            "BouncesRule passes on mails of others",
        ),
        (
            "$.detail.mail.tags",
            "$.detail.mail",
            "BouncesRule passes on more than tags",
        ),
        (
            "Arn: !GetAtt MailEventQueue.Arn\n          InputTransformer",
            "Arn: !GetAtt MailEventDeadLetterQueue.Arn\n          InputTransformer",
            "BouncesRule has another target",
        ),
    ] {
        let problems = wrong_rules(&template.with(old, new));
        assert!(
            problems.iter().any(|found| found == problem),
            "{problem}: {problems:?}"
        );
    }
}

#[test]
fn events_of_mails_reach_their_function() {
    let template = Template::sign_up();

    assert_eq!(wrong_ways(&template), Vec::<String>::new());
    for (old, new, problem) in [
        (
            "[bounce, complaint]",
            "[bounce]",
            "SES does not publish bounces and complaints",
        ),
        (
            "SES_CONFIGURATION_SET: !If [HasMailConfigurationSet, !Ref MailConfigurationSet, !Ref MailConfigurationSetResource]",
            "SES_CONFIGURATION_SET: !If [HasMailConfigurationSet, !Ref MailConfigurationSet, !Ref AWS::NoValue]",
            "ValidateEmailFunction mails without the configuration set",
        ),
        (
            "SqsManagedSseEnabled: true",
            "SqsManagedSseEnabled: false",
            "MailEventQueue is not encrypted",
        ),
        (
            "VisibilityTimeout: 90",
            "VisibilityTimeout: 10",
            "messages come again while the function works",
        ),
        (
            "        deadLetterTargetArn: !GetAtt MailEventDeadLetterQueue.Arn\n",
            "",
            "nothing keeps events that cannot be recorded",
        ),
        (
            "aws:SourceArn: [!GetAtt BouncesRule.Arn, !GetAtt ComplaintsRule.Arn]",
            "aws:SourceArn: !GetAtt BouncesRule.Arn",
            "others may put events into the queue",
        ),
        (
            "[ReportBatchItemFailures]",
            "[]",
            "one message that fails has its whole batch come again",
        ),
        (
            "FunctionName: !Ref RecordMailEventFunction.Alias\n      BatchSize",
            "FunctionName: !Ref RecordMailEventFunction\n      BatchSize",
            "the queue calls another version than the alias",
        ),
    ] {
        let problems = wrong_ways(&template.with(old, new));
        assert!(
            problems.iter().any(|found| found == problem),
            "{problem}: {problems:?}"
        );
    }
}
