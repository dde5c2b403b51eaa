//! The ports of `create-user`.

use ::create_user::{
    AcceptResult, AcceptSignUp, Acceptance, StartFault, StartSignUp, StoreFault, TakeTokens,
};
use asl::Function as _;
use contracts::sign_up::{SignUp, SignUpInput};
use simulator::RequestError;

use super::Ports;
use crate::fault::Operation;
use crate::invariants::Invariant;
use crate::world::WorkflowRequest;

impl ::create_user::Clients for Ports {
    fn sign_ups(&self, _: String) -> impl AcceptSignUp {
        self.clone()
    }

    fn tokens(&self, _: String) -> impl TakeTokens {
        self.clone()
    }

    fn workflow(&self, _: String) -> impl StartSignUp {
        self.clone()
    }
}

impl AcceptSignUp for Ports {
    async fn accept(&self, acceptance: &Acceptance) -> Result<AcceptResult, StoreFault> {
        self.table(Operation::AcceptSignUp, |state| {
            let accepted = state.table.accept(acceptance);
            let word = match &accepted {
                Some(AcceptResult::New) => "new",
                Some(AcceptResult::Before { .. }) => "known by its key",
                None => "refused",
            };
            if accepted == Some(AcceptResult::New) {
                let sign_up = state.running.sign_up;
                state.owners.insert(acceptance.user_id.clone(), sign_up);
                state.on_new_sign_up();
            }
            (accepted, word)
        })
        .await
    }
}

impl StartSignUp for Ports {
    async fn start(&self, input: &SignUpInput) -> Result<(), StartFault> {
        let fault = || StartFault("as planned".into());
        if !self.has_step_functions() {
            let request = WorkflowRequest::Start(input.clone());
            return self.hand_over(Operation::StartSignUp, request, fault).await;
        }
        self.perform(
            Operation::StartSignUp,
            |state| {
                let Ok(json) = serde_json::to_value(input) else {
                    return (Err(StartFault("the input is no JSON".into())), "no JSON");
                };
                let now = state.time();
                match state
                    .machines
                    .start_execution(SignUp::NAME, input.user_id.as_str(), json, now)
                {
                    Ok(arn) => {
                        let user = input.user_id.clone();
                        state.monitor.started.insert(user.clone());
                        let before = state.workflows.insert(user, arn).is_some();
                        (Ok(()), if before { "runs already" } else { "started" })
                    }
                    Err(RequestError::ExecutionAlreadyExists { .. }) => (Ok(()), "started before"),
                    Err(error) => {
                        // The machine cannot be run, so that the rest of the run would test nothing.
                        state
                            .monitor
                            .violate(Invariant::AcceptedIsStarted, error.to_string());
                        (Err(StartFault(error.into())), "refused")
                    }
                }
            },
            fault,
        )
        .await
    }
}
