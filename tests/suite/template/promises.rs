//! What a stack promises beyond that its parts fit together.

use serde_json::{Value, json};

use super::Template;

/// What stands where.
fn promises() -> Vec<(&'static str, &'static str, Value)> {
    let workflow =
        json!({"Fn::If": ["HasWorkflowAlias", {"Ref": "SignUpAlias"}, {"Ref": "SignUpStateMachine"}]});
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
            }),
        ),
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
        ("SignUpStateMachine", "/TracingConfiguration/Enabled", json!(true)),
        ("SignUpAlias", "/DeploymentPreference/Type", json!("CANARY")),
        (
            "CreateUserFunction",
            "/Environment/Variables/STATE_MACHINE_ARN",
            workflow,
        ),
        ("SignUpsFailedAlarm", "/MetricName", json!("ExecutionsFailed")),
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

/// What all functions have in common.
fn common() -> Vec<(&'static str, Value)> {
    vec![
        ("/Runtime", json!("provided.al2023")),
        ("/Architectures", json!([{"Ref": "Architecture"}])),
        ("/Tracing", json!("Active")),
        ("/LoggingConfig/LogFormat", json!("JSON")),
        ("/AutoPublishAlias", json!("live")),
    ]
}

fn broken(template: &Template) -> Vec<String> {
    let globals = &template.value["Globals"]["Function"];
    let common = common()
        .into_iter()
        .map(|(place, promised)| ("the functions", place, globals, promised));
    let single = promises()
        .into_iter()
        .map(|(id, place, promised)| (id, place, template.properties(id), promised));
    let groups = template.resources("AWS::Logs::LogGroup").map(|(id, group)| {
        (
            id,
            "/RetentionInDays",
            &group["Properties"],
            json!({"Ref": "LogRetentionDays"}),
        )
    });
    common
        .chain(single)
        .chain(groups)
        .filter(|(_, place, properties, promised)| properties.pointer(place) != Some(promised))
        .map(|(id, place, ..)| format!("{id}: {place}"))
        .collect()
}

#[test]
fn a_stack_is_what_is_promised_of_it() {
    let template = Template::sign_up();

    assert_eq!(broken(&template), Vec::<String>::new());
    for (old, new, diagnostic) in [
        (
            "Tracing: Active",
            "Tracing: PassThrough",
            "the functions: /Tracing",
        ),
        (
            "LogFormat: JSON",
            "LogFormat: Text",
            "the functions: /LoggingConfig/LogFormat",
        ),
        (
            "RetentionInDays: !Ref LogRetentionDays",
            "RetentionInDays: 3653",
            "CreateUserLogGroup: /RetentionInDays",
        ),
        (
            "IncludeExecutionData: false",
            "IncludeExecutionData: true",
            "SignUpStateMachine: /LoggingConfiguration/IncludeExecutionData",
        ),
        (
            "  SignUpsTimedOutAlarm:",
            "  Renamed:",
            "SignUpsTimedOutAlarm: /MetricName",
        ),
    ] {
        assert_eq!(broken(&template.with(old, new)), [diagnostic]);
    }
}
