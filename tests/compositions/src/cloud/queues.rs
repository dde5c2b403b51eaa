//! SQS queues with a function that consumes them, alone or behind an SNS topic.

use serde_json::{Value, json};

use super::{Cloud, Running};
use crate::ledger::Node;
use crate::parameters::{Item, Latency};
use crate::platform::{Platform, Queue, RunningFunction, Topic};

/// How often a message is received before it is a dead letter.
///
/// Source: [Creating and configuring an Amazon SQS event source
/// mapping](https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html): at least five.
const MAX_RECEIVES: u64 = 5;

impl Running {
    pub(super) async fn send_to(&self, queue: &'static Queue, message: Value) {
        self.count(Item::SqsRequest);
        self.know(queue.name);
        let cloud = self.platform().clone();
        // What was published begins with the call, and not with its response.
        self.platform().spawn(cloud.deliver(queue, message, Latency::Sqs));
        self.wait_for_service().await;
    }

    pub(super) async fn publish_to(&self, topic: &'static Topic, message: Value) {
        self.count(Item::SnsPublish);
        self.know(topic.name);
        for queue in topic.subscribers {
            let cloud = self.platform().clone();
            self.platform()
                .spawn(cloud.deliver(queue, message.clone(), Latency::SnsToSqs));
        }
        self.wait_for_service().await;
    }

    fn know(&self, service: &'static str) {
        let known = (Node::Function(self.name()), Node::Service(service));
        self.platform().ledger().names.insert(known);
    }
}

impl Cloud {
    async fn deliver(self, queue: &'static Queue, message: Value, latency: Latency) {
        let known = (Node::Service(queue.name), Node::Function(queue.consumer));
        self.ledger().names.insert(known);
        self.take(latency).await;
        for _ in 0..MAX_RECEIVES {
            self.ledger().count(Item::SqsRequest, 1);
            let event = json!({"message": message});
            if self.execute(queue.consumer, event).await.is_ok() {
                self.ledger().count(Item::SqsRequest, 1);
                return;
            }
            self.sleep(queue.visibility_timeout).await;
            self.take(Latency::Sqs).await;
        }
        self.ledger().dead_letters += 1;
    }
}
