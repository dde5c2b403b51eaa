//! Fixed properties of resources: encryption, retention, tracing, throttling, alarms.

use serde_json::{Value, json};

use super::Template;

/// Resource, JSON pointer into its properties, expected value.
fn expected() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        (
            "HistoryKey",
            "/KeyPolicy/Statement/2",
            json!({
                "Sid": "LogDelivery",
                "Effect": "Allow",
                "Principal": {"Service": "delivery.logs.amazonaws.com"},
                "Action": ["kms:Decrypt"],
                "Resource": "*",
                "Condition": {
                    "StringEquals": {
                        "kms:EncryptionContext:SourceArn":
                            {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:*"},
                    },
                    "StringEqualsIfExists": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
                },
            }),
        ),
        (
            "HistoryKey",
            "/KeyPolicy/Statement/3",
            json!({
                "Sid": "Alarms",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": "*",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
                    "StringLike": {
                        "kms:EncryptionContext:aws:sns:topicArn":
                            {"Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${AWS::StackName}-*"},
                    },
                },
            }),
        ),
        ("HistoryKey", "/KeyPolicy/Statement/4", Value::Null),
        (
            "Table",
            "/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled",
            json!(true),
        ),
        ("Table", "/SSESpecification/SSEEnabled", json!(true)),
        (
            "Table",
            "/DeletionProtectionEnabled",
            json!({"Ref": "TableDeletionProtection"}),
        ),
        (
            "HttpApiStage",
            "/AccessLogSettings/DestinationArn",
            json!({"Fn::GetAtt": ["HttpApiLogGroup", "Arn"]}),
        ),
        (
            "HttpApiStage",
            "/DefaultRouteSettings/ThrottlingRateLimit",
            json!({"Ref": "RequestsPerSecond"}),
        ),
        (
            "HttpApiStage",
            "/DefaultRouteSettings/ThrottlingBurstLimit",
            json!({"Ref": "RequestsAtOnce"}),
        ),
        ("SignUpStateMachine", "/StateMachineType", json!("STANDARD")),
        (
            "SignUpStateMachine",
            "/EncryptionConfiguration/Type",
            json!("CUSTOMER_MANAGED_KMS_KEY"),
        ),
        (
            "SignUpStateMachine",
            "/EncryptionConfiguration/KmsKeyId",
            json!({"Fn::GetAtt": ["HistoryKey", "Arn"]}),
        ),
        ("SignUpStateMachine", "/LoggingConfiguration/Level", json!("ALL")),
        (
            "SignUpStateMachine",
            "/LoggingConfiguration/IncludeExecutionData",
            json!(false),
        ),
        (
            "SignUpStateMachine",
            "/TracingConfiguration/Enabled",
            json!({"Fn::If": ["HasTraces", true, false]}),
        ),
        (
            "CreateUserFunction",
            "/Environment/Variables/STATE_MACHINE_ARN",
            json!({"Ref": "SignUpAlias"}),
        ),
        ("SignUpsTimedOutAlarm", "/MetricName", json!("ExecutionsTimedOut")),
        (
            "UndeliveredWebhooksAlarm",
            "/MetricName",
            json!("UndeliveredWebhooks"),
        ),
        ("ApiErrorsAlarm", "/MetricName", json!("5xx")),
        ("ApiLatencyAlarm", "/MetricName", json!("Latency")),
    ]
}

/// JSON pointer into `Globals.Function`, expected value.
fn expected_globals() -> Vec<(&'static str, Value)> {
    vec![
        ("/Runtime", json!("provided.al2023")),
        ("/Architectures", json!([{"Ref": "Architecture"}])),
        ("/MemorySize", json!(256)),
        (
            "/Tracing",
            json!({"Fn::If": ["HasTraces", "Active", "PassThrough"]}),
        ),
        ("/LoggingConfig/LogFormat", json!("JSON")),
        ("/AutoPublishAlias", json!("live")),
    ]
}

fn wrong_properties(template: &Template) -> Vec<String> {
    let function = &template.value["Globals"]["Function"];
    let globals = expected_globals()
        .into_iter()
        .map(|(pointer, value)| ("Globals", pointer, function, value));
    let single = expected()
        .into_iter()
        .map(|(id, pointer, value)| (id, pointer, template.properties(id), value));
    let groups = template.resources("AWS::Logs::LogGroup").map(|(id, group)| {
        (
            id,
            "/RetentionInDays",
            &group["Properties"],
            json!({"Ref": "LogRetentionDays"}),
        )
    });
    globals
        .chain(single)
        .chain(groups)
        .filter(|(_, pointer, properties, value)| {
            properties.pointer(pointer).unwrap_or(&Value::Null) != value
        })
        .map(|(id, pointer, ..)| format!("{id}: {pointer}"))
        .collect()
}

#[test]
fn resources_have_the_expected_properties() {
    let template = Template::sign_up();

    assert_eq!(wrong_properties(&template), Vec::<String>::new());
    for (old, new, problem) in [
        (
            "Tracing: !If [HasTraces, Active, PassThrough]",
            "Tracing: Active",
            "Globals: /Tracing",
        ),
        (
            "LogFormat: JSON",
            "LogFormat: Text",
            "Globals: /LoggingConfig/LogFormat",
        ),
        (
            "/apis/${AWS::StackName}\n      RetentionInDays: !Ref LogRetentionDays",
            "/apis/${AWS::StackName}\n      RetentionInDays: 3653",
            "HttpApiLogGroup: /RetentionInDays",
        ),
        (
            "IncludeExecutionData: false",
            "IncludeExecutionData: true",
            "SignUpStateMachine: /LoggingConfiguration/IncludeExecutionData",
        ),
        (
            "              StringEqualsIfExists:\n                aws:SourceAccount",
            "              StringEqualsIfExists:\n                aws:PrincipalAccount",
            "HistoryKey: /KeyPolicy/Statement/2",
        ),
        (
            "kms:EncryptionContext:aws:sns:topicArn",
            "kms:EncryptionContext:aws:sqs:arn",
            "HistoryKey: /KeyPolicy/Statement/3",
        ),
        (
            "  SignUpsTimedOutAlarm:",
            "  Renamed:",
            "SignUpsTimedOutAlarm: /MetricName",
        ),
    ] {
        assert_eq!(wrong_properties(&template.with(old, new)), [problem]);
    }
}
