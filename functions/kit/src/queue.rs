//! Functions behind a queue of SQS: batches of messages, and a response that names those to be received again.
//!
//! Source: [Reporting batch item
//! failures](https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting).

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::failure::{Failure, chain};

/// The use case of a function that takes messages from a queue.
pub trait QueueFunction: Send + Sync + 'static {
    /// The body of a message, in JSON.
    type Message: DeserializeOwned + Send;
    type Error: std::error::Error + Send;

    /// Handles one message. One that fails is received again, up to the queue's limit, and then kept by its dead-letter queue.
    fn handle(&self, message: Self::Message) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

#[derive(Deserialize)]
struct Batch {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    message_id: String,
    body: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Handled {
    batch_item_failures: Vec<ItemFailure>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ItemFailure {
    item_identifier: String,
}

/// Handles the messages one after the other, each whatever became of those before it.
pub(crate) async fn handle<Q: QueueFunction>(function: &Q, event: Value) -> Result<Value, Failure> {
    let batch: Batch = serde_path_to_error::deserialize(event)
        .map_err(|error| Failure::invalid_input(&error.path().to_string()))?;
    let mut batch_item_failures = Vec::new();
    for record in batch.records {
        if !handle_one(function, &record).await {
            let item_identifier = record.message_id;
            batch_item_failures.push(ItemFailure { item_identifier });
        }
    }
    Ok(crate::handler::to_json(&Handled { batch_item_failures }))
}

async fn handle_one<Q: QueueFunction>(function: &Q, record: &Record) -> bool {
    let id = &record.message_id;
    // serde's own message may quote the body.
    let Ok(message) = serde_json::from_str(&record.body) else {
        tracing::error!(message = id, "the message cannot be read");
        return false;
    };
    match function.handle(message).await {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(
                message = id,
                error = chain(&error),
                "the message is to be received again"
            );
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Takes even numbers.
    struct Even;

    #[derive(Debug, thiserror::Error)]
    #[error("odd")]
    struct Odd;

    impl QueueFunction for Even {
        type Message = u32;
        type Error = Odd;

        async fn handle(&self, message: u32) -> Result<(), Odd> {
            if message.is_multiple_of(2) {
                Ok(())
            } else {
                Err(Odd)
            }
        }
    }

    fn batch(bodies: [&str; 4]) -> Value {
        let records: Vec<_> = bodies
            .iter()
            .enumerate()
            .map(|(index, body)| json!({"messageId": index.to_string(), "body": body, "eventSource": "aws:sqs"}))
            .collect();
        json!({ "Records": records })
    }

    #[tokio::test]
    async fn messages_that_fail_are_named_and_the_others_are_handled() {
        let handled = handle(&Even, batch(["2", "3", "not a number", "4"])).await;

        let expected = json!({"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "2"}]});
        assert_eq!(handled.unwrap(), expected);
    }

    #[tokio::test]
    async fn an_event_that_is_no_batch_is_invalid_input() {
        let failure = handle(&Even, json!({"Records": [{"body": "2"}]}))
            .await
            .unwrap_err();

        assert_eq!(failure.name, "InvalidInput");
    }
}
