//! A stack's resources, read through AWS's APIs.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sfn::types::{ExecutionStatus, HistoryEvent};
use contracts::table::{self, PK, reference};
use contracts::values::{LinkToken, UserId};
use kit::aws::dynamodb::string;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::eventually;
use super::settings::Stack;

/// The name of the inline policy of each function's role in the template.
const POLICY: &str = "Permissions";

/// An item of the table.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// Clients and names of the stack's resources.
#[derive(Debug)]
pub(crate) struct Aws {
    dynamodb: aws_sdk_dynamodb::Client,
    states: aws_sdk_sfn::Client,
    iam: aws_sdk_iam::Client,
    table: String,
    state_machine: String,
}

impl Aws {
    pub(super) async fn new(stack: &Stack) -> Self {
        let config = kit::aws::loader().load().await;
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(&config),
            states: aws_sdk_sfn::Client::new(&config),
            iam: aws_sdk_iam::Client::new(&config),
            table: stack.table.clone(),
            state_machine: stack.state_machine.clone(),
        }
    }

    /// An item of the table.
    pub(crate) async fn item(&self, key: String) -> Option<Item> {
        let response = self
            .dynamodb
            .get_item()
            .table_name(&self.table)
            .key(PK, string(key))
            .consistent_read(true)
            .send()
            .await
            .unwrap();
        response.item
    }

    /// Adds a link to the user's verification, as if it had been mailed, and returns its token.
    pub(super) async fn add_link(&self, id: &UserId) -> String {
        let token = LinkToken::generate().unwrap();
        self.dynamodb
            .put_item()
            .table_name(&self.table)
            .item(PK, string(table::link_key(&token.hash())))
            .item(reference::USER_ID, string(id.as_str()))
            .send()
            .await
            .unwrap();
        token.expose()
    }

    /// Waits for the end of the user's execution; returns its status and output.
    pub(crate) async fn end(&self, id: &UserId) -> (ExecutionStatus, Value) {
        let arn = self.execution(id);
        let ended = eventually(async || {
            let response = self
                .states
                .describe_execution()
                .execution_arn(&arn)
                .send()
                .await
                .unwrap();
            (*response.status() != ExecutionStatus::Running).then_some(response)
        })
        .await;
        let output = ended
            .output()
            .map_or(Value::Null, |output| serde_json::from_str(output).unwrap());
        (ended.status().clone(), output)
    }

    /// The first thousand events of the user's execution.
    pub(crate) async fn history(&self, id: &UserId) -> Vec<HistoryEvent> {
        let request = self
            .states
            .get_execution_history()
            .execution_arn(self.execution(id));
        request.max_results(1000).send().await.unwrap().events
    }

    /// The ARN of the user's execution.
    fn execution(&self, id: &UserId) -> String {
        let executions = self.state_machine.replace(":stateMachine:", ":execution:");
        format!("{executions}:{id}")
    }

    /// The inline policy of a function's role.
    pub(crate) async fn policy(&self, role: &str) -> String {
        let request = self.iam.get_role_policy().role_name(role).policy_name(POLICY);
        let response = request.send().await.unwrap();
        percent_decode_str(response.policy_document())
            .decode_utf8()
            .unwrap()
            .into_owned()
    }

    /// Replaces the inline policy of a function's role.
    pub(crate) async fn put_policy(&self, role: &str, document: &str) {
        let request = self.iam.put_role_policy().role_name(role).policy_name(POLICY);
        request.policy_document(document).send().await.unwrap();
    }
}
