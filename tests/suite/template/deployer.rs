//! What a deployer may do: what the resources of both templates need, and nothing else.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Template;
use super::permissions::{allowed, list};

/// What CloudFormation does, as the deployer, to create, change and delete resources of a type.
///
/// Source: the handlers' permissions in the [schemas of resource types](https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html),
/// without those for properties that the templates do not have.
const BY_TYPE: &[(&str, &str, &str)] = &[
    (
        "AWS::DynamoDB::Table",
        "dynamodb",
        "CreateTable DeleteTable DescribeContinuousBackups DescribeContributorInsights DescribeKinesisStreamingDestination \
         DescribeTable DescribeTimeToLive GetResourcePolicy ListTagsOfResource TagResource UntagResource \
         UpdateContinuousBackups UpdateTable UpdateTimeToLive",
    ),
    (
        "AWS::SecretsManager::Secret",
        "secretsmanager",
        "CreateSecret DeleteSecret DescribeSecret GetRandomPassword TagResource UntagResource UpdateSecret",
    ),
    (
        "AWS::KMS::Key",
        "kms",
        "CreateKey DescribeKey DisableKeyRotation EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListResourceTags \
         PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription",
    ),
    (
        "AWS::SES::EmailIdentity",
        "ses",
        "CreateEmailIdentity DeleteEmailIdentity GetEmailIdentity ListTagsForResource TagResource UntagResource",
    ),
    (
        "AWS::SES::ConfigurationSet",
        "ses",
        "CreateConfigurationSet DeleteConfigurationSet GetConfigurationSet ListTagsForResource \
         PutConfigurationSetReputationOptions TagResource UntagResource",
    ),
    (
        "AWS::SES::ConfigurationSetEventDestination",
        "ses",
        "CreateConfigurationSetEventDestination DeleteConfigurationSetEventDestination DescribeConfigurationSet \
         GetConfigurationSetEventDestinations UpdateConfigurationSetEventDestination",
    ),
    (
        "AWS::Events::Rule",
        "events",
        "DeleteRule DescribeRule ListTagsForResource ListTargetsByRule PutRule PutTargets RemoveTargets TagResource \
         UntagResource",
    ),
    (
        "AWS::SQS::Queue",
        "sqs",
        "CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes TagQueue UntagQueue",
    ),
    ("AWS::SQS::QueuePolicy", "sqs", "SetQueueAttributes"),
    (
        "AWS::Lambda::EventSourceMapping",
        "lambda",
        "CreateEventSourceMapping DeleteEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping",
    ),
    // Functions, their versions and aliases.
    (
        "AWS::Serverless::Function",
        "lambda",
        "CreateAlias CreateFunction DeleteAlias DeleteFunction DeleteFunctionConcurrency GetAlias GetFunction \
         GetFunctionCodeSigningConfig GetFunctionConfiguration GetFunctionRecursionConfig GetProvisionedConcurrencyConfig \
         GetRuntimeManagementConfig ListAliases ListTags ListVersionsByFunction PublishVersion PutFunctionConcurrency \
         TagResource UntagResource UpdateAlias UpdateFunctionCode UpdateFunctionConfiguration",
    ),
    // SAM's deployment preferences: an application, and a group for each function.
    (
        "AWS::Serverless::Function",
        "codedeploy",
        "CreateApplication CreateDeployment CreateDeploymentGroup DeleteApplication DeleteDeploymentGroup GetApplication \
         GetApplicationRevision GetDeployment GetDeploymentConfig GetDeploymentGroup ListTagsForResource \
         RegisterApplicationRevision StopDeployment TagResource UntagResource UpdateDeploymentGroup",
    ),
    (
        "AWS::Lambda::Permission",
        "lambda",
        "AddPermission GetPolicy RemovePermission",
    ),
    (
        "AWS::IAM::Role",
        "iam",
        "CreateRole DeleteRole GetRole ListAttachedRolePolicies ListRolePolicies PassRole TagRole UntagRole \
         UpdateAssumeRolePolicy UpdateRole",
    ),
    (
        "AWS::IAM::Policy",
        "iam",
        "DeleteRolePolicy GetRolePolicy PutRolePolicy",
    ),
    (
        "AWS::Logs::LogGroup",
        "logs",
        "CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DescribeIndexPolicies DescribeLogGroups \
         GetDataProtectionPolicy ListTagsForResource PutRetentionPolicy TagResource UntagResource",
    ),
    (
        "AWS::Logs::MetricFilter",
        "logs",
        "DeleteMetricFilter DescribeMetricFilters PutMetricFilter",
    ),
    (
        "AWS::Logs::QueryDefinition",
        "logs",
        "DeleteQueryDefinition DescribeQueryDefinitions PutQueryDefinition",
    ),
    (
        "AWS::ApiGatewayV2::DomainName",
        "apigateway",
        "AddCertificateToDomain DELETE GET PATCH POST RemoveCertificateFromDomain",
    ),
    (
        "AWS::ApiGatewayV2::ApiMapping",
        "apigateway",
        "DELETE GET PATCH POST",
    ),
    ("AWS::Budgets::Budget", "budgets", "ModifyBudget ViewBudget"),
    (
        "AWS::CE::AnomalyMonitor",
        "ce",
        "CreateAnomalyMonitor DeleteAnomalyMonitor GetAnomalyMonitors UpdateAnomalyMonitor",
    ),
    (
        "AWS::CE::AnomalySubscription",
        "ce",
        "CreateAnomalySubscription DeleteAnomalySubscription GetAnomalySubscriptions UpdateAnomalySubscription",
    ),
    (
        "AWS::ApiGatewayV2::Api",
        "apigateway",
        "DELETE GET PATCH POST PUT",
    ),
    (
        "AWS::ApiGatewayV2::Integration",
        "apigateway",
        "DELETE GET PATCH POST",
    ),
    ("AWS::ApiGatewayV2::Route", "apigateway", "DELETE GET PATCH POST"),
    ("AWS::ApiGatewayV2::Stage", "apigateway", "DELETE GET PATCH POST"),
    // The access log of a stage.
    (
        "AWS::ApiGatewayV2::Stage",
        "logs",
        "CreateLogDelivery DeleteLogDelivery DescribeLogGroups DescribeResourcePolicies GetLogDelivery ListLogDeliveries \
         PutResourcePolicy UpdateLogDelivery",
    ),
    (
        "AWS::StepFunctions::StateMachine",
        "states",
        "CreateStateMachine DeleteStateMachine DescribeStateMachine ListTagsForResource TagResource UntagResource \
         UpdateStateMachine",
    ),
    // With a customer managed key, callers need its use as well, "Required permissions for API callers" in
    // https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html.
    (
        "AWS::StepFunctions::StateMachine",
        "kms",
        "Decrypt DescribeKey GenerateDataKey",
    ),
    (
        "AWS::StepFunctions::StateMachineVersion",
        "states",
        "DeleteStateMachineVersion DescribeStateMachine ListStateMachineVersions PublishStateMachineVersion",
    ),
    (
        "AWS::StepFunctions::StateMachineAlias",
        "states",
        "CreateStateMachineAlias DeleteStateMachineAlias DescribeStateMachineAlias ListStateMachineAliases \
         UpdateStateMachineAlias",
    ),
    (
        "AWS::StepFunctions::StateMachineAlias",
        "cloudwatch",
        "DescribeAlarms",
    ),
    (
        "AWS::SNS::Topic",
        "sns",
        "CreateTopic DeleteTopic GetDataProtectionPolicy GetTopicAttributes ListSubscriptionsByTopic ListTagsForResource \
         SetTopicAttributes TagResource UntagResource",
    ),
    (
        "AWS::SNS::Subscription",
        "sns",
        "GetSubscriptionAttributes SetSubscriptionAttributes Subscribe Unsubscribe",
    ),
    (
        "AWS::CloudWatch::Alarm",
        "cloudwatch",
        "DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm TagResource UntagResource",
    ),
    (
        "AWS::CloudWatch::CompositeAlarm",
        "cloudwatch",
        "DeleteAlarms DescribeAlarms ListTagsForResource PutCompositeAlarm TagResource UntagResource",
    ),
    (
        "AWS::CloudWatch::Dashboard",
        "cloudwatch",
        "DeleteDashboards GetDashboard PutDashboard",
    ),
];

/// What `sam deploy`, `infra/create-secrets`, `infra/teardown` and dynamic references do besides.
const BY_TOOLS: &[(&str, &str)] = &[
    (
        "cloudformation",
        "CancelUpdateStack CreateChangeSet DeleteChangeSet DeleteStack DescribeChangeSet DescribeStackEvents \
         DescribeStackResource DescribeStackResources DescribeStacks ExecuteChangeSet GetTemplate GetTemplateSummary \
         ListExports ListImports ListStackResources",
    ),
    ("s3", "GetBucketLocation GetObject ListBucket PutObject"),
    (
        "secretsmanager",
        "CreateSecret DescribeSecret GetSecretValue UpdateSecret",
    ),
    ("states", "ListExecutions StopExecution"),
    ("lambda", "PutFunctionConcurrency"),
    ("dynamodb", "DeleteTable UpdateTable"),
];

fn named(service: &str, actions: &str) -> impl Iterator<Item = String> {
    actions
        .split_whitespace()
        .map(move |action| format!("{service}:{action}"))
}

/// The policies, each with its statements.
fn policies(deployer: &Template) -> impl Iterator<Item = (&str, Vec<Value>)> {
    deployer
        .resources("AWS::IAM::ManagedPolicy")
        .map(|(id, policy)| (id, list(&policy["Properties"]["PolicyDocument"]["Statement"])))
}

fn wrong_policies(deployer: &Template, templates: &[Template]) -> Vec<String> {
    let kinds: BTreeSet<_> = templates
        .iter()
        .flat_map(|template| template.value["Resources"].as_object().unwrap().values())
        .map(|resource| resource["Type"].as_str().unwrap())
        .collect();
    let mut problems = Vec::new();
    for kind in &kinds {
        if !BY_TYPE.iter().any(|(known, ..)| known == kind) {
            problems.push(format!("nobody says what {kind} needs"));
        }
    }
    let by_type = BY_TYPE.iter().filter(|(kind, ..)| kinds.contains(kind));
    let needed: BTreeSet<_> = by_type
        .map(|(_, service, actions)| (service, actions))
        .chain(BY_TOOLS.iter().map(|(service, actions)| (service, actions)))
        .flat_map(|(service, actions)| named(service, actions))
        .collect();
    let given: BTreeSet<_> = policies(deployer)
        .flat_map(|(_, statements)| allowed(&statements).into_keys())
        .collect();
    problems.extend(
        needed
            .difference(&given)
            .map(|action| format!("a deployer lacks {action}")),
    );
    problems.extend(
        given
            .difference(&needed)
            .map(|action| format!("a deployer does not need {action}")),
    );
    problems
}

/// Actions on all resources that do have resources, except where a condition bounds them.
fn too_wide(deployer: &Template) -> Vec<String> {
    // AWS has no resources for these, or they are needed before there is one.
    let without = [
        "cloudformation:",
        "ce:",
        "kms:CreateKey",
        "logs:",
        "cloudwatch:DescribeAlarms",
        "secretsmanager:GetRandomPassword",
    ];
    let mut problems = Vec::new();
    for (_, statements) in policies(deployer) {
        let everywhere = statements
            .iter()
            .filter(|statement| statement["Resource"] == "*" && statement["Condition"].is_null());
        for action in everywhere.flat_map(|statement| list(&statement["Action"])) {
            let action = action.as_str().unwrap_or_default().to_owned();
            if !without.iter().any(|prefix| action.starts_with(prefix)) {
                problems.push(format!("{action} is allowed everywhere"));
            }
        }
        let passing = statements
            .iter()
            .filter(|statement| list(&statement["Action"]).contains(&"iam:PassRole".into()));
        for statement in passing {
            if statement["Condition"]["StringEquals"]["iam:PassedToService"].is_null() {
                problems.push("roles may be passed to any service".to_owned());
            }
        }
    }
    problems
}

/// The size limit of a managed policy, in characters without white space.
///
/// Source: [IAM quotas](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
const LARGEST_POLICY: usize = 6144;

#[test]
fn a_deployer_may_do_what_the_templates_need() {
    let deployer = Template::deployer();
    let templates = [Template::sign_up(), Template::observability()];

    assert_eq!(wrong_policies(&deployer, &templates), Vec::<String>::new());
    for (old, new, problem) in [
        (
            "              - kms:GenerateDataKey\n",
            "",
            "a deployer lacks kms:GenerateDataKey",
        ),
        (
            "              - states:StopExecution\n",
            "              - states:StartExecution\n",
            "a deployer lacks states:StopExecution",
        ),
        (
            "- lambda:AddPermission",
            "- lambda:AddPermission\n              - lambda:InvokeFunction",
            "a deployer does not need lambda:InvokeFunction",
        ),
        (
            "- dynamodb:DeleteTable",
            "- dynamodb:DeleteTable\n              - dynamodb:Scan",
            "a deployer does not need dynamodb:Scan",
        ),
    ] {
        let problems = wrong_policies(&deployer.with(old, new), &templates);
        assert!(
            problems.iter().any(|found| found == problem),
            "{problem}: {problems:?}"
        );
    }
    let stream = templates[0].with(
        "Resources:\n",
        "Resources:\n  Stream:\n    Type: AWS::Kinesis::Stream\n",
    );
    assert_eq!(
        wrong_policies(&deployer, &[stream, templates[1].clone()]),
        ["nobody says what AWS::Kinesis::Stream needs"]
    );
}

#[test]
fn a_deployer_may_do_it_to_the_stack_only() {
    let deployer = Template::deployer();

    assert_eq!(too_wide(&deployer), Vec::<String>::new());
    for (old, new, problem) in [
        (
            "Resource: !Sub arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${SignUpStack}-*",
            "Resource: '*'",
            "lambda:AddPermission is allowed everywhere",
        ),
        (
            "                iam:PassedToService: [codedeploy.amazonaws.com, lambda.amazonaws.com, states.amazonaws.com]\n",
            "                aws:RequestedRegion: eu-west-1\n",
            "roles may be passed to any service",
        ),
    ] {
        let problems = too_wide(&deployer.with(old, new));
        assert!(
            problems.iter().any(|found| found == problem),
            "{problem}: {problems:?}"
        );
    }
}

#[test]
fn the_deployers_policies_are_not_too_large() {
    for (id, policy) in Template::deployer().resources("AWS::IAM::ManagedPolicy") {
        let size = policy["Properties"]["PolicyDocument"].to_string().len();

        // With `Fn::Sub` and names of parameters around every ARN, this is more than what IAM counts.
        assert!(size <= LARGEST_POLICY, "{id} has {size} characters");
    }
}
