//! Limits that keep one part of the sign-up from starving another: rates, and the reserved concurrency of functions.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Template;
use super::functions::deployed;

/// What Lambda keeps for functions without reserved concurrency.
///
/// Source: [Configuring reserved concurrency](https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html).
const UNRESERVED: u64 = 100;

/// Each function has its own share of each account's concurrency, and none of a new account's.
fn wrong_shares(template: &Template) -> Vec<String> {
    let names: BTreeSet<_> = deployed().into_iter().map(|(name, _)| name).collect();
    let mut problems = Vec::new();
    for name in &names {
        let share = json!({"Fn::If": [
            "HasReservedConcurrency",
            {"Fn::FindInMap": ["ReservedConcurrency", {"Ref": "ReservedConcurrency"}, name]},
            {"Ref": "AWS::NoValue"},
        ]});
        if template.properties(&format!("{name}Function"))["ReservedConcurrentExecutions"] != share {
            problems.push(format!("{name} does not take its own share"));
        }
    }
    let parameter = &template.value["Parameters"]["ReservedConcurrency"];
    if parameter["Default"] != "none" {
        problems.push("a new account allows no reserved concurrency".to_owned());
    }
    let shares = template.value["Mappings"]["ReservedConcurrency"]
        .as_object()
        .unwrap();
    let choices = parameter["AllowedValues"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let choices: BTreeSet<_> = choices.filter(|choice| *choice != "none").collect();
    if choices != shares.keys().map(String::as_str).collect() {
        problems.push("the choices are not those of the mapping".to_owned());
    }
    for (choice, shares) in shares {
        let shares = shares.as_object().unwrap();
        if !shares.keys().eq(names.iter()) && shares.keys().collect::<BTreeSet<_>>() != names.iter().collect()
        {
            problems.push(format!("{choice} has other functions"));
        }
        let account: Option<u64> = choice.strip_prefix("of-").and_then(|number| number.parse().ok());
        let sum: u64 = shares.values().filter_map(Value::as_u64).sum();
        if account.is_none_or(|account| sum + UNRESERVED > account) {
            problems.push(format!("{choice} reserves {sum}, and Lambda keeps {UNRESERVED}"));
        }
        if shares
            .values()
            .any(|share| share.as_u64().is_none_or(|share| share == 0))
        {
            problems.push(format!("{choice} stops a function"));
        }
    }
    problems
}

/// Requests that cause mails have a rate of their own, by default that of a new SES account.
fn wrong_rates(template: &Template) -> Vec<String> {
    let stage = &template.value["Resources"]["HttpApiStage"];
    let settings = stage["Properties"]["RouteSettings"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let mut problems = Vec::new();
    for (id, route) in [
        ("CreateUserRoute", "POST /users"),
        ("RequestMailRoute", "POST /users/{id}/mails"),
    ] {
        let expected = json!({
            "ThrottlingRateLimit": {"Ref": "SignUpsPerSecond"},
            "ThrottlingBurstLimit": {"Ref": "SignUpsAtOnce"},
        });
        if settings.get(route) != Some(&expected) {
            problems.push(format!("{route} has another rate than sign-ups"));
        }
        // Otherwise CloudFormation may make the stage first, which fails.
        if !stage["DependsOn"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|one| one == id)
        {
            problems.push(format!("the stage may be made before {id}"));
        }
    }
    // https://docs.aws.amazon.com/ses/latest/dg/quotas.html, "Sending quotas": one mail a second in the sandbox.
    if template.value["Parameters"]["SignUpsPerSecond"]["Default"] != 1 {
        problems.push("a new SES account sends one mail a second".to_owned());
    }
    problems
}

#[test]
fn every_function_has_a_share_of_the_concurrency() {
    let template = Template::sign_up();

    assert_eq!(wrong_shares(&template), Vec::<String>::new());
    for (old, new, problem) in [
        (
            "!Ref ReservedConcurrency, NotifyWebhook]",
            "!Ref ReservedConcurrency, GetUser]",
            "NotifyWebhook does not take its own share",
        ),
        (
            "      GetUser: 150\n",
            "      GetUser: 400\n",
            "of-1000 reserves 1000, and Lambda keeps 100",
        ),
        (
            "      GetUser: 150\n",
            "      GetUser: 0\n",
            "of-1000 stops a function",
        ),
        ("      GetUser: 150\n", "", "of-1000 has other functions"),
        (
            "    of-10000:\n",
            "    of-5000:\n",
            "the choices are not those of the mapping",
        ),
        (
            "Default: none\n    AllowedValues: [none, of-1000",
            "Default: of-1000\n    AllowedValues: [none, of-1000",
            "a new account allows no reserved concurrency",
        ),
    ] {
        let problems = wrong_shares(&template.with(old, new));
        assert!(
            problems.iter().any(|found| found == problem),
            "{problem}: {problems:?}"
        );
    }
}

#[test]
fn sign_ups_are_limited_to_what_a_new_account_mails() {
    let template = Template::sign_up();

    assert_eq!(wrong_rates(&template), Vec::<String>::new());
    for (old, new, problem) in [
        (
            "        POST /users/{id}/mails: *mails\n",
            "",
            "POST /users/{id}/mails has another rate than sign-ups",
        ),
        (
            "ThrottlingRateLimit: !Ref SignUpsPerSecond",
            "ThrottlingRateLimit: !Ref RequestsPerSecond",
            "POST /users has another rate than sign-ups",
        ),
        (
            ", CreateUserRoute, RequestMailRoute]",
            ", RequestMailRoute]",
            "the stage may be made before CreateUserRoute",
        ),
        (
            "    Default: 1\n",
            "    Default: 14\n",
            "a new SES account sends one mail a second",
        ),
    ] {
        let problems = wrong_rates(&template.with(old, new));
        assert!(
            problems.iter().any(|found| found == problem),
            "{problem}: {problems:?}"
        );
    }
}
