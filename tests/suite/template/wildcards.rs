//! Wildcards in policies.

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
