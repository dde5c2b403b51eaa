//! Adapters: the ports on AWS. No other file imports an AWS SDK.

pub(crate) mod dynamodb;
pub(crate) mod step_functions;

use kit::Aws;
use kit::limit::DynamoBuckets;

use crate::ports::{AcceptSignUp, Clients, StartSignUp, TakeTokens};
use dynamodb::DynamoSignUps;
use step_functions::StepFunctionsSignUp;

impl Clients for Aws {
    fn sign_ups(&self, table: String) -> impl AcceptSignUp {
        DynamoSignUps(self.table(table))
    }

    fn tokens(&self, table: String) -> impl TakeTokens {
        DynamoBuckets(self.table(table))
    }

    fn workflow(&self, state_machine: String) -> impl StartSignUp {
        let client = aws_sdk_sfn::Client::new(self.config());
        let rehearsed = client.start_execution().state_machine_arn(&state_machine);
        self.rehearse("Step Functions", async { _ = rehearsed.send().await });
        StepFunctionsSignUp {
            client,
            state_machine,
        }
    }
}
