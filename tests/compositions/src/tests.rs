//! What the article claims, by the measures that its tables are made with.

use simulation::Service;

use crate::compositions::Name;
use crate::faults::{Caller, Kind, Outcome, SERVICES, Span, When, outcomes};
use crate::ledger::Node;
use crate::run::{End, run};

fn without_a_fault(name: Name) -> End {
    run(name, 5, None)
}

#[test]
fn without_a_fault_everything_is_done_once_in_every_composition() {
    for name in Name::ALL {
        let end = without_a_fault(name);

        assert_eq!(Outcome::of(&end), Outcome::Recovered, "{name}");
        assert!(end.ledger.answer.is_some_and(|answer| answer.accepted), "{name}");
        assert!(end.ledger.done().is_some(), "{name}");
    }
}

#[test]
fn the_orchestrator_has_no_double_billed_time_and_the_coordinator_and_the_chain_have() {
    let double_billed = |name| without_a_fault(name).ledger.double_billed();

    assert_eq!(double_billed(Name::Orchestrator), 0);
    assert!(double_billed(Name::Coordinator) > 0);
    assert!(double_billed(Name::Chain) > 0);
}

#[test]
fn no_function_of_the_orchestrator_has_another_ones_name_and_the_coordinator_and_the_chain_have() {
    let names = |name| {
        let names = without_a_fault(name).ledger.names;
        let names = names.into_iter();
        let of_functions = |pair: &(Node, Node)| matches!(pair, (Node::Function(_), Node::Function(_)));
        names.filter(of_functions).count()
    };

    assert_eq!(names(Name::Orchestrator), 0);
    assert!(names(Name::Coordinator) > 0);
    assert!(names(Name::Chain) > 0);
}

#[test]
fn one_state_of_the_orchestrator_names_validate_email() {
    let definition = include_str!("../../../infra/statemachines/sign-up.asl.json");

    let naming = definition.matches("\"${ValidateEmailFunctionArn}\"").count();

    assert_eq!(naming, 1);
}

#[test]
fn sign_ups_in_the_orchestrator_violate_no_rule_of_the_simulation() {
    for seed in 0..20 {
        assert_eq!(run(Name::Orchestrator, seed, None).violation, None, "seed {seed}");
    }
}

#[test]
fn in_the_orchestrator_nothing_is_half_done_or_lost() {
    for service in SERVICES {
        for span in [Span::Once, Span::Outage] {
            for when in [When::Before, When::After] {
                let outcomes = outcomes(Name::Orchestrator, 5, &[service], Kind::Failure(when, span));

                for outcome in [Outcome::HalfDone, Outcome::Lost] {
                    assert!(!outcomes.contains_key(&outcome), "{service:?} {span:?} {when:?}");
                }
            }
        }
    }
}

#[test]
fn a_closed_page_leaves_sign_ups_of_the_client_composition_unfinished() {
    let closed = |name| outcomes(name, 5, &SERVICES, Kind::Crash(Caller::Page));

    let (client, orchestrator) = (closed(Name::Client), closed(Name::Orchestrator));

    assert!(client.contains_key(&Outcome::HalfDone), "{client:?}");
    assert!(!orchestrator.contains_key(&Outcome::HalfDone), "{orchestrator:?}");
}

#[test]
fn a_mail_whose_response_is_lost_is_sent_again_in_every_composition() {
    for name in Name::ALL {
        let outcomes = outcomes(name, 5, &[Service::Mail], Kind::Failure(When::After, Span::Once));

        assert_eq!(outcomes.keys().collect::<Vec<_>>(), [&Outcome::Doubled], "{name}");
    }
}
