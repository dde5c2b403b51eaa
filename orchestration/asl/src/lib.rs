//! State machines in typed Rust, emitted as Amazon States Language.
//!
//! **If it compiles, the data flows.** A function declares once what it takes, returns and fails with; a
//! workflow that hands it anything else, reads a field it does not return, or catches an error it does not
//! declare, does not compile. What types cannot say, [`Workflow::build`] checks and reports all at once.
//!
//! ```
//! use std::time::Duration;
//!
//! use asl::{Function, Payload, TaskError, fail, pass};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Payload)]
//! pub struct ChargeInput {
//!     pub order: String,
//!     pub cents: u64,
//! }
//!
//! #[derive(Debug, TaskError)]
//! pub enum ChargeError {
//!     #[task(name = "CardDeclined", permanent)]
//!     CardDeclined,
//! }
//!
//! /// A function that takes the money: its contract, and not yet its code.
//! pub enum Charge {}
//!
//! impl Function for Charge {
//!     const NAME: &'static str = "Charge";
//!     const TIMEOUT: Duration = Duration::from_secs(10);
//!     type Input = ChargeInput;
//!     type Output = Receipt;
//!     type Error = ChargeError;
//! }
//! # use shop::{Order, Receipt, ReceiptFields, ShopError, shop_error};
//! #
//! # pub enum PlaceOrder {}
//! #
//! # impl Function for PlaceOrder {
//! #     const NAME: &'static str = "PlaceOrder";
//! #     const TIMEOUT: Duration = Duration::from_mins(10);
//! #     type Input = Order;
//! #     type Output = Receipt;
//! #     type Error = ShopError;
//! # }
//!
//! // The workflow has a contract of the same kind: it takes an `Order` and leaves a `Receipt`.
//! let place_order = PlaceOrder::define(|order| {
//!     Charge::call(ChargeInputFields { order: order.id, cents: order.total })
//!         .catch(charge_error::CardDeclined, |_| {
//!             pass("Declined", ReceiptFields { number: order.id })
//!         })
//!         .catch_all(|_| fail("NotCharged", shop_error::OrderFailed, "nobody knows why"))
//!         .and_then(|charged| pass("Charged", ReceiptFields { number: charged.number }))
//! });
//!
//! let machine = place_order.build()?;
//! assert!(machine.to_json()?.contains(r#""number": "{% $charge.number %}""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It emits JSONata and variables only. It knows the language, and nothing of what a workflow is about. What is
//! emitted can be looked at: the crate `asl-reports` draws it, and says which paths it has, how long it
//! takes at the most and what it costs.
//!
//! # The guide
//!
//! | page | for |
//! | --- | --- |
//! | [`guide`] | the words, for whoever does not know Step Functions |
//! | [`guide::contracts`] | functions, payloads and errors: [`Function`], [`Payload`](macro@Payload), [`TaskError`](macro@TaskError) |
//! | [`guide::values`] | [`Expr`]: fields, numbers, texts, arrays, options, times, and what an execution knows of itself |
//! | [`guide::steps`] | [tasks](Function::call) and their handlers, [`choose`], [`wait`], [`pass`], [`succeed`], [`fail`] |
//! | [`guide::groups`] | [`parallel`], [`map_each`], [`distributed_map`], [`repeat_until`] |
//! | [`guide::errors`] | [`Retry`], `catch`, [`saga`] |
//! | [`guide::others`] | [callbacks](Function::callback), [nested workflows](Function::run), [`dynamodb`], [`sns`], [`sqs`], [`events`] |
//! | [`guide::emission`] | states, variables and names |
//! | [`guide::bounds`] | sizes, times and personal data |
//! | [`guide::building`] | [`build`](Workflow::build), drawings, reports, and how to test |
//!
//! # The rules that the compiler enforces
//!
//! Each has a case of its name under `tests/ui/fail`, with the message that one gets.
//!
//! | rule | case |
//! | --- | --- |
//! | The payload of a task is the one that its function takes. | `state_payloads_must_fit` |
//! | A payload has every field, | `state_payloads_must_have_every_field` |
//! | no other, | `state_payloads_must_spell_fields_as_the_function_does` |
//! | and each of its own type. | `state_payload_fields_must_have_the_functions_type` |
//! | What a state leaves is read by the fields that it has. | `state_payloads_read_only_fields_that_exist` |
//! | A task catches what its function declares. | `only_declared_errors_can_be_caught` |
//! | All arms leave the same payload. | `all_arms_must_leave_the_same_payload` |
//! | A workflow leaves what its contract says. | `workflows_must_leave_their_output` |
//! | A value stays in the branch that binds it. | `a_branchs_value_stays_in_its_branch` |
//! | A callback is bounded. | `callbacks_must_be_bounded` |
//! | A choice has a rule. | `a_choice_has_at_least_one_rule` |
//! | A loop says what follows when it is in vain, | `a_loop_says_what_follows_when_it_is_in_vain` |
//! | and a saga what follows when all is undone. | `a_saga_says_what_follows_when_all_is_undone` |
//! | An item of a distributed map runs by itself. | `a_distributed_map_reads_nothing_from_outside` |
//! | A payload is a struct with named fields | `payloads_are_structs_with_named_fields` |
//! | whose JSON has one key per field, | `payloads_keep_the_shape_of_their_json` |
//! | and only an `Option` may be absent. | `only_options_may_be_absent_from_a_payload` |
//! | An `Option`, a list, a map, a tuple or a `Box` is written without an alias. | `containers_are_written_without_an_alias` |
//! | A field has a name that a definition can hold. | `payload_fields_have_names_that_a_definition_can_hold` |
//! | An attribute of a DynamoDB item is a text, a number or a truth value. | `attributes_are_texts_numbers_and_truth_values` |
//! | A field is marked as personal, or with the most that it holds, | `payload_fields_are_marked_as_personal_or_bounded` |
//! | if that can be counted. | `only_texts_and_lists_are_at_most_so_long` |
//! | An error has a name and a class, | `errors_must_declare_name_and_class` |
//! | one of each, and the name for itself. | `errors_have_one_name_and_one_class` |
//!
//! # The rules that `build` enforces
//!
//! Each has a test of its name in `tests/build`. All mistakes are reported at once, each with one thing to try
//! (`all_mistakes_are_reported_at_once_with_help`).
//!
//! | rule | test |
//! | --- | --- |
//! | Every error of a task is handled, | `every_error_is_handled` |
//! | by itself, or by a parallel, a map or a saga around it. | `a_group_handles_errors_of_its_steps` |
//! | Nothing comes after `catch_all`, | `catch_all_is_last` |
//! | and an error is caught once. | `an_error_is_caught_once` |
//! | `HeartbeatTimeout` is handled where there is a heartbeat. | `heartbeat_errors_need_a_heartbeat` |
//! | A workflow fails with errors that it declares. | `workflows_fail_with_declared_errors` |
//! | A step reads only values in scope, | `values_are_read_in_their_scope` |
//! | an optional one where it is present, | `optional_values_are_read_where_they_are_present` |
//! | and the input of its own workflow. | `steps_stay_in_their_workflow` |
//! | Only callbacks have a task token, | `only_callbacks_have_a_task_token` |
//! | and they pass it to their function. | `callbacks_pass_their_task_token` |
//! | Every state is reachable. | `every_state_is_reachable` |
//! | `succeed` is the last step of its level. | `succeed_is_the_last_of_its_level` |
//! | A step with a compensation is in a saga, | `compensated_steps_are_in_a_saga` |
//! | where a later step can fail. | `every_compensation_is_reachable` |
//! | A compensation continues to the next, | `compensations_continue_to_the_next` |
//! | and its own errors are handled. | `errors_of_compensations_are_handled` |
//! | `compensate_begun` wraps no step with a compensation of its own. | `compensate_begun_wraps_no_compensation` |
//! | Paths that join have the same compensations, | `compensations_do_not_depend_on_the_path` |
//! | and rounds of a loop add none. | `rounds_add_no_compensations` |
//! | A loop has at least one round, | `loops_have_rounds` |
//! | and a map a concurrency of 1 or more. | `maps_run_items` |
//! | Time limits are in whole seconds, | `times_are_in_whole_seconds` |
//! | a function's no longer than Lambda allows, | `functions_run_for_at_most_15_minutes` |
//! | a callback's longer than its function's, | `callbacks_outlast_their_function` |
//! | its heartbeat shorter than that, | `heartbeats_are_shorter_than_the_timeout` |
//! | and a task's no longer than its workflow's. | `tasks_fit_into_their_workflow` |
//! | A retry's longest delay is above its interval, | `retry_delays_exceed_the_interval` |
//! | and an error has one policy. | `an_error_has_one_retry_policy` |
//! | Retries end before the workflow does, | `retries_end_before_the_workflow` |
//! | and so does the longest path through it. | `the_longest_path_ends_before_the_workflow` |
//! | A history has at most 25,000 events. | `histories_have_at_most_25000_events` |
//! | An Express execution waits for nobody, and ends within five minutes. | `express_executions_do_not_wait` |
//! | State names are unique over all levels, | `state_names_are_unique` |
//! | of letters, digits, `-` and `_`, | `state_names_have_allowed_characters` |
//! | at most 80 characters long, | `state_names_have_at_most_80_characters` |
//! | and not those of generated states. | `generated_names_are_free` |
//! | Functions, workflows and resources have names in `PascalCase`. | `substitutions_are_pascal_case` |
//! | No comment contains what CloudFormation substitutes. | `comments_have_no_substitution` |
//! | No input or output can exceed 256 KiB, as far as sizes are known, | `no_payload_exceeds_256_kib` |
//! | not even those of several branches or runs. | `no_combined_output_exceeds_256_kib` |
//! | Personal data goes only into fields that are marked as personal. | `personal_data_goes_only_into_marked_fields` |

// The derives name this crate by its public name, also where they are used inside of it.
extern crate self as asl;

mod compiler;
pub mod guide;
pub mod prelude;
mod services;
mod steps;
mod values;
mod workflow;

pub use asl_analysis::{self as analysis, Hints};
pub use asl_document as document;
pub use asl_macros::{Payload, TaskError};
pub use compiler::{Diagnostic, Diagnostics};
pub use services::*;
pub use steps::*;
#[doc(hidden)]
pub use values::derive;
pub use values::*;
pub use workflow::Workflow;
