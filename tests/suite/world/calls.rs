//! The calls of DynamoDB that the functions of a world make.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use contracts::table::PK;
use serde_json::Value;

tokio::task_local! {
    /// The name of the function that is running.
    static FUNCTION: &'static str;
}

/// Runs an invocation of this function.
pub(super) async fn of<F: Future>(function: &'static str, invocation: F) -> F::Output {
    FUNCTION.scope(function, invocation).await
}

/// A function, an action of IAM, and the beginning of the key of an item that it is for, such as `user#`.
pub(crate) type Access = (&'static str, String, String);

#[derive(Debug, Default)]
struct Noted {
    calls: Vec<(&'static str, String)>,
    accesses: BTreeSet<Access>,
}

/// The calls, each with its function and its operation, in their order; and the items that they are for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calls(Arc<Mutex<Noted>>);

impl Calls {
    /// Takes the calls since the last time.
    pub(crate) fn take(&self) -> Vec<(&'static str, String)> {
        std::mem::take(&mut self.0.lock().unwrap().calls)
    }

    /// All accesses so far.
    pub(crate) fn accesses(&self) -> BTreeSet<Access> {
        self.0.lock().unwrap().accesses.clone()
    }

    pub(super) fn interceptor(&self) -> impl Intercept + 'static {
        Note(self.clone())
    }
}

#[derive(Debug)]
struct Note(Calls);

impl Intercept for Note {
    fn name(&self) -> &'static str {
        "NoteCalls"
    }

    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = config
            .load::<Metadata>()
            .map(|metadata| metadata.name().to_owned());
        // The test's own calls belong to no function.
        if let (Ok(function), Some(operation)) = (FUNCTION.try_with(|function| *function), operation) {
            self.0.0.lock().unwrap().calls.push((function, operation));
        }
        Ok(())
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.request().body().bytes().unwrap_or_default();
        let operation = config.load::<Metadata>().map(Metadata::name);
        if let (Ok(function), Some(operation)) = (FUNCTION.try_with(|function| *function), operation) {
            let items = accessed(operation, &serde_json::from_slice(body)?);
            let accesses = items
                .into_iter()
                .map(|(action, item)| (function, format!("dynamodb:{action}"), item));
            self.0.0.lock().unwrap().accesses.extend(accesses);
        }
        Ok(())
    }
}

/// The actions that IAM checks for a request, each with the beginning of its item's key.
fn accessed(operation: &str, request: &Value) -> Vec<(String, String)> {
    let item = |value: &Value| {
        let key = [&value["Key"], &value["Item"], value].map(|one| one[PK]["S"].as_str());
        let key = key.into_iter().flatten().next().unwrap();
        format!("{}#", key.split('#').next().unwrap())
    };
    match operation {
        "TransactWriteItems" => {
            let members = request["TransactItems"].as_array().unwrap().iter();
            let parts = members.flat_map(|member| member.as_object().unwrap());
            parts
                .map(|(kind, part)| {
                    let action = if kind == "ConditionCheck" {
                        "ConditionCheckItem".to_owned()
                    } else {
                        format!("{kind}Item")
                    };
                    (action, item(part))
                })
                .collect()
        }
        "BatchGetItem" => {
            let tables = request["RequestItems"].as_object().unwrap().values();
            let keys = tables.flat_map(|table| table["Keys"].as_array().unwrap());
            keys.map(|key| (operation.to_owned(), item(key))).collect()
        }
        _ => vec![(operation.to_owned(), item(request))],
    }
}
