//! Wildcards in policies, and findings of linters that are suppressed.

use serde_json::Value;

use super::Template;

/// All actions of all policies.
fn actions<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(entries) => {
            for (key, inner) in entries {
                if key == "Action" {
                    found.extend(inner.as_str());
                    found.extend(inner.as_array().into_iter().flatten().filter_map(Value::as_str));
                }
                actions(inner, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| actions(item, found)),
        _ => {}
    }
}

fn broad_actions(template: &Template) -> Vec<String> {
    let mut found = Vec::new();
    actions(&template.value, &mut found);
    assert!(!found.is_empty());
    found.retain(|action| action.contains('*'));
    found.into_iter().map(str::to_owned).collect()
}

/// Wildcards and suppressed lint findings without a comment on the line before.
fn without_a_reason(template: &Template) -> Vec<String> {
    let lines: Vec<_> = template.text.lines().map(str::trim).collect();
    let pairs = lines.iter().zip(lines.iter().skip(1));
    pairs
        .filter(|(before, line)| {
            let pattern = line.starts_with("AllowedPattern:");
            // An unquoted star at the start of a value is a YAML alias.
            let wildcard = line.replace(" *", "").contains('*');
            let asks = wildcard && !line.starts_with('#') && !pattern || line.starts_with("ignore_checks:");
            asks && !before.starts_with('#')
        })
        .map(|(_, line)| (*line).to_owned())
        .collect()
}

/// Findings of Checkov that are suppressed without a reason: for a resource, by its metadata, or for all, by Checkov's settings.
fn unexplained(template: &Template, settings: &str) -> Vec<String> {
    let resources = template.value["Resources"].as_object().unwrap();
    let skipped = resources
        .values()
        .filter_map(|resource| resource["Metadata"]["checkov"]["skip"].as_array())
        .flatten();
    let of_resources = skipped
        .filter(|skip| skip["comment"].as_str().is_none_or(str::is_empty))
        .map(|skip| skip["id"].as_str().unwrap_or_default().to_owned());
    let lines: Vec<_> = settings.lines().map(str::trim).collect();
    let pairs = lines.iter().zip(lines.iter().skip(1));
    let of_all = pairs
        .filter(|(before, line)| line.starts_with("- CKV") && !before.starts_with('#'))
        .map(|(_, line)| line.trim_start_matches("- ").to_owned());
    of_resources.chain(of_all).collect()
}

#[test]
fn no_action_has_a_wildcard() {
    let template = Template::sign_up();

    assert_eq!(broad_actions(&template), Vec::<String>::new());
    for action in ["dynamodb:*", "dynamodb:Put*", "'*'"] {
        let planted = template.with("dynamodb:PutItem", action);
        assert_eq!(broad_actions(&planted), [action.trim_matches('\'')]);
    }
}

#[test]
fn wildcards_and_suppressed_findings_have_a_comment() {
    let template = Template::sign_up();

    assert_eq!(without_a_reason(&template), Vec::<String>::new());
    let planted = template.with("Resource: !GetAtt Table.Arn", "Resource: '*'");
    assert_eq!(without_a_reason(&planted), ["Resource: '*'"]);
    let planted = template.with(
        "          # Packaging replaces the path by a bucket and a key.\n",
        "",
    );
    assert_eq!(without_a_reason(&planted), ["ignore_checks: [E3012]"]);
}

#[test]
fn findings_of_checkov_are_suppressed_with_a_reason() {
    let settings = include_str!("../../../infra/checkov.yaml");
    let template = Template::sign_up();

    for template in [&template, &Template::deployer(), &Template::observability()] {
        assert_eq!(unexplained(template, settings), Vec::<String>::new());
    }
    let planted = template.with(
        "            comment: With a customer",
        "            remark: With a customer",
    );
    assert_eq!(unexplained(&planted, settings), ["CKV_AWS_119"]);
    let planted = settings.replacen("skip-check:\n", "skip-check:\n  - CKV_AWS_1\n", 1);
    assert_eq!(unexplained(&template, &planted), ["CKV_AWS_1"]);
}
