//! What functions do outside: operations on the store, the mail service and the endpoint.

use simulation::{Operation, Service, Verdict};

use super::Cloud;
use crate::faults::{Decision, Victim};
use crate::parameters::Latency;

impl Cloud {
    /// Performs an operation, with the fault that is injected there.
    pub(super) async fn operate(&self, operation: Operation) -> Verdict {
        let latency = match operation.service() {
            Service::Mail => Latency::Ses,
            Service::Webhook => Latency::Webhook,
            Service::Secrets => Latency::Secret,
            Service::Table | Service::StepFunctions | Service::Lambda => Latency::Dynamodb,
        };
        self.ledger().operations.push(operation);
        let verdict = self.0.injector.borrow_mut().verdict(operation, self.now());
        self.take(latency).await;
        let verdict = match verdict {
            Decision::Kill(victim) => {
                self.kill(victim);
                Verdict::Do
            }
            Decision::Verdict(verdict) => verdict,
        };
        if verdict != Verdict::Fail {
            self.note(operation);
        }
        verdict
    }

    /// Kills who waits at this moment.
    fn kill(&self, victim: Victim) {
        let mut mortals = self.0.mortals.borrow_mut();
        let victims = match victim {
            Victim::Page => &mut mortals.pages,
            Victim::Functions => &mut mortals.functions,
        };
        for victim in victims.drain(..) {
            victim.abort();
        }
    }
}
