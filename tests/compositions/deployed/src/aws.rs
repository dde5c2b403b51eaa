//! The platform: AWS, or an emulator of it.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use compositions::{CRASHED, Output, Platform};
use contracts::values::Timestamp;
use kit::{Clock, Failure, HasClock, chain};
use serde_json::Value;

use crate::Settings;

/// The timeout of an invocation: that of the functions in `deploy.py`.
const INVOCATION: Duration = Duration::from_secs(30);

/// AWS, as a composition's functions and people see it.
#[derive(Debug, Clone)]
pub struct Aws {
    settings: Settings,
    clients: kit::Aws,
    lambda: aws_sdk_lambda::Client,
    sns: aws_sdk_sns::Client,
    sqs: aws_sdk_sqs::Client,
}

impl Aws {
    pub fn new(settings: Settings, clients: kit::Aws) -> Self {
        let config = clients.config();
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(INVOCATION)
            .operation_timeout(INVOCATION)
            .build();
        // The composition itself calls again.
        let patient = aws_sdk_lambda::config::Builder::from(config)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::disabled())
            .build();
        Self {
            lambda: aws_sdk_lambda::Client::from_conf(patient),
            sns: aws_sdk_sns::Client::new(config),
            sqs: aws_sdk_sqs::Client::new(config),
            settings,
            clients,
        }
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The clients of the functions' own adapters.
    pub fn clients(&self) -> &kit::Aws {
        &self.clients
    }

    /// Invokes a function, and waits for its response.
    ///
    /// # Errors
    ///
    /// The function's own, or `LambdaUnavailable`.
    pub async fn invoke(&self, name: &str, event: &Value) -> Output {
        let sent = self
            .lambda
            .invoke()
            .function_name(self.function(name))
            .payload(blob(event));
        let response = sent.send().await.map_err(|error| unavailable("Lambda", &error))?;
        let payload = response.payload.map(Blob::into_inner).unwrap_or_default();
        let payload = serde_json::from_slice(&payload).unwrap_or(Value::Null);
        match response.function_error {
            None => Ok(payload),
            Some(_) => Err(failure(&payload)),
        }
    }

    /// Leaves an event for a function to Lambda.
    ///
    /// # Errors
    ///
    /// `LambdaUnavailable`.
    pub async fn leave_event(&self, name: &str, event: &Value) -> Result<(), Failure> {
        let sent = self
            .lambda
            .invoke()
            .function_name(self.function(name))
            .invocation_type(InvocationType::Event)
            .payload(blob(event));
        sent.send().await.map_err(|error| unavailable("Lambda", &error))?;
        Ok(())
    }

    /// Sends a message to a queue.
    ///
    /// # Errors
    ///
    /// `QueueUnavailable`.
    pub async fn send(&self, queue: &str, message: &Value) -> Result<(), Failure> {
        let sent = self
            .sqs
            .send_message()
            .queue_url(format!("{}{queue}", self.settings.queues))
            .message_body(message.to_string());
        sent.send().await.map_err(|error| unavailable("Queue", &error))?;
        Ok(())
    }

    /// Publishes a message to a topic, whose subscriptions are part of the deployment.
    ///
    /// # Errors
    ///
    /// `TopicUnavailable`.
    pub async fn publish(&self, topic: &str, message: &Value) -> Result<(), Failure> {
        let sent = self
            .sns
            .publish()
            .topic_arn(format!("{}{topic}", self.settings.topics))
            .message(message.to_string());
        sent.send().await.map_err(|error| unavailable("Topic", &error))?;
        Ok(())
    }

    fn function(&self, name: &str) -> String {
        format!("{}{name}", self.settings.functions)
    }
}

impl Platform for Aws {
    async fn request(&self, name: &'static str, event: Value) -> Output {
        self.invoke(name, &event).await
    }

    async fn call_from_client(&self, name: &'static str, event: Value) -> Output {
        self.invoke(name, &event).await
    }

    fn spawn(&self, work: impl Future<Output = ()> + 'static) {
        tokio::task::spawn_local(work);
    }

    fn timestamp(&self) -> Timestamp {
        self.clients.clock().now()
    }

    async fn sleep(&self, micros: u64) {
        tokio::time::sleep(Duration::from_micros(micros)).await;
    }
}

fn blob(event: &Value) -> Blob {
    Blob::new(event.to_string())
}

/// The error of an invocation, as Lambda returns it.
fn failure(payload: &Value) -> Failure {
    let text = |key| payload.get(key).and_then(Value::as_str);
    Failure {
        name: text("errorType").unwrap_or(CRASHED).to_owned(),
        message: text("errorMessage").unwrap_or_default().to_owned(),
    }
}

/// The failure of a call that the service did not accept.
fn unavailable(service: &str, error: &dyn Error) -> Failure {
    Failure {
        name: format!("{service}Unavailable"),
        message: chain(error),
    }
}
