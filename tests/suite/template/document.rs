//! A template as JSON, with CloudFormation's functions in their long form.

use std::fs;
use std::path::Path;

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// A template, as text and parsed.
#[derive(Debug, Clone)]
pub(super) struct Template {
    pub(super) text: String,
    pub(super) value: Value,
}

impl Template {
    /// The template of the sign-up.
    pub(super) fn sign_up() -> Self {
        Self::read("template.yaml")
    }

    /// The template of dashboard, queries and aggregate alarms.
    pub(super) fn observability() -> Self {
        Self::read("observability.yaml")
    }

    /// The template of the deployer's policies.
    pub(super) fn deployer() -> Self {
        Self::read("deployer.yaml")
    }

    fn read(file: &str) -> Self {
        let infra = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .unwrap()
            .join("infra");
        Self::parse(fs::read_to_string(infra.join(file)).unwrap())
    }

    pub(super) fn parse(text: String) -> Self {
        let value = read_yaml(&text);
        Self { text, value }
    }

    /// A copy with the first occurrence of a text replaced. Panics if there is none.
    pub(super) fn with(&self, old: &str, new: &str) -> Self {
        assert!(self.text.contains(old), "the template has no `{old}`");
        Self::parse(self.text.replacen(old, new, 1))
    }

    /// The resources of a type, by logical id.
    pub(super) fn resources<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let resources = self.value["Resources"].as_object().unwrap().iter();
        resources
            .filter(move |(_, resource)| resource["Type"] == kind)
            .map(|(id, resource)| (id.as_str(), resource))
    }

    /// The properties of a resource; null if there is none.
    pub(super) fn properties(&self, id: &str) -> &Value {
        &self.value["Resources"][id]["Properties"]
    }
}

/// The resources of `template.yaml`.
pub(crate) fn sign_up_resources() -> Value {
    Template::sign_up().value["Resources"].clone()
}

/// The resources of `observability.yaml`.
pub(crate) fn observability_resources() -> Value {
    Template::observability().value["Resources"].clone()
}

/// Parses a YAML document as JSON.
pub(crate) fn read_yaml(text: &str) -> Value {
    let documents = Yaml::load_from_str(text).unwrap();
    json_of(&documents[0])
}

fn json_of(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => json!(value),
        Yaml::Value(Scalar::Integer(value)) => json!(value),
        Yaml::Value(Scalar::FloatingPoint(value)) => json!(value.into_inner()),
        Yaml::Value(Scalar::String(value)) => json!(value),
        Yaml::Sequence(items) => items.iter().map(json_of).collect(),
        Yaml::Mapping(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| (key.as_str().unwrap().to_owned(), json_of(value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Yaml::Tagged(tag, inner) => long_form(&tag.suffix, &json_of(inner)),
        other => panic!("a template has no {other:?}"),
    }
}

/// `!GetAtt Table.Arn` as `{"Fn::GetAtt": ["Table", "Arn"]}`, and so on.
///
/// Source: [Intrinsic function reference](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html).
fn long_form(tag: &str, value: &Value) -> Value {
    match (tag, value) {
        ("Ref" | "Condition", _) => json!({ tag: value }),
        ("GetAtt", Value::String(path)) => {
            let (id, attribute) = path.split_once('.').unwrap();
            json!({ "Fn::GetAtt": [id, attribute] })
        }
        _ => json!({ format!("Fn::{tag}"): value }),
    }
}

#[test]
fn short_form_functions_are_read_as_long_form() {
    let text = "a: !GetAtt Table.Arn\nb: !If [Is, !Ref Table, 7]\nc: {Fn::Sub: '${Table}'}\n";

    let template = Template::parse(text.to_owned());

    let long = json!({
        "a": {"Fn::GetAtt": ["Table", "Arn"]},
        "b": {"Fn::If": ["Is", {"Ref": "Table"}, 7]},
        "c": {"Fn::Sub": "${Table}"},
    });
    assert_eq!(template.value, long);
}
