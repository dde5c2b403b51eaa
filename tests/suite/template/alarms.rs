//! Alarms: what they watch, whom they tell, and that the pager is about people who cannot sign up.

use std::collections::BTreeSet;

use asl::Function as _;
use contracts::redeliver_webhook::AttemptRedelivery;
use serde_json::{Value, json};

use super::Template;
use super::functions::pascal_case;
use crate::contract_pages::{FUNCTIONS, page, rows};
use crate::own_items::items_of_page;

/// All alarms of a template.
fn alarms(template: &Template) -> impl Iterator<Item = (&str, &Value)> {
    let metric = template.resources("AWS::CloudWatch::Alarm");
    metric.chain(template.resources("AWS::CloudWatch::CompositeAlarm"))
}

/// Each alarm tells somebody, and none fires because nothing happens.
fn silent(template: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    for (id, alarm) in alarms(template) {
        let alarm = &alarm["Properties"];
        if alarm["AlarmActions"].as_array().is_none_or(Vec::is_empty) {
            problems.push(format!("{id} tells nobody"));
        }
        if alarm["AlarmRule"].is_null() && alarm["TreatMissingData"] != "notBreaching" {
            problems.push(format!("{id} fires when nothing happens"));
        }
    }
    for (id, topic) in template.resources("AWS::SNS::Topic") {
        if topic["Properties"]["KmsMasterKeyId"].is_null() {
            problems.push(format!("{id} is not encrypted"));
        }
    }
    problems
}

/// Alarm, metric, dimensions, statistic, threshold.
///
/// Source: [Step Functions metrics](https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html).
fn of_quotas() -> Vec<(&'static str, &'static str, Value, &'static str, Value)> {
    vec![
        // Without dimensions; the quota is 1,000,000.
        (
            "OpenExecutionsAlarm",
            "OpenExecutionCount",
            Value::Null,
            "Maximum",
            json!(500_000),
        ),
        (
            "StartsThrottledAlarm",
            "ThrottledEvents",
            json!([{"Name": "APIName", "Value": "StartExecution"}]),
            "Sum",
            json!(10),
        ),
        (
            "TransitionsThrottledAlarm",
            "ExecutionThrottled",
            json!([{"Name": "StateMachineArn", "Value": {"Ref": "SignUpStateMachine"}}]),
            "Sum",
            json!(100),
        ),
        (
            "ManySignUpsAlarm",
            "ExecutionsStarted",
            json!([
                {"Name": "StateMachineArn", "Value": {"Ref": "SignUpStateMachine"}},
                {"Name": "Alias", "Value": "live"},
            ]),
            "Sum",
            json!({"Ref": "UsualSignUpsPerHour"}),
        ),
        (
            "ThrottledRequestsAlarm",
            "ThrottledRequests",
            Value::Null,
            "Sum",
            json!(50),
        ),
        // https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html: when SES reviews an account.
        (
            "BounceRateAlarm",
            "Reputation.BounceRate",
            Value::Null,
            "Maximum",
            json!(0.05),
        ),
        (
            "ComplaintRateAlarm",
            "Reputation.ComplaintRate",
            Value::Null,
            "Maximum",
            json!(0.001),
        ),
        (
            "MailEventsAlarm",
            "ApproximateNumberOfMessagesVisible",
            json!([{"Name": "QueueName", "Value": {"Fn::GetAtt": ["MailEventDeadLetterQueue", "QueueName"]}}]),
            "Maximum",
            json!(1),
        ),
    ]
}

fn wrong_quota_alarms(template: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    for (id, metric, dimensions, statistic, threshold) in of_quotas() {
        let alarm = template.properties(id);
        let expected = [
            ("MetricName", json!(metric)),
            ("Dimensions", dimensions),
            ("Statistic", json!(statistic)),
            ("Threshold", threshold),
        ];
        let wrong = expected.into_iter().filter(|(key, value)| alarm[*key] != *value);
        problems.extend(wrong.map(|(key, _)| format!("{id} has another {key}")));
    }
    let filter = template.properties("ThrottledRequestsFilter");
    if filter["FilterPattern"] != r#"{ $.status = "429" && $.integrationStatus = "-" }"# {
        problems.push("requests that functions limit are counted as refused by the API".to_owned());
    }
    problems
}

/// Each function with a limit has a filter that counts what it stops.
fn uncounted_limits(template: &Template) -> Vec<String> {
    let filters: Vec<_> = template
        .resources("AWS::Logs::MetricFilter")
        .map(|(_, filter)| &filter["Properties"])
        .filter(|filter| filter["MetricTransformations"][0]["MetricName"] == "Limited")
        .map(|filter| filter["LogGroupName"]["Ref"].clone())
        .collect();
    let limited = FUNCTIONS
        .into_iter()
        .filter(|function| items_of_page(function).iter().any(|(_, key)| key == "limit#"));
    limited
        // What limits `notify-webhook` is for redeliveries.
        .map(|function| match function {
            "notify-webhook" => AttemptRedelivery::NAME.to_owned(),
            function => pascal_case(function),
        })
        .filter(|name| !filters.contains(&json!(format!("{name}LogGroup"))))
        .map(|name| format!("nothing counts what the limits of {name} stop"))
        .collect()
}

/// Each API function with a limit logs its requests, and has a filter that counts those that it refuses, by kind.
fn uncounted_refusals(template: &Template) -> Vec<String> {
    let filters: Vec<_> = template
        .resources("AWS::Logs::MetricFilter")
        .map(|(_, filter)| &filter["Properties"])
        .filter(|filter| {
            // The fields of the line are those of a test of kit.
            filter["FilterPattern"] == r#"{ $.fields.message = "responded" && $.fields.refusal = "*" }"#
                && filter["MetricTransformations"][0]["MetricName"] == "Refused"
                && filter["MetricTransformations"][0]["Dimensions"]
                    == json!([{"Key": "Refusal", "Value": "$.fields.refusal"}])
        })
        .map(|filter| filter["LogGroupName"]["Ref"].clone())
        .collect();
    let routes: BTreeSet<_> = template
        .resources("AWS::ApiGatewayV2::Integration")
        .map(|(id, _)| id.trim_end_matches("Integration").to_owned())
        .collect();
    let limited = FUNCTIONS
        .into_iter()
        .filter(|function| items_of_page(function).iter().any(|(_, key)| key == "limit#"))
        .map(pascal_case)
        .filter(|name| routes.contains(name));
    limited
        .filter(|name| !filters.contains(&json!(format!("{name}LogGroup"))))
        .map(|name| format!("nothing counts what {name} refuses"))
        .collect()
}

/// The functions whose errors an alarm counts.
fn counted(alarm: &Value) -> BTreeSet<&str> {
    let metrics = alarm["Metrics"].as_array().into_iter().flatten();
    metrics
        .filter_map(|metric| metric["MetricStat"]["Metric"]["Dimensions"][0]["Value"]["Ref"].as_str())
        .collect()
}

/// The pager is about sign-up: nothing of the marketing endpoint, and no message twice.
fn wrong_pager(template: &Template, observability: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    let functions: BTreeSet<_> = template
        .resources("AWS::Serverless::Function")
        .map(|(id, _)| id)
        .collect();
    let counted = counted(template.properties("FunctionErrorsAlarm"));
    for function in functions.symmetric_difference(&counted) {
        if *function != "NotifyWebhookFunction" {
            problems.push(format!("FunctionErrorsAlarm leaves out {function}"));
        }
    }
    if counted.contains("NotifyWebhookFunction") {
        problems.push("an outage of the marketing endpoint pages somebody".to_owned());
    }
    // Who types an address that is refused fires neither this alarm nor that on failed sign-ups.
    let errors = template.properties("FunctionErrorsAlarm")["Metrics"][0]["Expression"].as_str();
    if errors != Some(r#"SUM(METRICS("Errors")) - FILL(refused, 0)"#) {
        problems.push("a refused address is an error of ours".to_owned());
    }
    let refused = template.properties("RefusedMailsFilter")["FilterPattern"]
        .as_str()
        .unwrap_or_default();
    let declared = rows(&page("validate-email"), "error");
    if !declared
        .iter()
        .any(|row| refused == format!(r#"{{ $.fields.error = "{}" }}"#, row[0]))
    {
        problems.push("no error of ValidateEmail is counted as a refused mail".to_owned());
    }
    let pager = observability.properties("SignUpHealthAlarm");
    let named: BTreeSet<_> = pager["AlarmRule"]["Fn::Sub"][1]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(_, name)| {
            name["Fn::ImportValue"]["Fn::Sub"]
                .as_str()?
                .strip_prefix("${SignUpStack}-")
        })
        .collect();
    let parts = BTreeSet::from([
        "SignUpsFailedAlarmArn",
        "SignUpsTimedOutAlarmArn",
        "ApiErrorsAlarmArn",
        "FunctionErrorsAlarmArn",
        "ThrottledRequestsAlarmArn",
        "StartsThrottledAlarmArn",
        "RefusedMailsAlarmArn",
    ]);
    problems.extend(
        named
            .difference(&parts)
            .map(|part| format!("the pager is about {part}")),
    );
    problems.extend(
        parts
            .difference(&named)
            .map(|part| format!("the pager misses {part}")),
    );
    let rule = pager["AlarmRule"]["Fn::Sub"][0].as_str().unwrap_or_default();
    if rule.matches("ALARM(").count() != named.len() || rule.contains(" AND ") {
        problems.push("the pager waits for more than one".to_owned());
    }
    if pager["AlarmActions"] != json!([{"Ref": "PagerTopic"}]) {
        problems.push("the pager tells those who know already".to_owned());
    }
    problems
}

#[test]
fn alarms_tell_somebody_when_something_happens() {
    assert_eq!(silent(&Template::observability()), Vec::<String>::new());
    let template = Template::sign_up();

    assert_eq!(silent(&template), Vec::<String>::new());
    for (old, new, problem) in [
        (
            "      AlarmActions: [!Ref AlarmTopic]\n",
            "",
            "SignUpsTimedOutAlarm tells nobody",
        ),
        (
            "      AlarmActions: [!Ref AlarmTopic]\n",
            "      AlarmActions: []\n",
            "SignUpsTimedOutAlarm tells nobody",
        ),
        (
            "TreatMissingData: notBreaching",
            "TreatMissingData: breaching",
            "SignUpsTimedOutAlarm fires when nothing happens",
        ),
        (
            "      KmsMasterKeyId: !Ref HistoryKey\n",
            "      TracingConfig: PassThrough\n",
            "AlarmTopic is not encrypted",
        ),
    ] {
        assert_eq!(silent(&template.with(old, new)), [problem]);
    }
}

#[test]
fn quotas_are_watched() {
    let template = Template::sign_up();

    assert_eq!(wrong_quota_alarms(&template), Vec::<String>::new());
    for (old, new, problem) in [
        (
            "Threshold: 500000",
            "Threshold: 1000000",
            "OpenExecutionsAlarm has another Threshold",
        ),
        (
            "Statistic: Maximum",
            "Statistic: Sum",
            "BounceRateAlarm has another Statistic",
        ),
        (
            "          Value: StartExecution\n",
            "          Value: SendTaskSuccess\n",
            "StartsThrottledAlarm has another Dimensions",
        ),
        (
            "MetricName: ExecutionThrottled",
            "MetricName: ThrottledEvents",
            "TransitionsThrottledAlarm has another MetricName",
        ),
        (
            "Threshold: !Ref UsualSignUpsPerHour",
            "Threshold: 1000",
            "ManySignUpsAlarm has another Threshold",
        ),
        (
            r#" && $.integrationStatus = "-""#,
            "",
            "requests that functions limit are counted as refused by the API",
        ),
    ] {
        assert_eq!(wrong_quota_alarms(&template.with(old, new)), [problem]);
    }
}

#[test]
fn what_limits_stop_is_counted() {
    let template = Template::sign_up();

    assert_eq!(uncounted_limits(&template), Vec::<String>::new());
    let planted = template.with(
        "LogGroupName: !Ref RequestMailLogGroup",
        "LogGroupName: !Ref CreateUserLogGroup",
    );
    assert_eq!(
        uncounted_limits(&planted),
        ["nothing counts what the limits of RequestMail stop"]
    );
}

#[test]
fn what_functions_refuse_is_counted_by_kind() {
    let template = Template::sign_up();

    assert_eq!(uncounted_refusals(&template), Vec::<String>::new());
    let others = template.with("MetricName: Refused\n", "MetricName: Refusals\n");
    assert_eq!(uncounted_refusals(&others).len(), 3);
    let planted = template.with(
        "LogGroupName: !Ref ConfirmContactLogGroup\n      FilterPattern: *refused-requests",
        "LogGroupName: !Ref ConfirmContactLogGroup\n      FilterPattern: *limited",
    );
    assert_eq!(
        uncounted_refusals(&planted),
        ["nothing counts what ConfirmContact refuses"]
    );
}

#[test]
fn the_pager_is_about_people_who_cannot_sign_up() {
    let (template, observability) = (Template::sign_up(), Template::observability());

    assert_eq!(wrong_pager(&template, &observability), Vec::<String>::new());
    let counted = template.with(
        "                  Value: !Ref GetUserFunction\n",
        "                  Value: !Ref NotifyWebhookFunction\n",
    );
    assert_eq!(
        wrong_pager(&counted, &observability),
        [
            "FunctionErrorsAlarm leaves out GetUserFunction",
            "an outage of the marketing endpoint pages somebody"
        ]
    );
    for (old, new, problem) in [
        (
            " - FILL(refused, 0)\n",
            "\n",
            "a refused address is an error of ours",
        ),
        (
            "$.fields.error = \"MailRefused\"",
            "$.fields.error = \"MailRejected\"",
            "no error of ValidateEmail is counted as a refused mail",
        ),
    ] {
        assert_eq!(wrong_pager(&template.with(old, new), &observability), [problem]);
    }
    for (old, new, problem) in [
        (
            " OR ALARM(\"${Api}\")",
            " AND ALARM(\"${Api}\")",
            "the pager waits for more than one",
        ),
        (" OR ALARM(\"${Api}\")", "", "the pager waits for more than one"),
        (
            "-StartsThrottledAlarmArn",
            "-UndeliveredWebhooksAlarmArn",
            "the pager is about UndeliveredWebhooksAlarmArn",
        ),
        (
            "-ThrottledRequestsAlarmArn",
            "-ApiErrorsAlarmArn",
            "the pager misses ThrottledRequestsAlarmArn",
        ),
        (
            "AlarmActions: [!Ref PagerTopic]",
            "AlarmActions: [!Ref SignUpHealthAlarm]",
            "the pager tells those who know already",
        ),
    ] {
        let problems = wrong_pager(&template, &observability.with(old, new));
        assert!(
            problems.iter().any(|found| found == problem),
            "{problem}: {problems:?}"
        );
    }
}

/// Each alarm, and each mail about costs, has a part of the runbook, with what it means and what to do, and no other has.
fn wrong_runbook(runbook: &str, templates: &[&Template]) -> Vec<String> {
    let mut known: BTreeSet<_> = templates
        .iter()
        .flat_map(|template| alarms(template).map(|(id, _)| id))
        .collect();
    for kind in ["AWS::Budgets::Budget", "AWS::CE::AnomalySubscription"] {
        known.extend(
            templates
                .iter()
                .flat_map(|template| template.resources(kind).map(|(id, _)| id)),
        );
    }
    let mut problems = Vec::new();
    for part in runbook.split("\n## ").skip(1) {
        let id = part.lines().next().unwrap();
        if !known.remove(id) {
            problems.push(format!("the runbook has {id}, which is no alarm"));
        }
        for word in ["**Means**", "**Do**"] {
            if !part.contains(word) {
                problems.push(format!("{id} lacks {word}"));
            }
        }
    }
    problems.extend(
        known
            .into_iter()
            .map(|id| format!("nobody knows what to do about {id}")),
    );
    problems
}

#[test]
fn every_alarm_has_a_part_of_the_runbook() {
    let runbook = include_str!("../../../docs/runbook.md");
    let (template, observability) = (Template::sign_up(), Template::observability());

    assert_eq!(
        wrong_runbook(runbook, &[&template, &observability]),
        Vec::<String>::new()
    );
    let renamed = template.with("  OpenExecutionsAlarm:", "  OpenSignUpsAlarm:");
    assert_eq!(
        wrong_runbook(runbook, &[&renamed, &observability]),
        [
            "the runbook has OpenExecutionsAlarm, which is no alarm",
            "nobody knows what to do about OpenSignUpsAlarm"
        ]
    );
    let shorter = runbook.replacen("**Do**: go on", "Go on", 1);
    assert_eq!(
        wrong_runbook(&shorter, &[&template, &observability]),
        ["SignUpHealthAlarm lacks **Do**"]
    );
}
