//! The rules that `build` enforces: one test per rule.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod fixtures;

use std::time::Duration;

use asl::*;
use fixtures::*;

fn store(user: Expr<'_, RegisterInput>) -> Task<Store> {
    task::<Store>(StoreInputExpr {
        user_id: user.user_id,
        address: user.address,
    })
}

fn unstored(name: &str) -> Step<StoreOutput> {
    pass(name, StoreOutputExpr { version: literal(0) })
}

#[derive(serde::Serialize, serde::Deserialize, Payload)]
struct AskInput {
    token: TaskToken,
}

enum Ask {}

impl Function for Ask {
    const NAME: &'static str = "Ask";
    const TIMEOUT: Duration = Duration::from_secs(5);
    type Input = AskInput;
    type Output = StoreOutput;
    type Error = StoreError;
}

/// What `build` says of a workflow, one line per problem.
fn problems<S>(define: impl for<'s> FnOnce(Expr<'s, RegisterInput>) -> S) -> Vec<String>
where
    S: IntoStep<Leaves = StoreOutput>,
{
    let problems = workflow::<Register, _>(define).build().unwrap_err().problems;
    problems
        .into_iter()
        .map(|problem| format!("{}: {}", problem.state, problem.what))
        .collect()
}

#[test]
fn every_task_needs_an_answer_to_every_error() {
    assert_eq!(
        problems(|user| store(user).catch(Timeout, |_| unstored("Late"))),
        ["Store: it has no answer to errors that no `catch` names"]
    );
}

#[test]
fn state_names_are_unique_over_all_levels() {
    assert_eq!(
        problems(|user| {
            parallel(
                "Both",
                (store(user).catch_all(|_| unstored("Same")), unstored("Same")),
            )
            .then(|(stored, _)| {
                pass(
                    "Done",
                    StoreOutputExpr {
                        version: stored.version,
                    },
                )
            })
        }),
        ["Same: two states have this name"]
    );
}

#[test]
fn state_names_hold_letters_digits_hyphens_and_underscores() {
    assert_eq!(
        problems(|_| unstored("Not stored!")),
        ["Not stored!: its name has a character that is not allowed, or none at all"]
    );
}

#[test]
fn state_names_have_at_most_80_characters() {
    let longest = "x".repeat(80);
    assert!(workflow::<Register, _>(|_| unstored(&longest)).build().is_ok());

    let longer = "x".repeat(81);
    assert_eq!(
        problems(|_| unstored(&longer)),
        [format!("{longer}: its name is longer than 80 characters")]
    );
}

#[test]
fn nothing_stands_behind_catch_all() {
    assert_eq!(
        problems(|user| {
            store(user)
                .catch_all(|_| unstored("Any"))
                .catch(Timeout, |_| unstored("Late"))
        }),
        ["Store: its `catch` of States.Timeout is never reached: it stands behind `catch_all`"]
    );
}

#[test]
fn an_error_is_caught_once() {
    assert_eq!(
        problems(|user| {
            store(user)
                .catch(Timeout, |_| unstored("Late"))
                .catch(Timeout, |_| unstored("Later"))
                .catch_all(|_| unstored("Any"))
        }),
        ["Store: it catches States.Timeout twice"]
    );
}

#[test]
fn a_bound_is_in_whole_seconds() {
    assert_eq!(
        problems(|user| {
            callback::<Store>(StoreInputExpr {
                user_id: user.user_id,
                address: user.address,
            })
            .within(Duration::from_millis(7500))
            .catch_all(|_| unstored("Any"))
        }),
        [
            "Store: its time-out of 7.5s is not in whole seconds from 1 to 99999999",
            "Store: nothing can complete this callback: its payload has no task token",
        ]
    );
}

#[test]
fn retries_have_a_longest_delay_above_their_interval() {
    let retry = Retry::default()
        .interval(Duration::from_secs(10))
        .max_delay(Duration::from_secs(10));
    assert_eq!(
        problems(|user| store(user).retry(retry).catch_all(|_| unstored("Any"))),
        ["Store: the longest delay must be whole seconds, and longer than the interval"]
    );
}

#[test]
fn only_callbacks_have_a_task_token() {
    assert_eq!(
        problems(|_| task::<Ask>(AskInputExpr { token: task_token() }).catch_all(|_| unstored("Any"))),
        ["Ask: it reads a task token, which only a callback has"]
    );
}

#[test]
fn all_problems_are_reported_at_once_with_a_remedy_each() {
    let workflow =
        workflow::<Register, _>(|user| store(user).named("Store it").then(|_| unstored("Store it")));

    let report = workflow.build().unwrap_err();

    assert_eq!(report.problems.len(), 4, "{report}");
    assert!(report.problems.iter().all(|problem| !problem.remedy.is_empty()));
    assert!(
        report
            .to_string()
            .starts_with("workflow Register cannot be emitted:\n  Store it: ")
    );
}

#[test]
fn a_step_reads_only_what_is_bound_where_it_stands() {
    let mut kept = None;

    assert_eq!(
        problems(|user| {
            let branch = store(user).catch_all(|_| unstored("Any")).then(|stored| {
                kept = Some(pass(
                    "Leaked",
                    StoreOutputExpr {
                        version: stored.version,
                    },
                ));
                pass(
                    "Kept",
                    StoreOutputExpr {
                        version: stored.version,
                    },
                )
            });
            parallel("Both", (kept.take().unwrap(), branch)).then(|(leaked, _)| {
                pass(
                    "Done",
                    StoreOutputExpr {
                        version: leaked.version,
                    },
                )
            })
        }),
        ["Leaked: it reads a value that is not bound here"]
    );
}

#[test]
fn a_value_that_may_be_missing_is_read_where_it_is_there() {
    assert_eq!(
        problems(|user| {
            store(user).catch_all(|_| unstored("Any")).then(|stored| {
                let maybe = stored.version.is(1).select(stored.some(), none());
                let mut kept = None;
                choose("IsFirst")
                    .when_some(maybe, |first| {
                        kept = Some(first);
                        undo("First", first)
                    })
                    .otherwise(undo("Later", kept.unwrap()))
            })
        }),
        ["Later: it reads a value off the way on which it is there"]
    );
}

#[test]
fn a_step_of_one_workflow_has_no_place_in_another() {
    let mut kept = None;
    let _ = workflow::<Register, _>(|user| {
        kept = Some(store(user).catch_all(|_| unstored("Any")).into_step());
        unstored("Alone")
    });

    assert_eq!(
        problems(|_| kept.take().unwrap()),
        ["Store: it reads the input of another workflow"]
    );
}

#[test]
fn the_name_that_a_parallel_needs_for_its_results_is_free() {
    assert_eq!(
        problems(|user| {
            parallel(
                "First",
                (store(user).catch_all(|_| unstored("Any")), unstored("Other")),
            )
            .then(|(one, _)| {
                let again = |name: &str| pass(name, StoreOutputExpr { version: one.version });
                parallel("Second", (again("Left"), again("Right"))).then(|(left, _)| {
                    pass(
                        "FirstResults",
                        StoreOutputExpr {
                            version: left.version,
                        },
                    )
                })
            })
        }),
        ["FirstResults: the emitter needs this name for the results of a parallel, or for a loop"]
    );
}

#[test]
fn nothing_stands_behind_what_always_fails() {
    assert_eq!(
        problems(|_| {
            fail::<StoreOutput, _>("Broken", store_error::StoreUnavailable, "broken")
                .then(|_| unstored("Never"))
        }),
        ["Never: nothing leads to it: what stands before it always ends or fails"]
    );
}

#[test]
fn a_workflow_fails_with_what_it_declares() {
    assert_eq!(
        problems(|_| fail::<StoreOutput, _>("Gone", notify_error::EndpointGone, "gone")),
        ["Gone: it fails with EndpointGone, which Register does not declare"]
    );
}

#[test]
fn a_task_takes_no_longer_than_its_workflow() {
    assert_eq!(
        problems(|_| {
            callback::<Ask>(AskInputExpr { token: task_token() })
                .within(Duration::from_hours(1))
                .catch_all(|_| unstored("Any"))
        }),
        ["Ask: it may take longer than Register as a whole"]
    );
}

#[test]
fn a_callback_waits_longer_than_its_function_runs() {
    assert_eq!(
        problems(|_| {
            callback::<Ask>(AskInputExpr { token: task_token() })
                .within(Duration::from_secs(4))
                .catch_all(|_| unstored("Any"))
        }),
        ["Ask: its time-out of 4s ends it while its function may still run, for 5s"]
    );
}

#[test]
fn no_comment_holds_what_cloudformation_substitutes() {
    assert_eq!(
        problems(|user| store(user).comment("see ${X}").catch_all(|_| unstored("Any"))),
        ["Store: its comment holds `${`, which CloudFormation would substitute"]
    );
}

fn undo(name: &str, stored: Expr<'_, StoreOutput>) -> Step<StoreOutput> {
    pass(
        name,
        StoreOutputExpr {
            version: stored.version,
        },
    )
}

#[test]
fn an_undo_stands_in_a_saga() {
    assert_eq!(
        problems(|user| {
            store(user)
                .catch_all(|_| unstored("Any"))
                .compensate(|stored| undo("Forget", stored))
                .then(|_| unstored("Done"))
        }),
        ["Forget: it is to undo a step that stands in no saga of its own level"]
    );
}

#[test]
fn every_undo_is_reached() {
    assert_eq!(
        problems(|user| {
            let body = store(user)
                .compensate(|stored| undo("Forget", stored))
                .then(|_| unstored("Done"));
            saga(body).catch_all(|_| unstored("Any"))
        }),
        ["Forget: nothing leads to it: no step of its saga can fail where it would be next"]
    );
}

#[test]
fn an_undo_leads_on_to_the_next() {
    assert_eq!(
        problems(|user| {
            let body = store(user)
                .compensate(|_| fail::<StoreOutput, _>("Broken", store_error::StoreUnavailable, "broken"))
                .then(|_| store(user).named("Again"));
            saga(body).catch_all(|_| unstored("Any"))
        }),
        ["Broken: it ends the workflow, so that what was done before it is never undone"]
    );
}

#[test]
fn ways_that_come_together_have_the_same_to_undo() {
    assert_eq!(
        problems(|user| {
            let body = store(user).then(|stored| {
                choose("Which")
                    .when(
                        stored.version.is(1),
                        store(user)
                            .named("Again")
                            .compensate(|again| undo("Forget", again)),
                    )
                    .otherwise(unstored("Once"))
                    .then(|_| store(user).named("Last"))
            });
            saga(body).catch_all(|_| unstored("Any"))
        }),
        ["Which: its ways on leave different things to undo where they come together"]
    );
}

#[test]
fn what_is_undone_as_begun_has_no_undos_of_its_own() {
    assert_eq!(
        problems(|user| {
            let body = store(user)
                .compensate(|stored| undo("Forget", stored))
                .then(|_| store(user).named("Again"))
                .compensate_begun(unstored("ForgetAgain"))
                .then(|_| store(user).named("Last"));
            saga(body).catch_all(|_| unstored("Any"))
        }),
        ["ForgetAgain: it is to undo, as begun, what has undos of its own, which would run before it"]
    );
}

#[test]
fn a_group_answers_for_what_is_inside() {
    let answered = workflow::<Register, _>(|user| {
        parallel("Both", (store(user), unstored("Other")))
            .catch_all(|_| fail("Failed", store_error::StoreUnavailable, "a branch failed"))
            .then(|_| unstored("Done"))
    });

    assert!(answered.build().is_ok());
    assert_eq!(
        problems(|user| {
            let users = Source::list(literal(Vec::<RegisterInput>::new()));
            distributed_map("Each", users, |each| each.item, |_| unstored("One"))
                .then(|_| store(user).catch_all(|_| unstored("Any")))
        }),
        ["Each: it has no answer to errors that no `catch` names"]
    );
}

#[test]
fn a_loop_has_rounds() {
    assert_eq!(
        problems(|_| {
            repeat_until(
                "Loop",
                0,
                |_: Round<'_, StoreOutput>| unstored("Turn"),
                |turn| turn.version.is(1),
            )
            .exhausted(|_| unstored("Enough"))
            .then(|_| unstored("Done"))
        }),
        ["Loop: it has no rounds"]
    );
}

#[test]
fn a_round_leaves_nothing_to_undo() {
    assert_eq!(
        problems(|user| {
            let body = repeat_until(
                "Loop",
                3,
                |_: Round<'_, StoreOutput>| store(user).compensate(|stored| undo("Forget", stored)),
                |turn| turn.version.is(1),
            )
            .exhausted(|_| unstored("Enough"))
            .then(|_| store(user).named("Again"));
            saga(body).catch_all(|_| unstored("Any"))
        }),
        ["Loop: a round leaves something to undo, and the next one the same again"]
    );
}

#[test]
fn a_succeed_is_the_last_of_its_level() {
    assert_eq!(
        problems(|_| succeed("Early", StoreOutputExpr { version: literal(1) }).then(|_| unstored("Late"))),
        ["Late: nothing leads to it: what stands before it always ends or fails"]
    );
    assert_eq!(
        problems(|user| {
            choose("Which")
                .when(
                    user.user_id.is(UserId("a".to_owned())),
                    succeed("Early", StoreOutputExpr { version: literal(1) }),
                )
                .otherwise(unstored("On"))
                .then(|_| unstored("Late"))
        }),
        ["Early: it ends the workflow, or the branch, where others follow"]
    );
}

#[test]
fn express_workflows_wait_for_nobody_and_end_in_five_minutes() {
    enum Slow {}
    impl Function for Slow {
        const NAME: &'static str = "Slow";
        const TIMEOUT: Duration = Duration::from_hours(1);
        type Input = RegisterInput;
        type Output = StoreOutput;
        type Error = StoreError;
    }
    let waits = |_: Expr<'_, RegisterInput>| {
        wait("Rest", Duration::from_mins(6)).then(|_| {
            run_workflow::<Register>(RegisterInputExpr {
                user_id: literal(UserId("a".to_owned())),
                address: literal(Address("b".to_owned())),
            })
            .catch_all(|_| unstored("Any"))
        })
    };

    let problems = workflow::<Slow, _>(waits).express().build().unwrap_err().problems;

    let what: Vec<_> = problems
        .iter()
        .map(|problem| (&*problem.state, &*problem.what))
        .collect();

    assert_eq!(
        what,
        [
            (
                "Slow",
                "its TIMEOUT is longer than the five minutes that an Express workflow has"
            ),
            (
                "Rest",
                "it waits longer than the five minutes that an Express execution has"
            ),
            (
                "Register",
                "an Express execution cannot wait for another workflow"
            ),
        ]
    );
}

#[test]
fn retries_end_before_the_workflow_does() {
    assert_eq!(
        problems(|user| {
            store(user)
                .retry(Retry::default().attempts(60))
                .catch_all(|_| unstored("Any"))
        }),
        ["Store: with its retries it may take 38 min 11 s, longer than Register as a whole"]
    );
}

#[test]
fn the_longest_way_ends_before_the_workflow_does() {
    let patient = || Retry::default().attempts(11);
    assert_eq!(
        problems(|user| {
            store(user)
                .retry(patient())
                .catch_all(|_| unstored("Any"))
                .then(|_| {
                    store(user)
                        .named("Again")
                        .retry(patient())
                        .catch_all(|_| unstored("AnyAgain"))
                })
        }),
        [
            "Register: its longest way may take 11 min 2 s, and its TIMEOUT ends it after 10 min, amid its retries"
        ]
    );
}

#[test]
fn a_history_has_at_most_25000_events() {
    assert_eq!(
        problems(|_| {
            repeat_until(
                "Loop",
                10_000,
                |_: Round<'_, StoreOutput>| unstored("Turn"),
                |turn| turn.version.is(1),
            )
            .exhausted(|_| unstored("Enough"))
            .then(|_| unstored("Done"))
        }),
        ["Register: its history may get 40006 events, and an execution has 25000 at the most"]
    );
}
#[test]
fn personal_data_goes_only_into_fields_that_are_marked_so() {
    #[derive(serde::Serialize, serde::Deserialize, Payload)]
    struct GreetInput {
        #[payload(personal)]
        name: String,
        campaign: String,
    }
    enum Greet {}
    impl Function for Greet {
        const NAME: &'static str = "Greet";
        const TIMEOUT: Duration = Duration::from_secs(5);
        type Input = GreetInput;
        type Output = StoreOutput;
        type Error = StoreError;
    }
    enum Welcome {}
    impl Function for Welcome {
        const NAME: &'static str = "Welcome";
        const TIMEOUT: Duration = Duration::from_mins(1);
        type Input = GreetInput;
        type Output = StoreOutput;
        type Error = StoreError;
    }

    let workflow = workflow::<Welcome, _>(|guest| {
        task::<Greet>(GreetInputExpr {
            name: guest.name,
            campaign: guest.campaign.concat(guest.name),
        })
        .catch_all(|_| unstored("Any"))
    });

    assert_eq!(
        workflow.build().unwrap_err().to_string(),
        "workflow Welcome cannot be emitted:\n  Greet: its payload's `campaign` may not see personal data, and is given \
         `name`; mark the field as personal in its contract, or leave the data out"
    );
}

/// One octet more than a state takes, with key, quotes and braces.
#[derive(serde::Serialize, serde::Deserialize, Payload)]
struct Large {
    #[payload(at_most = 43_689)]
    text: String,
}

/// Two are more than a state takes.
#[derive(serde::Serialize, serde::Deserialize, Payload)]
struct Half {
    #[payload(at_most = 21_844)]
    text: String,
}

macro_rules! functions {
    ($($name:ident($input:ty) -> $output:ty;)+) => {
        $(
            enum $name {}

            impl Function for $name {
                const NAME: &'static str = stringify!($name);
                const TIMEOUT: Duration = Duration::from_secs(5);
                type Input = $input;
                type Output = $output;
                type Error = StoreError;
            }
        )+
    };
}

functions! {
    Keep(Large) -> Half;
    Fetch(Half) -> Large;
}

fn large(name: &str) -> Step<Large> {
    let text = literal(String::new());
    pass(name, LargeExpr { text })
}

fn half(name: &str) -> Step<Half> {
    let text = literal(String::new());
    pass(name, HalfExpr { text })
}

#[test]
fn no_payload_is_larger_than_256_kib() {
    let too_large = "can have 262145 octets of JSON, more than the 262144 that Step Functions takes";

    assert_eq!(
        problems(|_| {
            large("Start")
                .then(|large| task::<Keep>(large).catch_all(|_| half("NotKept")))
                .then(|kept| task::<Fetch>(kept).catch_all(|_| large("NotFetched")))
                .then(|_| unstored("Done"))
        }),
        [
            format!("Keep: its payload {too_large}"),
            format!("Fetch: what it leaves {too_large}")
        ]
    );
    let input = workflow::<Keep, _>(|_| half("Done")).build().unwrap_err();
    let output = workflow::<Fetch, _>(|_| large("Done")).build().unwrap_err();
    assert!(
        input
            .to_string()
            .contains(&format!("Keep: its input {too_large}"))
    );
    assert!(
        output
            .to_string()
            .contains(&format!("Fetch: its output {too_large}"))
    );
}

#[test]
fn what_branches_or_runs_leave_is_no_larger_together() {
    let each = |items: &[u8]| map_each("Each", literal(items.to_vec()), |_| half("One"));
    let too_large = "can have 262153 octets of JSON, more than the 262144 that Step Functions takes";

    assert_eq!(
        problems(|_| parallel("Both", (half("One"), half("Other"))).then(|_| unstored("Done"))),
        [format!("Both: what its branches leave {too_large}")]
    );
    assert_eq!(
        problems(|_| each(&[1, 2]).then(|_| unstored("Done"))),
        [format!("Each: what its runs leave {too_large}")]
    );
    let one = workflow::<Register, _>(|_| each(&[1]).then(|_| unstored("Done")));
    assert!(one.build().is_ok());
}

#[test]
fn an_undo_answers_its_own_errors_unless_the_handler_is_told() {
    let body = |user: Expr<'_, RegisterInput>| {
        store(user)
            .compensate(|_| store(user).named("Forget"))
            .then(|_| store(user).named("Again"))
    };

    assert_eq!(
        problems(|user| saga(body(user)).catch_all(|_| unstored("Any"))),
        ["Forget: it has no answer to errors that no `catch` names"]
    );
    let told = workflow::<Register, _>(|user| {
        saga(body(user)).catch_all_with_undos(|_, not_undone| {
            choose("AllUndone")
                .when(not_undone.is_present(), unstored("InPart"))
                .otherwise(unstored("Any"))
        })
    });
    assert!(told.build().is_ok());
}
