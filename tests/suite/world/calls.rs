//! The calls of DynamoDB that the functions of a world make.

use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

tokio::task_local! {
    /// The name of the function that is running.
    static FUNCTION: &'static str;
}

/// Runs an invocation of this function.
pub(super) async fn of<F: Future>(function: &'static str, invocation: F) -> F::Output {
    FUNCTION.scope(function, invocation).await
}

/// The calls, each with its function and its operation, in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calls(Arc<Mutex<Vec<(&'static str, String)>>>);

impl Calls {
    /// Takes the calls since the last time.
    pub(crate) fn take(&self) -> Vec<(&'static str, String)> {
        std::mem::take(&mut self.0.lock().unwrap())
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
            self.0.0.lock().unwrap().push((function, operation));
        }
        Ok(())
    }
}
