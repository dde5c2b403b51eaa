//! What functions do outside: operations on the store, the mail service and the endpoint.

use futures::future::AbortHandle;
use simulation::{Operation, Service, Verdict};

use super::Cloud;
use crate::faults::{Caller, Decision};
use crate::parameters::Latency;

impl Cloud {
    /// Performs an operation, with the fault that is injected there.
    pub(super) async fn operate(&self, operation: Operation) -> Verdict {
        let latency = match operation.service() {
            // Nobody is texted here: the compositions confirm the address alone.
            Service::Mail | Service::MailQuota | Service::Sms => Latency::Ses,
            Service::Webhook => Latency::Webhook,
            Service::Secrets => Latency::Secret,
            Service::Table | Service::StepFunctions | Service::Lambda => Latency::Dynamodb,
        };
        self.ledger().operations.push(operation);
        let verdict = self.0.injector.borrow_mut().verdict(operation, self.now());
        self.take(latency).await;
        let verdict = match verdict {
            Decision::Crash(caller) => {
                self.crash(caller);
                Verdict::Do
            }
            Decision::Verdict(verdict) => verdict,
        };
        if verdict != Verdict::Fail {
            self.note(operation);
        }
        verdict
    }

    /// Crashes the callers that wait at this moment.
    fn crash(&self, caller: Caller) {
        let callers = self.0.callers.borrow();
        match caller {
            Caller::Page => callers.pages.iter().for_each(AbortHandle::abort),
            Caller::Functions => {
                let waiting = callers
                    .functions
                    .iter()
                    .filter(|function| function.responses.get() > 0);
                waiting.for_each(|function| function.abort.abort());
            }
        }
    }
}
