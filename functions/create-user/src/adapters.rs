//! Adapters: the ports on AWS. No other file imports an AWS SDK.

pub(crate) mod dynamodb;
pub(crate) mod step_functions;

use kit::{Aws, Clock, SystemClock};

use crate::ports::{AcceptSignUp, Clients, StartSignUp};
use dynamodb::DynamoSignUps;
use step_functions::StepFunctionsSignUp;

impl Clients for Aws {
    fn sign_ups(&self, table: String) -> impl AcceptSignUp {
        DynamoSignUps(self.table(table))
    }

    fn workflow(&self, state_machine: String) -> impl StartSignUp {
        StepFunctionsSignUp::new(aws_sdk_sfn::Client::new(self.config()), state_machine)
    }

    fn clock(&self) -> impl Clock {
        SystemClock
    }
}
