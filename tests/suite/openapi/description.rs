//! The OpenAPI document, and validation of requests and responses against it.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use crate::template::read_yaml;
use crate::world::ApiResponse;

/// The detail of a code that is well-formed and does not work.
const WRONG_CODE: &str = "is not the code of this sign-up, or no code of it works any more";

/// The document's URI in references between schemas.
const DOCUMENT: &str = "urn:openapi";

/// The OpenAPI document.
pub(crate) struct OpenApi {
    document: Value,
    registry: Registry<'static>,
    /// A cache, by the pointers of the schemas.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl OpenApi {
    /// The published document.
    pub(crate) fn published() -> &'static Self {
        static PUBLISHED: LazyLock<OpenApi> = LazyLock::new(|| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/openapi.yaml");
            let document = read_yaml(&fs::read_to_string(path).unwrap());
            let registry = Registry::new().add(DOCUMENT, document.clone()).unwrap();
            OpenApi {
                document,
                registry: registry.prepare().unwrap(),
                validators: Mutex::default(),
            }
        });
        &PUBLISHED
    }

    pub(crate) fn document(&self) -> &Value {
        &self.document
    }

    /// The value at this JSON pointer with references resolved, and its own pointer.
    pub(crate) fn at(&self, pointer: &str) -> Option<(String, &Value)> {
        let found = self.document.pointer(pointer)?;
        match found["$ref"].as_str() {
            // A schema may have siblings of `$ref`; nothing else may.
            Some(reference) if !pointer.ends_with("/schema") => self.at(reference.strip_prefix('#')?),
            _ => Some((pointer.to_owned(), found)),
        }
    }

    /// The validation errors of the value against the schema at this pointer.
    pub(crate) fn faults(&self, schema: &str, value: &Value) -> Vec<String> {
        let validator = {
            let mut known = self.validators.lock().unwrap();
            let validator = known
                .entry(schema.to_owned())
                .or_insert_with(|| Arc::new(self.validator(schema)));
            Arc::clone(validator)
        };
        validator
            .iter_errors(value)
            .map(|error| error.to_string())
            .collect()
    }

    fn validator(&self, schema: &str) -> Validator {
        let fragment = schema.replace('{', "%7B").replace('}', "%7D");
        jsonschema::options()
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .build(&json!({"$ref": format!("{DOCUMENT}#{fragment}")}))
            .unwrap()
    }

    /// The documented paths.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.document["paths"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
    }

    /// The pointer to the path template that matches.
    fn path(&self, path: &str) -> Option<String> {
        let matches = |template: &str| {
            let (template, path) = (template.split('/'), path.split('/'));
            template.clone().count() == path.clone().count()
                && template
                    .zip(path)
                    .all(|(open, part)| (open.starts_with('{') && !part.is_empty()) || open == part)
        };
        let found = self.paths().find(|template| matches(template))?;
        Some(format!("/paths/{}", escaped(found)))
    }

    /// The pointer to the operation.
    pub(crate) fn operation(&self, method: &str, path: &str) -> Option<String> {
        let pointer = format!("{}/{}", self.path(path)?, method.to_lowercase());
        self.document.pointer(&pointer).map(|_| pointer)
    }

    /// The pointer to the response of this status.
    fn response(&self, method: &str, path: &str, status: u64) -> Option<String> {
        let pointer = match (self.operation(method, path), self.path(path)) {
            (Some(operation), _) => format!("{operation}/responses/{status}"),
            (None, Some(path)) => format!("{path}/x-other-methods"),
            (None, None) => "/x-other-paths".to_owned(),
        };
        self.at(&pointer).map(|(pointer, _)| pointer)
    }

    /// Asserts that the document describes this request and this response.
    pub(crate) fn assert_describes(&self, method: &str, path: &str, event: &Value, actual: &ApiResponse) {
        let place = format!("{method} {path}: {} {}", actual.status, actual.body);
        let Some(response) = self.response(method, path, actual.status) else {
            panic!("not documented: {place}");
        };
        self.assert_is(&response, actual, method, &place);
        if let Some(operation) = self.operation(method, path)
            && event.get("requestContext").is_some()
        {
            // No schema can tell which codes work.
            let is_wrong_code = actual.body["errors"][0]["detail"] == WRONG_CODE;
            let is_rejected = matches!(actual.status, 400 | 413 | 415)
                || (actual.body.get("errors").is_some() && !is_wrong_code);
            let described = self.rejection(&operation, event);
            assert_eq!(
                described,
                is_rejected.then_some(actual.status),
                "{place}, for {}",
                event["body"]
            );
        }
    }

    /// Asserts that the response is as described at this pointer.
    fn assert_is(&self, response: &str, actual: &ApiResponse, method: &str, place: &str) {
        let headers = actual.headers.as_object().unwrap();
        let described = self.document.pointer(response).unwrap();
        let documented = self.headers(response);
        for (name, value) in headers.iter().filter(|(name, _)| *name != "content-type") {
            let header = documented.get(name);
            let header = header.unwrap_or_else(|| panic!("the header {name} is not documented: {place}"));
            let (header, _) = self.at(header).unwrap();
            let faults = self.faults(&format!("{header}/schema"), value);
            assert!(faults.is_empty(), "{place}: {name}: {faults:?}");
        }
        // All documented headers are required.
        for header in documented.keys() {
            assert!(headers.contains_key(header), "{place}: no {header}");
        }
        if method == "HEAD" {
            assert_eq!(actual.body, "", "{place}");
            return;
        }
        let content = headers["content-type"].as_str().unwrap();
        let content = content.split(';').next().unwrap();
        assert!(described["content"].get(content).is_some(), "{place}: {content}");
        let schema = format!("{response}/content/{}/schema", escaped(content));
        let faults = self.faults(&schema, &actual.body);
        assert!(faults.is_empty(), "{place}: {faults:?}");
    }

    /// The pointers to the headers of the response at this pointer, by their names in lower case: its own, and those of every
    /// response.
    fn headers(&self, response: &str) -> HashMap<String, String> {
        let of = |place: &str| -> Vec<_> {
            let headers = self.document.pointer(&format!("{place}/headers"));
            let names = headers.and_then(Value::as_object).into_iter().flatten();
            names
                .map(|(name, _)| (name.to_lowercase(), format!("{place}/headers/{name}")))
                .collect()
        };
        of("/x-every-response").into_iter().chain(of(response)).collect()
    }

    /// The status with which the operation rejects the request, as far as the document determines it.
    fn rejection(&self, operation: &str, event: &Value) -> Option<u64> {
        let body = event["body"].as_str().unwrap_or_default();
        let limit = self.document.pointer(&format!("{operation}/responses/413"));
        if limit.is_some() && body.len() > 16 * 1024 {
            return Some(413);
        }
        if let Some(key) = event["headers"].get("idempotency-key") {
            let (parameter, _) = self.at(&format!("{operation}/parameters/0"))?;
            if !self.faults(&format!("{parameter}/schema"), key).is_empty() {
                return Some(400);
            }
        }
        let contents = self
            .document
            .pointer(&format!("{operation}/requestBody/content"))?;
        let content = event["headers"]["content-type"].as_str().unwrap_or_default();
        if contents.get(content).is_none() {
            return Some(415);
        }
        let Ok(body) = serde_json::from_str::<Value>(body) else {
            return Some(400);
        };
        let schema = format!("{operation}/requestBody/content/{}/schema", escaped(content));
        (!self.faults(&schema, &body).is_empty()).then_some(422)
    }
}

/// Escapes a part of a JSON pointer.
pub(crate) fn escaped(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}
