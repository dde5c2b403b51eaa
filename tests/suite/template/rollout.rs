//! How new functions and definitions take over, and that they can be rolled back while an alarm fires.

use serde_json::{Value, json};

use super::Template;
use super::functions::deployed;

/// The share of calls that a canary gets, in percent.
const CANARY: u64 = 10;

/// `value` with the parameter `canary`, and nothing with `all-at-once`.
fn with_canary(value: &Value) -> Value {
    json!({"Fn::If": ["HasCanary", value, {"Ref": "AWS::NoValue"}]})
}

/// The names of alarms in a list that only a canary looks at. `nothing` is what takes its place otherwise.
fn alarms<'a>(list: &'a Value, nothing: &Value) -> Option<Vec<&'a str>> {
    let list = list["Fn::If"].as_array()?;
    let [condition, alarms, otherwise] = list.as_slice() else {
        return None;
    };
    if condition != "HasCanary" || otherwise != nothing {
        return None;
    }
    // By name, which is what a reference to an alarm is: an ARN would be ignored.
    alarms
        .as_array()?
        .iter()
        .map(|alarm| alarm["Ref"].as_str())
        .collect()
}

fn wrong_shifts(template: &Template) -> Vec<String> {
    let alias = &template.value["Resources"]["SignUpAlias"];
    let version = &template.value["Resources"]["SignUpVersion"];
    let definition = &alias["Properties"]["DeploymentPreference"];
    let functions = &template.value["Globals"]["Function"]["DeploymentPreference"];
    let expected = [
        ("the alias is conditional", &alias["Condition"], Value::Null),
        ("the version is conditional", &version["Condition"], Value::Null),
        (
            "old versions are deleted",
            &version["UpdateReplacePolicy"],
            json!("Retain"),
        ),
        (
            "the condition is another",
            &template.value["Conditions"]["HasCanary"],
            json!({"Fn::Equals": [{"Ref": "Rollout"}, "canary"]}),
        ),
        (
            "definitions are shifted in another way",
            &definition["Type"],
            json!({"Fn::If": ["HasCanary", "CANARY", "ALL_AT_ONCE"]}),
        ),
        (
            "definitions have another canary",
            &definition["Percentage"],
            with_canary(&json!(CANARY)),
        ),
        (
            "definitions have a canary of another time",
            &definition["Interval"],
            with_canary(&json!(10)),
        ),
        (
            "functions are shifted in another way",
            &functions["Type"],
            json!({"Fn::If": ["HasCanary", format!("Canary{CANARY}Percent10Minutes"), "AllAtOnce"]}),
        ),
        (
            "functions are shifted by another role",
            &functions["Role"],
            json!({"Fn::GetAtt": ["RolloutRole", "Arn"]}),
        ),
    ];
    let wrong = expected.into_iter().filter(|(_, found, value)| *found != value);
    let mut problems: Vec<_> = wrong.map(|(problem, ..)| problem.to_owned()).collect();
    let nothing = json!({"Ref": "AWS::NoValue"});
    // SAM takes a list only.
    let lists = [
        ("definitions", &definition["Alarms"], nothing.clone()),
        ("functions", &functions["Alarms"], json!([nothing])),
    ];
    for (what, list, nothing) in lists {
        match alarms(list, &nothing) {
            None => problems.push(format!("{what} look at alarms in another way than a canary does")),
            Some(found) if found.is_empty() => problems.push(format!("a canary of {what} looks at no alarm")),
            Some(found) => problems.extend(
                found
                    .into_iter()
                    .filter(|alarm| template.value["Resources"][alarm]["Type"] != "AWS::CloudWatch::Alarm")
                    .map(|alarm| format!("{what} look at {alarm}, which is no alarm")),
            ),
        }
    }
    let own = template
        .resources("AWS::Serverless::Function")
        .filter(|(_, function)| {
            let properties = &function["Properties"];
            !properties["DeploymentPreference"].is_null() || !properties["AutoPublishAlias"].is_null()
        });
    problems.extend(own.map(|(id, _)| format!("{id} is shifted in a way of its own")));
    problems
}

/// Each release publishes a version of each function, with the present values of parameters and secrets.
///
/// SAM adds the release to the description, which belongs to a version, so that Lambda does not refuse to publish one. Source:
/// [`_construct_version`](https://github.com/aws/serverless-application-model/blob/develop/samtranslator/model/sam_resources.py).
fn unpublished(template: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    for (id, function) in template.resources("AWS::Serverless::Function") {
        let properties = &function["Properties"];
        if properties["AutoPublishCodeSha256"] != json!({"Ref": "Release"}) {
            problems.push(format!("a release publishes no version of {id}"));
        }
        if !properties["Description"].is_string() {
            problems.push(format!("the description of {id} hides the release"));
        }
    }
    // It becomes a part of logical ids, which are alphanumeric.
    if template.value["Parameters"]["Release"]["AllowedPattern"] != "[a-z0-9]+" {
        problems.push("a release may be no part of a name".to_owned());
    }
    problems
}

/// The alarms on the workflow watch the executions of the alias, and the one that ends a canary sees a tenth that fails.
fn blind_alarms(template: &Template) -> Vec<String> {
    let workflow = json!([
        {"Name": "StateMachineArn", "Value": {"Ref": "SignUpStateMachine"}},
        {"Name": "Alias", "Value": template.properties("SignUpAlias")["Name"]},
    ]);
    let redelivery = json!([{"Name": "StateMachineArn", "Value": {"Ref": "RedeliverWebhookStateMachine"}}]);
    let mut problems = Vec::new();
    for (id, alarm) in template.resources("AWS::CloudWatch::Alarm") {
        let alarm = &alarm["Properties"];
        // Redeliveries have no alias.
        if alarm["Dimensions"] == redelivery {
            continue;
        }
        let several = alarm["Metrics"].as_array().into_iter().flatten();
        let metrics = several
            .map(|metric| &metric["MetricStat"]["Metric"])
            .chain([alarm]);
        let executions = metrics.filter(|metric| {
            let name = metric["MetricName"].as_str().unwrap_or_default();
            metric["Namespace"] == "AWS/States" && name.starts_with("Executions")
        });
        let elsewhere = executions.filter(|metric| metric["Dimensions"] != workflow);
        problems.extend(elsewhere.map(|metric| format!("{id} watches {} of others", metric["MetricName"])));
    }
    let failed = template.properties("SignUpsFailedAlarm");
    if failed["Threshold"]
        .as_u64()
        .is_none_or(|threshold| threshold > CANARY / 2)
    {
        problems.push("SignUpsFailedAlarm misses a canary that fails".to_owned());
    }
    let expression = failed["Metrics"][0]["Expression"].as_str().unwrap_or_default();
    if !expression.starts_with("IF(failed - FILL(refused, 0) >= 3, ") {
        problems.push("SignUpsFailedAlarm has no least count".to_owned());
    }
    problems
}

/// What `CodeDeploy` may do: move the aliases of all functions, and look at alarms.
fn wrong_rollout_role(template: &Template) -> Vec<String> {
    let role = template.properties("RolloutRole");
    let statements = &role["Policies"][0]["PolicyDocument"]["Statement"];
    let aliases: Vec<_> = deployed()
        .into_iter()
        .flat_map(|(name, _)| {
            let id = format!("{name}Function");
            [
                json!({"Fn::GetAtt": [id, "Arn"]}),
                json!({"Fn::Sub": format!("${{{id}.Arn}}:live")}),
            ]
        })
        .collect();
    let mut problems = Vec::new();
    let found = statements[0]["Resource"].as_array().cloned().unwrap_or_default();
    problems.extend(
        aliases
            .iter()
            .filter(|one| !found.contains(one))
            .map(|one| format!("CodeDeploy may not move {one}")),
    );
    problems.extend(
        found
            .iter()
            .filter(|one| !aliases.contains(one))
            .map(|one| format!("CodeDeploy may move {one}")),
    );
    let actions: Vec<_> = statements
        .as_array()
        .into_iter()
        .flatten()
        .map(|statement| &statement["Action"])
        .collect();
    if actions
        != [
            &json!([
                "lambda:GetAlias",
                "lambda:GetProvisionedConcurrencyConfig",
                "lambda:UpdateAlias"
            ]),
            &json!("cloudwatch:DescribeAlarms"),
        ]
    {
        problems.push("CodeDeploy may do something else".to_owned());
    }
    problems
}

#[test]
fn a_rollout_is_a_canary_or_looks_at_no_alarm() {
    let template = Template::sign_up();

    assert_eq!(wrong_shifts(&template), Vec::<String>::new());
    for (old, new, problem) in [
        (
            "StateMachineAlias\n",
            "StateMachineAlias\n    Condition: HasCanary\n",
            "the alias is conditional",
        ),
        (
            "StateMachineVersion\n",
            "StateMachineVersion\n    Condition: HasCanary\n",
            "the version is conditional",
        ),
        (
            "[!Ref Rollout, canary]",
            "[!Ref Rollout, all-at-once]",
            "the condition is another",
        ),
        (
            "[HasCanary, CANARY, ALL_AT_ONCE]",
            "[HasCanary, LINEAR, ALL_AT_ONCE]",
            "definitions are shifted in another way",
        ),
        (
            "Interval: !If [HasCanary, 10, !Ref AWS::NoValue]",
            "Interval: 10",
            "definitions have a canary of another time",
        ),
        (
            "[!Ref SignUpsFailedAlarm, !Ref FunctionErrorsAlarm], !Ref AWS::NoValue]",
            "[!Ref SignUpsFailedAlarm], [!Ref SignUpsFailedAlarm]]",
            "definitions look at alarms in another way than a canary does",
        ),
        (
            "[!Ref SignUpsFailedAlarm, !Ref FunctionErrorsAlarm]",
            "[!GetAtt SignUpsFailedAlarm.Arn]",
            "definitions look at alarms in another way than a canary does",
        ),
        (
            "!Ref ApiErrorsAlarm], [!Ref AWS::NoValue]]",
            "!Ref ApiErrorsAlarm], !Ref AWS::NoValue]",
            "functions look at alarms in another way than a canary does",
        ),
        (
            "[!Ref FunctionErrorsAlarm, !Ref ApiErrorsAlarm]",
            "[]",
            "a canary of functions looks at no alarm",
        ),
        (
            "[!Ref FunctionErrorsAlarm, !Ref ApiErrorsAlarm]",
            "[!Ref AlarmTopic]",
            "functions look at AlarmTopic, which is no alarm",
        ),
        (
            "Canary10Percent10Minutes, AllAtOnce",
            "Linear10PercentEvery1Minute, AllAtOnce",
            "functions are shifted in another way",
        ),
        (
            "      Timeout: 25\n",
            "      Timeout: 25\n      DeploymentPreference: {Type: AllAtOnce}\n",
            "NotifyWebhookFunction is shifted in a way of its own",
        ),
    ] {
        assert_eq!(wrong_shifts(&template.with(old, new)), [problem]);
    }
}

#[test]
fn a_release_publishes_a_version_of_every_function() {
    let template = Template::sign_up();

    assert_eq!(unpublished(&template), Vec::<String>::new());
    let last = "      AutoPublishCodeSha256: !Ref Release\n      Timeout: 25\n";
    for (old, new, problem) in [
        (
            last,
            "      Timeout: 25\n",
            "a release publishes no version of NotifyWebhookFunction",
        ),
        (
            last,
            "      AutoPublishAliasAllProperties: true\n      Timeout: 25\n",
            "a release publishes no version of NotifyWebhookFunction",
        ),
        (
            "AllowedPattern: '[a-z0-9]+'",
            "AllowedPattern: '[a-z0-9-]+'",
            "a release may be no part of a name",
        ),
        (
            "Description: Accepts a sign-up and starts it.",
            "Description: !Ref MailFrom",
            "the description of CreateUserFunction hides the release",
        ),
    ] {
        assert_eq!(unpublished(&template.with(old, new)), [problem]);
    }
}

#[test]
fn alarms_watch_the_executions_of_the_alias() {
    let template = Template::sign_up();

    assert_eq!(blind_alarms(&template), Vec::<String>::new());
    for (old, new, problem) in [
        (
            "        - Name: Alias\n          Value: live\n",
            "",
            "SignUpsTimedOutAlarm watches \"ExecutionsTimedOut\" of others",
        ),
        (
            "Name: live",
            "Name: current",
            "SignUpsFailedAlarm watches \"ExecutionsFailed\" of others",
        ),
        (
            "IF(failed - FILL(refused, 0) >= 3, ",
            "IF(failed >= 3, ",
            "SignUpsFailedAlarm has no least count",
        ),
        (
            "Threshold: 5\n",
            "Threshold: 20\n",
            "SignUpsFailedAlarm misses a canary that fails",
        ),
    ] {
        let problems = blind_alarms(&template.with(old, new));
        assert!(
            problems.iter().any(|found| found == problem),
            "{problem}: {problems:?}"
        );
    }
}

#[test]
fn code_deploy_may_move_every_alias_and_nothing_else() {
    let template = Template::sign_up();

    assert_eq!(wrong_rollout_role(&template), Vec::<String>::new());
    let alias = "                  - !Sub ${GetUserFunction.Arn}:live\n";
    for (old, new, problem) in [
        (
            alias,
            "",
            r#"CodeDeploy may not move {"Fn::Sub":"${GetUserFunction.Arn}:live"}"#,
        ),
        (
            alias,
            &format!("{alias}                  - !GetAtt Table.Arn\n"),
            r#"CodeDeploy may move {"Fn::GetAtt":["Table","Arn"]}"#,
        ),
        (
            "lambda:UpdateAlias]",
            "lambda:UpdateAlias, lambda:UpdateFunctionCode]",
            "CodeDeploy may do something else",
        ),
    ] {
        assert_eq!(wrong_rollout_role(&template.with(old, new)), [problem]);
    }
}
