//! Functions: one shape for all, environment variables and limits as their contracts say.

use std::collections::BTreeSet;

use asl::Function;
use contracts::notify_webhook::NotifyWebhook;
use contracts::redeliver_webhook::AttemptRedelivery;
use contracts::set_user_status::SetUserStatus;
use contracts::store_user_data::StoreUserData;
use contracts::validate_contacts::ValidateContacts;
use contracts::validate_email::ValidateEmail;
use serde_json::{Value, json};

use super::Template;
use crate::contract_pages::{FUNCTIONS, page, rows};

/// A function's name in the template: `CreateUser` for `create-user`.
pub(crate) fn pascal_case(function: &str) -> String {
    function
        .split('-')
        .map(|word| word[..1].to_uppercase() + &word[1..])
        .collect()
}

/// The functions of the template, each with the package that it is made of: each package is one function, and `notify-webhook` is a
/// second one for redeliveries.
pub(crate) fn deployed() -> Vec<(String, &'static str)> {
    let once = FUNCTIONS
        .into_iter()
        .map(|function| (pascal_case(function), function));
    let again = (AttemptRedelivery::NAME.to_owned(), "notify-webhook");
    once.chain([again]).collect()
}

/// Each function has a role and a log group of its own, all functions have the same properties in the same order, and there
/// are no others.
fn misshapen(template: &Template) -> Vec<String> {
    let mut found: BTreeSet<_> = template
        .resources("AWS::Serverless::Function")
        .map(|(id, _)| id.to_owned())
        .collect();
    let mut problems = Vec::new();
    let keys = |value: &Value| -> Vec<String> {
        let object = value.as_object().into_iter().flatten();
        object.map(|(key, _)| key.clone()).collect()
    };
    let model = keys(template.properties("CreateUserFunction"));
    for (name, function) in deployed() {
        let properties = template.properties(&format!("{name}Function"));
        if !found.remove(&format!("{name}Function")) {
            problems.push(format!("{name} is missing"));
        }
        let has_settings = !rows(&page(function), "setting").is_empty();
        let expected = model.iter().filter(|key| has_settings || *key != "Environment");
        if !keys(properties).iter().eq(expected) {
            problems.push(format!("{name} has the properties {:?}", keys(properties)));
        }
        let expected = [
            (
                "CodeUri",
                json!(format!("../target/lambda/{function}/bootstrap.zip")),
            ),
            ("Role", json!({"Fn::GetAtt": [format!("{name}Role"), "Arn"]})),
            (
                "LoggingConfig",
                json!({"LogGroup": {"Ref": format!("{name}LogGroup")}}),
            ),
        ];
        for (key, value) in expected {
            if properties[key] != value {
                problems.push(format!("{name} has the wrong {key}"));
            }
        }
        for own in ["LogGroup", "Role"] {
            if template.properties(&format!("{name}{own}")).is_null() {
                problems.push(format!("{name} has no {own}"));
            }
        }
    }
    problems.extend(
        found
            .into_iter()
            .map(|id| format!("{id} is not a function of the workspace")),
    );
    problems
}

fn settings(template: &Template, name: &str) -> BTreeSet<String> {
    let properties = template.properties(&format!("{name}Function"));
    let variables = properties["Environment"]["Variables"].as_object();
    variables
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect()
}

/// Each function gets the environment variables of its contract page. Another test compares the page with its `Config`.
fn wrong_settings(template: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, function) in deployed() {
        let read = rows(&page(function), "setting")
            .into_iter()
            .map(|row| row[0].clone());
        let (read, given) = (read.collect(), settings(template, &name));
        problems.extend(
            given
                .difference(&read)
                .map(|setting| format!("{name} does not read {setting}")),
        );
        problems.extend(
            read.difference(&given)
                .map(|setting| format!("{name} lacks {setting}")),
        );
    }
    problems
}

/// No environment variable refers to another function, and only `CreateUser`'s refer to the state machine.
fn references_to_others(template: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, function) in deployed() {
        let properties = template.properties(&format!("{name}Function"));
        let environment = properties["Environment"].to_string();
        for other in FUNCTIONS.into_iter().filter(|other| *other != function) {
            if [other, &pascal_case(other)]
                .iter()
                .any(|word| environment.contains(word))
            {
                problems.push(format!("{name} refers to {}", pascal_case(other)));
            }
        }
        if environment.contains("SignUp") && function != "create-user" {
            problems.push(format!("{name} refers to the state machine"));
        }
    }
    problems
}

/// The timeout of a contract page, in seconds.
fn timeout(function: &str) -> u64 {
    let page = page(function);
    let row = page.lines().find_map(|line| line.strip_prefix("| timeout | "));
    row.and_then(|row| row.split(' ').next())
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or_else(|| panic!("{function} has no timeout"))
}

/// Each function has the timeout of its contract.
fn wrong_timeouts(template: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, function) in deployed() {
        let properties = template.properties(&format!("{name}Function"));
        if properties["Timeout"] != timeout(function) {
            problems.push(format!(
                "{name} has a timeout of {} s, and its contract says {} s",
                properties["Timeout"],
                timeout(function)
            ));
        }
    }
    problems
}

fn assert_contract_says<F: Function>(function: &str) {
    assert_eq!(F::TIMEOUT.as_secs(), timeout(function), "{function}");
}

#[test]
fn all_functions_have_the_same_properties() {
    let template = Template::sign_up();

    assert_eq!(misshapen(&template), Vec::<String>::new());
    let extra = "\n  CleanUpFunction:\n    Type: AWS::Serverless::Function\n\nOutputs:\n";
    for (old, new, problem) in [
        (
            "!GetAtt GetUserRole.Arn",
            "!GetAtt CreateUserRole.Arn",
            "GetUser has the wrong Role",
        ),
        ("  GetUserFunction:", "  GetUsersFunction:", "GetUser is missing"),
        (
            "\nOutputs:\n",
            extra,
            "CleanUpFunction is not a function of the workspace",
        ),
        (
            "      AutoPublishCodeSha256: !Ref Release\n      Timeout: 10\n",
            "      Timeout: 10\n      AutoPublishCodeSha256: !Ref Release\n",
            "StoreUserData has the properties",
        ),
    ] {
        let problems = misshapen(&template.with(old, new));
        assert!(
            problems.iter().any(|found| found.starts_with(problem)),
            "{problem}: {problems:?}"
        );
    }
}

#[test]
fn environment_variables_are_those_that_functions_read() {
    let template = Template::sign_up();

    assert_eq!(wrong_settings(&template), Vec::<String>::new());
    let missing = template.with("          MAIL_FROM: !Ref MailFrom\n", "");
    assert_eq!(wrong_settings(&missing), ["ValidateEmail lacks MAIL_FROM"]);
    let unused = template.with(
        "          MAIL_FROM:",
        "          DEBUG: 'yes'\n          MAIL_FROM:",
    );
    assert_eq!(wrong_settings(&unused), ["ValidateEmail does not read DEBUG"]);
}

#[test]
fn no_function_refers_to_another() {
    let template = Template::sign_up();

    assert_eq!(references_to_others(&template), Vec::<String>::new());
    let mail_from = "MAIL_FROM: !Ref MailFrom";
    for (value, problem) in [
        (
            "MAIL_FROM: !Ref GetUserFunction",
            "ValidateEmail refers to GetUser",
        ),
        (
            "MAIL_FROM: !Sub ${ConfirmContactFunction.Alias}",
            "ValidateEmail refers to ConfirmContact",
        ),
        (
            "MAIL_FROM: confirm-contact",
            "ValidateEmail refers to ConfirmContact",
        ),
        (
            "MAIL_FROM: !Ref SignUpStateMachine",
            "ValidateEmail refers to the state machine",
        ),
    ] {
        assert_eq!(references_to_others(&template.with(mail_from, value)), [problem]);
    }
}

#[test]
fn timeouts_are_those_of_the_contracts() {
    let template = Template::sign_up();

    assert_contract_says::<StoreUserData>("store-user-data");
    assert_contract_says::<ValidateEmail>("validate-email");
    assert_contract_says::<ValidateContacts>("validate-contacts");
    assert_contract_says::<SetUserStatus>("set-user-status");
    assert_contract_says::<NotifyWebhook>("notify-webhook");
    assert_eq!(wrong_timeouts(&template), Vec::<String>::new());
    assert_eq!(
        wrong_timeouts(&template.with("Timeout: 25", "Timeout: 3")),
        ["NotifyWebhook has a timeout of 3 s, and its contract says 25 s"]
    );
}
