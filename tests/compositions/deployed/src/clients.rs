//! The functions' clients: those of AWS, but for the port that starts or completes a workflow, which the composition serves.

use compositions::Output;
use confirm_contact::{CompleteTask, Completion, TaskFault, Verifications};
use contracts::sign_up::SignUpInput;
use contracts::values::{Cause, EmailConfirmed, TaskToken};
use create_user::{AcceptSignUp, StartFault, StartSignUp};
use futures::channel::{mpsc, oneshot};
use kit::limit::TakeTokens;
use kit::{Clock, HasClock};
use simulation::WorkflowRequest;

/// A request of a handler to the composition around it, and where the response goes.
pub(crate) type Request = (WorkflowRequest, oneshot::Sender<Output>);

/// The clients of a function that is part of a composition in code.
#[derive(Debug, Clone)]
pub(crate) struct Clients {
    pub(crate) aws: kit::Aws,
    pub(crate) requests: mpsc::UnboundedSender<Request>,
}

impl HasClock for Clients {
    fn clock(&self) -> impl Clock {
        self.aws.clock()
    }
}

impl create_user::Clients for Clients {
    fn sign_ups(&self, table: String) -> impl AcceptSignUp {
        create_user::Clients::sign_ups(&self.aws, table)
    }

    fn tokens(&self, table: String) -> impl TakeTokens {
        create_user::Clients::tokens(&self.aws, table)
    }

    fn workflow(&self, _: String) -> impl StartSignUp {
        Workflow(self.requests.clone())
    }
}

impl confirm_contact::Clients for Clients {
    fn verifications(&self, table: String) -> impl Verifications {
        confirm_contact::Clients::verifications(&self.aws, table)
    }

    fn tokens(&self, table: String) -> impl TakeTokens {
        confirm_contact::Clients::tokens(&self.aws, table)
    }

    fn tasks(&self) -> impl CompleteTask {
        Workflow(self.requests.clone())
    }
}

/// The workflow: whatever the composition does instead.
struct Workflow(mpsc::UnboundedSender<Request>);

impl Workflow {
    async fn ask(&self, request: WorkflowRequest) -> Result<(), Cause> {
        let (respond, response) = oneshot::channel();
        // Nobody takes it if the function is not running: then there is no response either.
        let _ = self.0.unbounded_send((request, respond));
        match response.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(failure)) => Err(failure.name.into()),
            Err(canceled) => Err(canceled.into()),
        }
    }
}

impl StartSignUp for Workflow {
    async fn start(&self, input: &SignUpInput) -> Result<(), StartFault> {
        let request = WorkflowRequest::Start(input.clone());
        self.ask(request).await.map_err(StartFault)
    }
}

impl CompleteTask for Workflow {
    async fn complete(&self, token: &TaskToken, output: &EmailConfirmed) -> Result<Completion, TaskFault> {
        let request = WorkflowRequest::Complete(token.clone(), output.clone());
        match self.ask(request).await {
            Ok(()) => Ok(Completion::Completed),
            Err(source) => Err(TaskFault::Unavailable { source }),
        }
    }
}
