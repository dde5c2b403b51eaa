//! The ports of `create-user`.

use ::create_user::{AcceptSignUp, Acceptance, Accepted, StartFault, StartSignUp, StoreFault};
use asl::Function as _;
use contracts::sign_up::{SignUp, SignUpInput};
use simulator::RequestError;

use super::Ports;
use crate::fault::Step;
use crate::watch::Rule;

impl AcceptSignUp for Ports {
    async fn accept(&self, acceptance: &Acceptance) -> Result<Accepted, StoreFault> {
        self.table(Step::AcceptSignUp, |inner| {
            let accepted = inner.table.accept(acceptance);
            let word = match &accepted {
                Some(Accepted::New) => "new",
                Some(Accepted::Before { .. }) => "known by its key",
                None => "refused",
            };
            if accepted == Some(Accepted::New) {
                let sign_up = inner.running.sign_up;
                inner.owners.insert(acceptance.user_id.clone(), sign_up);
            }
            (accepted, word)
        })
        .await
    }
}

impl StartSignUp for Ports {
    async fn start(&self, input: &SignUpInput) -> Result<(), StartFault> {
        self.step(
            Step::StartSignUp,
            |inner| {
                let Ok(json) = serde_json::to_value(input) else {
                    return (Err(StartFault("the input is no JSON".into())), "no JSON");
                };
                let now = inner.time();
                match inner
                    .machines
                    .start_execution(SignUp::NAME, input.user_id.as_str(), json, now)
                {
                    Ok(arn) => {
                        let user = input.user_id.clone();
                        inner.watch.started.insert(user.clone());
                        let before = inner.workflows.insert(user, arn).is_some();
                        (Ok(()), if before { "runs already" } else { "started" })
                    }
                    Err(RequestError::ExecutionAlreadyExists { .. }) => (Ok(()), "started before"),
                    Err(error) => {
                        // Only a machine that cannot be run comes to this: nothing would be shown by going on.
                        inner.watch.violate(Rule::Started, error.to_string());
                        (Err(StartFault(error.into())), "refused")
                    }
                }
            },
            || StartFault("as planned".into()),
        )
        .await
    }
}
