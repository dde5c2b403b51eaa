//! Emitted definitions, one test per feature of the language, with a state for each step. The snapshots are reviewed.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod fixtures;

use std::time::Duration;

use asl::document::StateMachine;
use asl::*;
use fixtures::*;

fn json(machine: &StateMachine) -> String {
    machine.to_json().unwrap()
}

/// The states alone: what stands around them is the same in every machine.
fn states(machine: &StateMachine) -> serde_json::Value {
    serde_json::to_value(&machine.states).unwrap()
}

fn store(user: Expr<'_, RegisterInput>) -> Task<Store> {
    Store::call(StoreInputFields {
        user_id: user.user_id,
        address: user.address,
    })
}

fn unstored() -> Step<StoreOutput> {
    pass("Unstored", StoreOutputFields { version: literal(0) })
}

fn unnotified() -> Step<NotifyOutput> {
    pass(
        "Unnotified",
        NotifyOutputFields {
            delivered: literal(false),
        },
    )
}

#[test]
fn a_task_has_a_timeout_retries_and_a_catch_of_every_error() {
    let machine = Register::define(|user| store(user).catch_all(|_| unstored()))
        .comment("One task.")
        .unfolded()
        .build()
        .unwrap();

    insta::assert_snapshot!(json(&machine));
}

#[test]
fn a_callback_has_a_timeout_that_is_not_retried() {
    #[derive(serde::Serialize, serde::Deserialize, Payload)]
    struct AskInput {
        token: TaskToken,
        asked_at: Timestamp,
    }
    enum Ask {}
    impl Function for Ask {
        const NAME: &'static str = "Ask";
        const TIMEOUT: Duration = Duration::from_secs(5);
        type Input = AskInput;
        type Output = StoreOutput;
        type Error = StoreError;
    }

    let machine = Register::define(|_| {
        Ask::callback(AskInputFields {
            token: task_token(),
            asked_at: state_entered_time(),
        })
        .within(Duration::from_secs(30))
        .catch(Timeout, |_| {
            pass("Late", StoreOutputFields { version: literal(1) })
        })
        .catch_all(|_| unstored())
    })
    .unfolded()
    .build()
    .unwrap();

    insta::assert_json_snapshot!(states(&machine));
}

#[test]
fn only_parts_that_later_states_read_are_assigned() {
    #[derive(serde::Serialize, serde::Deserialize, Payload)]
    struct WideOutput {
        read: u32,
        unread: String,
        maybe: Option<String>,
    }
    #[derive(serde::Serialize, serde::Deserialize, Payload)]
    struct NarrowInput {
        value: u32,
        maybe: Option<String>,
    }
    enum Wide {}
    impl Function for Wide {
        const NAME: &'static str = "Wide";
        const TIMEOUT: Duration = Duration::from_secs(5);
        type Input = RegisterInput;
        type Output = WideOutput;
        type Error = StoreError;
    }
    enum Narrow {}
    impl Function for Narrow {
        const NAME: &'static str = "Narrow";
        const TIMEOUT: Duration = Duration::from_secs(5);
        type Input = NarrowInput;
        type Output = StoreOutput;
        type Error = StoreError;
    }

    let machine = Register::define(|user| {
        Wide::call(user)
            .retry(Retry::default().max_retries(0))
            .catch_all(|_| unstored())
            .and_then(|wide| {
                Narrow::call(NarrowInputFields {
                    value: wide.read,
                    maybe: wide.maybe,
                })
                .retry(Retry::default().max_retries(0))
                .catch_all(|_| fail("Broken", store_error::StoreUnavailable, "broken"))
            })
    })
    .unfolded()
    .build()
    .unwrap();

    let states = states(&machine);
    assert_eq!(
        states["Wide"]["Assign"],
        serde_json::json!({"wide": {
            "read": "{% $states.result.Payload.read %}",
            "maybe": "{% $exists($states.result.Payload.maybe) ? $states.result.Payload.maybe : null %}",
        }})
    );
    assert_eq!(
        states["Narrow"]["Arguments"]["Payload"],
        serde_json::json!({
            "value": "{% $wide.read %}",
            "maybe": "{% $exists($wide.maybe) ? $wide.maybe : null %}",
        })
    );
    assert_eq!(states["Narrow"].get("Assign"), None);
}

#[test]
fn the_state_after_a_parallel_reads_the_results_from_its_input_and_assigns_them() {
    let machine = Register::define(|user| {
        parallel("Both", (store(user).catch_all(|_| unstored()), unnotified())).and_then(
            |(stored, notified)| {
                choose("Which")
                    .when(
                        notified.delivered.eq(true),
                        pass(
                            "Told",
                            StoreOutputFields {
                                version: stored.version,
                            },
                        ),
                    )
                    .otherwise(pass("Untold", StoreOutputFields { version: literal(7) }))
            },
        )
    })
    .unfolded()
    .build()
    .unwrap();

    let states = states(&machine);
    assert_eq!(states["Both"].get("Assign"), None);
    assert_eq!(states["Both"].get("Output"), None);
    insta::assert_json_snapshot!(serde_json::json!({"Which": states["Which"], "Told": states["Told"]}));
}

#[test]
fn a_pass_assigns_results_between_two_parallels() {
    let machine = Register::define(|user| {
        parallel("First", (store(user).catch_all(|_| unstored()), unnotified())).and_then(|(stored, _)| {
            let again = |name: &str| {
                pass(
                    name,
                    StoreOutputFields {
                        version: stored.version,
                    },
                )
            };
            parallel("Second", (again("Left"), again("Right"))).and_then(|(left, _)| {
                pass(
                    "Done",
                    StoreOutputFields {
                        version: left.version,
                    },
                )
            })
        })
    })
    .unfolded()
    .build()
    .unwrap();

    let states = states(&machine);
    assert_eq!(states["First"]["Next"], "FirstResults");
    assert_eq!(
        states["FirstResults"]["Assign"],
        serde_json::json!({"first": [{"version": "{% $states.input[0].version %}"}]})
    );
    assert_eq!(
        states["Second"]["Branches"][0]["States"]["Left"]["Output"],
        serde_json::json!({"version": "{% $first[0].version %}"})
    );
}

#[test]
fn all_arms_assign_one_variable() {
    let machine = Register::define(|user| {
        store(user)
            .catch(store_error::StoreUnavailable, |_| unstored())
            .catch_all(|failed| {
                choose("Why")
                    .when(
                        failed.cause.is_some(),
                        pass("Known", StoreOutputFields { version: literal(1) }),
                    )
                    .otherwise(pass("Unknown", StoreOutputFields { version: literal(2) }))
            })
            .into_step()
            .then(|stored| {
                pass(
                    "Done",
                    StoreOutputFields {
                        version: stored.version,
                    },
                )
            })
    })
    .unfolded()
    .build()
    .unwrap();

    insta::assert_json_snapshot!(states(&machine));
}

#[test]
fn emission_is_the_same_on_every_run() {
    let build = || {
        Register::define(|user| store(user).catch_all(|_| unstored()))
            .unfolded()
            .build()
            .unwrap()
    };

    assert_eq!(json(&build()), json(&build()));
}

#[test]
fn an_emitted_document_parses_as_the_same_machine() {
    let machine = Register::define(|user| {
        parallel("Both", (store(user).catch_all(|_| unstored()), unnotified())).and_then(|(stored, _)| {
            pass(
                "Done",
                StoreOutputFields {
                    version: stored.version,
                },
            )
        })
    })
    .unfolded()
    .build()
    .unwrap();

    let parsed: StateMachine = serde_json::from_str(&json(&machine)).unwrap();

    assert_eq!(parsed, machine);
}

#[test]
fn a_diagram_shows_every_state_and_every_edge() {
    let machine = Register::define(|user| {
        parallel("Both", (store(user).catch_all(|_| unstored()), unnotified()))
            .catch_all(|_| fail("Broken", store_error::StoreUnavailable, "broken"))
            .and_then(|(stored, _)| {
                pass(
                    "Done",
                    StoreOutputFields {
                        version: stored.version,
                    },
                )
            })
    })
    .unfolded()
    .build()
    .unwrap();

    insta::assert_snapshot!(asl_reports::mermaid(&machine));
}

#[test]
fn the_catcher_of_a_task_after_a_parallel_assigns_the_results_too() {
    let machine = Register::define(|user| {
        parallel("Both", (store(user).catch_all(|_| unstored()), unnotified())).and_then(|(kept, _)| {
            store(user).named("Again").catch_all(move |_| {
                pass(
                    "Fallback",
                    StoreOutputFields {
                        version: kept.version,
                    },
                )
            })
        })
    })
    .unfolded()
    .build()
    .unwrap();

    let states = states(&machine);
    assert_eq!(
        states["Again"]["Catch"][0]["Assign"],
        serde_json::json!({"both": [{"version": "{% $states.input[0].version %}"}]})
    );
    assert_eq!(
        states["Fallback"]["Output"],
        serde_json::json!({"version": "{% $both[0].version %}"})
    );
}

#[test]
fn no_variable_has_a_reserved_name() {
    for (state, variable) in [
        ("States", "states2"),
        ("Exists", "exists2"),
        ("2nd", "state2nd"),
        ("_x", "state_x"),
    ] {
        let machine = Register::define(|user| {
            store(user)
                .named(state)
                .catch_all(|_| unstored())
                .and_then(|stored| {
                    pass(
                        "Done",
                        StoreOutputFields {
                            version: stored.version,
                        },
                    )
                })
        })
        .unfolded()
        .build()
        .unwrap();

        let assigned = states(&machine)[state]["Assign"].as_object().unwrap().clone();
        let assigned: Vec<_> = assigned.keys().collect();
        assert_eq!(assigned, [variable]);
    }
}

#[test]
fn texts_that_cloudformation_or_fail_states_would_evaluate_are_quoted() {
    for (cause, expected) in [
        ("plain", "plain"),
        ("costs ${amount}", "{% 'costs $\\u007bamount}' %}"),
        ("{% 1 %}", "{% '{% 1 %\\u007d' %}"),
    ] {
        let machine =
            Register::define(|_| fail::<StoreOutput, _>("Broken", store_error::StoreUnavailable, cause))
                .unfolded()
                .build()
                .unwrap();

        assert_eq!(states(&machine)["Broken"]["Cause"], expected);
    }
}

#[test]
fn a_parallel_can_catch_and_continue() {
    let machine = Register::define(|user| {
        parallel("Both", (store(user).catch_all(|_| unstored()), unnotified()))
            .catch_all(|_| fail("Broken", store_error::StoreUnavailable, "broken"))
            .into_step()
            .then(|(stored, _)| {
                pass(
                    "Done",
                    StoreOutputFields {
                        version: stored.version,
                    },
                )
            })
    })
    .unfolded()
    .build()
    .unwrap();

    assert_eq!(states(&machine)["BothResults"]["Next"], "Done");
}

#[test]
fn an_error_with_its_own_retry_policy_is_not_in_the_general_one() {
    let machine = Register::define(|user| {
        store(user)
            .retry_on(store_error::StoreUnavailable, Retry::default().max_retries(2))
            .catch_all(|_| unstored())
    })
    .unfolded()
    .build()
    .unwrap();

    let retry = states(&machine)["Store"]["Retry"].clone();
    assert_eq!(retry[0]["ErrorEquals"], serde_json::json!(["StoreUnavailable"]));
    assert_eq!(retry[0]["MaxAttempts"], 2);
    assert!(
        !retry[1]["ErrorEquals"]
            .as_array()
            .unwrap()
            .contains(&"StoreUnavailable".into())
    );
}

#[test]
fn a_saga_runs_compensations_in_reverse_on_an_error() {
    let machine = Register::define(|user| {
        let body = store(user)
            .retry(Retry::default().max_retries(0))
            .compensate(|stored| {
                pass(
                    "Forget",
                    StoreOutputFields {
                        version: stored.version,
                    },
                )
            })
            .then(|stored| {
                Notify::call(NotifyInputFields {
                    user_id: user.user_id,
                    version: stored.version,
                })
                .retry(Retry::default().max_retries(0))
                .catch(notify_error::EndpointGone, |_| unstored())
                .and_then(|_| {
                    choose("IsFirst")
                        .when(
                            stored.version.eq(1),
                            pass(
                                "Registered",
                                StoreOutputFields {
                                    version: stored.version,
                                },
                            ),
                        )
                        .otherwise(fail("Known", store_error::StoreUnavailable, "it was known"))
                })
            });
        saga(body).catch_all(|error| fail_because("Undone", store_error::StoreUnavailable, error.error))
    })
    .unfolded()
    .build()
    .unwrap();

    insta::assert_json_snapshot!(states(&machine));
}

#[test]
fn a_loop_counts_its_rounds() {
    let machine = Register::define(|user| {
        repeat_until(
            "Try",
            3,
            |round: Round<'_, StoreOutput>| {
                store(user).retry(Retry::default().max_retries(0)).catch_all(|_| {
                    pass(
                        "Unstored",
                        StoreOutputFields {
                            version: round.last.map_or(literal(0), |last| last.version),
                        },
                    )
                })
            },
            |stored| stored.version.gt(literal(0)),
        )
        .comment("Until it is stored.")
        .exhausted(|_| {
            fail(
                "NotStored",
                store_error::StoreUnavailable,
                "it was tried three times",
            )
        })
        .and_then(|stored| {
            pass(
                "Stored",
                StoreOutputFields {
                    version: stored.version,
                },
            )
        })
    })
    .unfolded()
    .build()
    .unwrap();

    insta::assert_json_snapshot!(states(&machine));
}

#[test]
fn a_distributed_map_passes_the_selected_input_to_its_executions() {
    enum Uploads {}
    impl Bucket for Uploads {
        const NAME: &'static str = "Uploads";
    }

    let machine = Register::define(|user| {
        distributed_map(
            "EachRow",
            Source::<RegisterInput>::json_lines::<Uploads>(literal("rows.csv".to_owned())).at_most(100),
            |row| StoreInputFields {
                user_id: user.user_id,
                address: row.item.address,
            },
            |row| {
                Store::call(row)
                    .retry(Retry::default().max_retries(0))
                    .catch_all(|_| fail("RowNotStored", store_error::StoreUnavailable, "it is not stored"))
            },
        )
        .concurrency(10)
        .tolerate(2)
        .write_results::<Uploads>(literal("results/".to_owned()))
        .catch(TooManyFailures, |_| unstored())
        .catch_all(|_| fail("NotStored", store_error::StoreUnavailable, "nothing is stored"))
        .and_then(|_| pass("Stored", StoreOutputFields { version: literal(1) }))
    })
    .unfolded()
    .build()
    .unwrap();

    insta::assert_json_snapshot!(states(&machine));
}

#[test]
fn states_that_do_no_work_are_folded() {
    let machine = Register::define(|user| {
        parallel("Both", (store(user).catch_all(|_| unstored()), unnotified()))
            .catch_all(|_| fail("Broken", store_error::StoreUnavailable, "broken"))
            .and_then(|(stored, _)| {
                choose("IsStored")
                    .when(
                        stored.version.eq(0),
                        fail("NotStored", store_error::StoreUnavailable, "not stored"),
                    )
                    .otherwise(pass(
                        "Registered",
                        StoreOutputFields {
                            version: stored.version,
                        },
                    ))
            })
    })
    .build()
    .unwrap();

    insta::assert_json_snapshot!(states(&machine));
}
