//! Every function is there, in one shape, with the settings and the limits that it knows of.

use std::collections::BTreeSet;

use asl::Function;
use contracts::notify_webhook::NotifyWebhook;
use contracts::set_user_status::SetUserStatus;
use contracts::store_user_data::StoreUserData;
use contracts::validate_email::ValidateEmail;
use serde_json::{Value, json};

use super::Template;
use crate::contract_pages::{FUNCTIONS, page, rows};

/// What a function's name is in the template: `CreateUser` for `create-user`.
pub(crate) fn pascal(function: &str) -> String {
    function
        .split('-')
        .map(|word| word[..1].to_uppercase() + &word[1..])
        .collect()
}

/// Each function has a log group, a role and itself, written alike; and nothing else is a function.
fn misshapen(template: &Template) -> Vec<String> {
    let mut found: BTreeSet<_> = template
        .resources("AWS::Serverless::Function")
        .map(|(id, _)| id.to_owned())
        .collect();
    let mut diagnostics = Vec::new();
    let keys = |value: &Value| -> Vec<String> {
        let object = value.as_object().into_iter().flatten();
        object.map(|(key, _)| key.clone()).collect()
    };
    let model = keys(template.properties("CreateUserFunction"));
    for function in FUNCTIONS {
        let name = pascal(function);
        let properties = template.properties(&format!("{name}Function"));
        if !found.remove(&format!("{name}Function")) {
            diagnostics.push(format!("{name} is missing"));
        }
        if keys(properties) != model {
            diagnostics.push(format!("{name} has the properties {:?}", keys(properties)));
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
                diagnostics.push(format!("{name} has another {key} than its own"));
            }
        }
        for own in ["LogGroup", "Role"] {
            if template.properties(&format!("{name}{own}")).is_null() {
                diagnostics.push(format!("{name} has no {own}"));
            }
        }
    }
    diagnostics.extend(
        found
            .into_iter()
            .map(|id| format!("{id} is no function of the workspace")),
    );
    diagnostics
}

fn settings(template: &Template, function: &str) -> BTreeSet<String> {
    let properties = template.properties(&format!("{}Function", pascal(function)));
    let variables = properties["Environment"]["Variables"].as_object();
    variables
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect()
}

/// Each function gets the settings of its contract page, which are those that it reads.
fn settings_that_differ(template: &Template) -> Vec<String> {
    let mut diagnostics = Vec::new();
    for function in FUNCTIONS {
        let read = rows(&page(function), "setting")
            .into_iter()
            .map(|row| row[0].clone());
        let (read, given) = (read.collect(), settings(template, function));
        let name = pascal(function);
        diagnostics.extend(
            given
                .difference(&read)
                .map(|setting| format!("{name} reads no {setting}")),
        );
        diagnostics.extend(
            read.difference(&given)
                .map(|setting| format!("{name} is not given {setting}")),
        );
    }
    diagnostics
}

/// No function is told of another, and only the one that starts sign-ups is told of the state machine.
fn functions_that_know_others(template: &Template) -> Vec<String> {
    let mut diagnostics = Vec::new();
    for function in FUNCTIONS {
        let name = pascal(function);
        let properties = template.properties(&format!("{name}Function"));
        let environment = properties["Environment"].to_string();
        for other in FUNCTIONS.into_iter().filter(|other| *other != function) {
            if [other, &pascal(other)]
                .iter()
                .any(|word| environment.contains(word))
            {
                diagnostics.push(format!("{name} knows {}", pascal(other)));
            }
        }
        if environment.contains("SignUp") && function != "create-user" {
            diagnostics.push(format!("{name} knows the state machine"));
        }
    }
    diagnostics
}

/// The time limit of a contract page, in seconds.
fn limit(function: &str) -> u64 {
    let page = page(function);
    let row = page.lines().find_map(|line| line.strip_prefix("| time limit | "));
    row.and_then(|row| row.split(' ').next())
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or_else(|| panic!("{function} has no time limit"))
}

/// Each function may take as long as its contract says, and has its memory written out.
fn limits_that_differ(template: &Template) -> Vec<String> {
    let mut diagnostics = Vec::new();
    for function in FUNCTIONS {
        let name = pascal(function);
        let properties = template.properties(&format!("{name}Function"));
        if properties["Timeout"] != limit(function) {
            diagnostics.push(format!(
                "{name} may take {} s, and its contract says {} s",
                properties["Timeout"],
                limit(function)
            ));
        }
        if !properties["MemorySize"].is_u64() {
            diagnostics.push(format!("{name} has no memory of its own"));
        }
    }
    diagnostics
}

fn contract_says<F: Function>(function: &str) {
    assert_eq!(F::TIMEOUT.as_secs(), limit(function), "{function}");
}

#[test]
fn every_function_is_deployed_in_one_shape() {
    let template = Template::sign_up();

    assert_eq!(misshapen(&template), Vec::<String>::new());
    let extra = "\n  CleanUpFunction:\n    Type: AWS::Serverless::Function\n\nOutputs:\n";
    for (old, new, diagnostic) in [
        (
            "!GetAtt GetUserRole.Arn",
            "!GetAtt CreateUserRole.Arn",
            "GetUser has another Role than its own",
        ),
        ("  GetUserFunction:", "  GetUsersFunction:", "GetUser is missing"),
        (
            "\nOutputs:\n",
            extra,
            "CleanUpFunction is no function of the workspace",
        ),
        (
            "      MemorySize: 256\n      Timeout: 10\n",
            "      Timeout: 10\n      MemorySize: 256\n",
            "StoreUserData has the properties",
        ),
    ] {
        let diagnostics = misshapen(&template.with(old, new));
        assert!(
            diagnostics.iter().any(|found| found.starts_with(diagnostic)),
            "{diagnostic}: {diagnostics:?}"
        );
    }
}

#[test]
fn functions_are_given_the_settings_that_they_read() {
    let template = Template::sign_up();

    assert_eq!(settings_that_differ(&template), Vec::<String>::new());
    let missing = template.with("          MAIL_FROM: !Ref MailFrom\n", "");
    assert_eq!(
        settings_that_differ(&missing),
        ["ValidateEmail is not given MAIL_FROM"]
    );
    let unused = template.with(
        "          MAIL_FROM:",
        "          DEBUG: 'yes'\n          MAIL_FROM:",
    );
    assert_eq!(settings_that_differ(&unused), ["ValidateEmail reads no DEBUG"]);
}

#[test]
fn no_function_is_told_of_another() {
    let template = Template::sign_up();

    assert_eq!(functions_that_know_others(&template), Vec::<String>::new());
    let mail_from = "MAIL_FROM: !Ref MailFrom";
    for (value, diagnostic) in [
        ("MAIL_FROM: !Ref GetUserFunction", "ValidateEmail knows GetUser"),
        (
            "MAIL_FROM: !Sub ${ConfirmEmailFunction.Alias}",
            "ValidateEmail knows ConfirmEmail",
        ),
        ("MAIL_FROM: confirm-email", "ValidateEmail knows ConfirmEmail"),
        (
            "MAIL_FROM: !Ref SignUpStateMachine",
            "ValidateEmail knows the state machine",
        ),
    ] {
        assert_eq!(
            functions_that_know_others(&template.with(mail_from, value)),
            [diagnostic]
        );
    }
}

#[test]
fn functions_may_take_as_long_as_their_contracts_say() {
    let template = Template::sign_up();

    contract_says::<StoreUserData>("store-user-data");
    contract_says::<ValidateEmail>("validate-email");
    contract_says::<SetUserStatus>("set-user-status");
    contract_says::<NotifyWebhook>("notify-webhook");
    assert_eq!(limits_that_differ(&template), Vec::<String>::new());
    assert_eq!(
        limits_that_differ(&template.with("Timeout: 25", "Timeout: 3")),
        ["NotifyWebhook may take 3 s, and its contract says 25 s"]
    );
    assert_eq!(
        limits_that_differ(&template.with("      MemorySize: 256\n", "")),
        ["CreateUser has no memory of its own"]
    );
}
