//! A composition is a function: the sign-up as a task of another workflow, with its types, its errors and its callback.
//!
//! Substitution in the strict sense of [The Serverless Trilemma](https://doi.org/10.1145/3133850.3133855): whoever calls the
//! sign-up cannot tell that it is composed. No function of it is changed or configured differently, but for the name of the
//! machine that `CreateUser` starts.

use std::time::Duration;

use asl::document::StateMachine;
use asl::prelude::*;
use asl::{ErrorName, ExecutionFailed, parse};
use contracts::sign_up::{SignUp, SignUpInput, sign_up_error};
use contracts::values::SignUpOutcome;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::world::{InjectedFault, World};

enum Onboarding {}

impl Function for Onboarding {
    const NAME: &'static str = "Onboarding";
    const TIMEOUT: Duration = SignUp::TIMEOUT.saturating_add(Duration::from_hours(1));
    type Input = SignUpInput;
    type Output = Onboarded;
    type Error = OnboardingError;
}

#[derive(Debug, Serialize, Deserialize, Payload)]
struct Onboarded {
    #[payload(at_most = 20)]
    greeting: String,
}

#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "only a workflow fails with it")]
enum OnboardingError {
    #[task(name = "NotOnboarded", permanent)]
    NotOnboarded,
}

/// What the cause of a failed execution says, as JSON. `States.TaskFailed` is all that its name says.
#[derive(Debug, Serialize, Deserialize, Payload)]
#[serde(rename_all = "PascalCase")]
struct FailedExecution {
    #[payload(at_most = 80)]
    error: String,
}

/// Signs up, as a task with a result, and greets whoever is verified.
fn onboarding() -> StateMachine {
    let greet = |state: &str, greeting: &str| {
        let greeting = greeting.into_expr();
        pass(state, OnboardedFields { greeting })
    };
    Onboarding::define(|user| {
        SignUp::run(user)
            .catch(ExecutionFailed, |failed| {
                let name = failed
                    .cause
                    .map_or("", |cause| parse::<FailedExecution>(cause).error);
                choose("WhyNot")
                    .when(
                        name.eq(sign_up_error::SignUpFailed::NAME),
                        greet("SignUpFailed", "try again later"),
                    )
                    .otherwise(fail(
                        "Unknown",
                        onboarding_error::NotOnboarded,
                        "the execution was stopped",
                    ))
            })
            .catch_all(|_| fail("NotStarted", onboarding_error::NotOnboarded, "it was not started"))
            .and_then(|signed_up| {
                choose("IsVerified")
                    .when(
                        signed_up.outcome.eq(SignUpOutcome::Verified),
                        greet("Welcome", "welcome"),
                    )
                    .otherwise(greet("Farewell", "another time"))
            })
    })
    .build()
    .unwrap()
}

async fn world() -> World {
    World::started_by(Onboarding::NAME, &onboarding()).await
}

#[tokio::test]
async fn a_sign_up_that_is_a_task_waits_for_its_callback_and_returns_its_output() {
    let mut world = world().await;

    let ada = world.sign_up("ada@example.org").await;
    let running = world.execution(&ada).status;
    let response = world.confirm(&world.mails.link_tokens()[0]).await;

    assert!(running.is_running(), "{running:?}");
    assert_eq!(response.status, 202);
    assert_eq!(world.public_status(&ada).await, "verified");
    assert_eq!(world.execution(&ada).machine_name, "Onboarding");
    assert_eq!(
        world.execution(&ada).status.output(),
        Some(&json!({"greeting": "welcome"}))
    );
    assert_eq!(world.executions(), 2, "one runs the other");
}

#[tokio::test]
async fn the_end_of_the_window_is_an_output_too() {
    let mut world = world().await;

    let ada = world.sign_up("ada@example.org").await;
    world.advance(Duration::from_hours(25)).await;

    assert_eq!(world.public_status(&ada).await, "expired");
    assert_eq!(
        world.execution(&ada).status.output(),
        Some(&json!({"greeting": "another time"}))
    );
}

#[tokio::test]
async fn the_error_of_a_sign_up_that_is_a_task_is_told_by_its_name() {
    let mut world = world().await;
    let refused = InjectedFault::NotInvoked("Lambda.ResourceNotFoundException");
    world.faults.inject("StoreUserData", refused);

    let ada = world.sign_up("ada@example.org").await;

    assert_eq!(world.public_status(&ada).await, "failed");
    assert_eq!(
        world.execution(&ada).status.output(),
        Some(&json!({"greeting": "try again later"}))
    );
}
