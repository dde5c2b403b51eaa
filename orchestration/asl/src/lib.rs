//! State machines in typed Rust, emitted as Amazon States Language.
//!
//! **If it compiles, the data flows.** A function declares once what it takes, returns and fails with. A
//! workflow that passes it anything else, reads a field it does not return, or catches an error it does not
//! declare, does not compile. What types cannot express, [`Workflow::build`] checks, and reports all at once.
//!
//! ```
//! use std::time::Duration;
//!
//! use asl::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Payload)]
//! pub struct Order {
//!     pub id: String,
//!     pub cents: u64,
//! }
//!
//! #[derive(Serialize, Deserialize, Payload)]
//! pub struct Receipt {
//!     pub number: String,
//! }
//!
//! #[derive(Debug, TaskError)]
//! pub enum ChargeError {
//!     #[task(name = "CardDeclined", permanent)]
//!     CardDeclined,
//! }
//!
//! /// The contract of a Lambda function that charges a card. Its code is elsewhere.
//! pub enum Charge {}
//!
//! impl Function for Charge {
//!     const NAME: &'static str = "Charge";
//!     const TIMEOUT: Duration = Duration::from_secs(10);
//!     type Input = Order;
//!     type Output = Receipt;
//!     type Error = ChargeError;
//! }
//!
//! #[derive(Debug, TaskError)]
//! pub enum PlaceOrderError {
//!     #[task(name = "OrderFailed", permanent)]
//!     OrderFailed,
//! }
//!
//! /// The contract of the workflow.
//! pub enum PlaceOrder {}
//!
//! impl Function for PlaceOrder {
//!     const NAME: &'static str = "PlaceOrder";
//!     const TIMEOUT: Duration = Duration::from_mins(10);
//!     type Input = Order;
//!     type Output = Receipt;
//!     type Error = PlaceOrderError;
//! }
//!
//! let place_order = PlaceOrder::define(|order| {
//!     choose("IsFree").when(order.cents.eq(0), pass("Free", ReceiptFields { number: "free".into() })).otherwise(
//!         Charge::call(order)
//!             .catch(charge_error::CardDeclined, |_| {
//!                 pass("Declined", ReceiptFields { number: order.id })
//!             })
//!             .catch_all(|_| fail("NotCharged", place_order_error::OrderFailed, "unknown")),
//!     )
//! });
//!
//! let machine = place_order.build()?;
//! assert!(machine.to_json()?.contains(r#""Next": "Declined""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The definition has JSONata and variables only. Other crates work on it: `asl-reports` draws it, and lists its paths,
//! times and costs; `simulator` runs it.
//!
//! # The guide
//!
//! | page | contents |
//! | --- | --- |
//! | [`guide::tutorial`] | start here: from `cargo new` to a tested definition |
//! | [`guide`] | terms, and a comparison with CDK, durable functions and plain async code |
//! | [`guide::contracts`] | functions, payloads and errors: [`Function`], [`Payload`](macro@Payload), [`TaskError`](macro@TaskError) |
//! | [`guide::values`] | [`Expr`], and what to write instead of `<=`, `==`, `if` and `"text"` |
//! | [`guide::steps`] | [tasks](Function::call) and their handlers, [`choose`], [`wait`], [`pass`], [`succeed`], [`fail`] |
//! | [`guide::groups`] | [`parallel`], [`map_each`], [`distributed_map`], [`repeat_until`] |
//! | [`guide::errors`] | [`Retry`], `catch`, [`saga`] |
//! | [`guide::services`] | [callbacks](Function::callback), [nested workflows](Function::run), [`dynamodb`], [`sns`], [`sqs`], [`events`] |
//! | [`guide::emission`] | states, variables and names |
//! | [`guide::limits`] | sizes, times and personal data |
//! | [`guide::building`] | [`build`](Workflow::build), drawings, reports and tests |
//!
//! # The rules that the compiler enforces
//!
//! Each has a case of its name under `tests/ui/fail`, with the compiler's message.
//!
//! | rule | case |
//! | --- | --- |
//! | The payload of a task is the input of its function. | `task_payloads_must_fit` |
//! | A payload has every field, | `payload_literals_must_have_every_field` |
//! | no other field, | `payload_literals_have_no_unknown_field` |
//! | and each of its own type. | `payload_fields_must_have_their_type` |
//! | Only fields that an output has can be read. | `only_existing_fields_are_read` |
//! | A task catches only errors that its function declares, | `only_declared_errors_can_be_caught` |
//! | and of a nested workflow `ExecutionFailed`. | `nested_workflows_fail_with_their_own_error` |
//! | A contract holds payloads and declared errors. | `contracts_hold_payloads_and_errors` |
//! | All handlers of a state, and its `and_then`, output the same payload, | `all_handlers_output_the_same_payload` |
//! | without `and_then` that of the function. | `handlers_output_what_their_function_does` |
//! | Handlers come before `and_then`. | `handlers_come_before_and_then` |
//! | `and_then` follows the success of a task, | `and_then_follows_success` |
//! | and `then` follows a step. | `then_follows_a_step` |
//! | Only tasks catch errors by name, | `only_tasks_catch_errors_by_name` |
//! | which is a marker. | `errors_are_named_by_markers` |
//! | A value becomes a step with `pass`. | `a_value_becomes_a_step_with_pass` |
//! | Values are compared with methods, not operators, | `values_are_compared_with_methods` |
//! | negated with one, | `booleans_are_negated_with_not` |
//! | joined with one, | `texts_are_joined_with_concat` |
//! | if they are texts, | `only_texts_are_joined` |
//! | and read from a list with one. | `items_of_lists_are_read_with_methods` |
//! | The closure of `map` makes values. | `lists_are_mapped_to_values` |
//! | A text literal is a `String`, | `text_literals_are_strings` |
//! | and any known value has the type that is expected. | `known_values_have_their_type` |
//! | A condition is a boolean. | `conditions_are_booleans` |
//! | The cause of `fail` is known. | `causes_of_fail_are_known` |
//! | A workflow outputs what its contract declares. | `workflows_must_output_what_they_declare` |
//! | A value of a branch cannot be read outside of it. | `a_branchs_value_stays_in_its_branch` |
//! | A callback has a timeout, | `a_callback_needs_a_timeout` |
//! | and no other task has one, | `only_callbacks_have_within` |
//! | and it comes before its handlers, | `a_callback_gets_its_timeout_first` |
//! | as does its heartbeat. | `heartbeat_comes_before_within` |
//! | No task has a `timeout`. | `timeouts_are_set_by_name` |
//! | Only tasks are retried. | `only_tasks_are_retried` |
//! | Only a distributed map tolerates failures. | `only_distributed_maps_tolerate_failures` |
//! | A loop has no errors of its own. | `loops_have_no_errors` |
//! | A choice has a rule | `a_choice_needs_a_rule` |
//! | and an `otherwise`. | `a_choice_needs_an_otherwise` |
//! | A loop has a handler for when its rounds are exhausted, | `a_loop_needs_an_exhausted_handler` |
//! | and a saga one for when all is undone. | `a_saga_needs_a_catch_all` |
//! | The body of a distributed map reads only its item. | `a_distributed_map_reads_only_its_item` |
//! | A payload is a struct with named fields | `payloads_are_structs_with_named_fields` |
//! | whose JSON has one key per field, | `payloads_have_one_json_key_per_field` |
//! | and only an `Option` may be absent, | `only_options_may_be_absent_from_a_payload` |
//! | which is not nested in another. | `options_are_not_nested` |
//! | An `Option`, a list, a map, a tuple or a `Box` is written without an alias. | `containers_are_written_without_an_alias` |
//! | The name of a field is valid in a definition. | `payload_field_names_are_valid_in_a_definition` |
//! | An attribute of a DynamoDB item is a string, a number or a boolean. | `attributes_are_strings_numbers_or_booleans` |
//! | A table holds items, | `tables_hold_items` |
//! | which have its key. | `items_hold_the_key_of_their_table` |
//! | The source of an event is not reserved for AWS. | `sources_of_events_are_not_reserved` |
//! | The marks of a field are `personal` and `at_most`, | `payload_marks_are_personal_and_at_most` |
//! | and `at_most` is for strings and lists. | `at_most_is_for_strings_and_lists` |
//! | An error has a name and a class, | `errors_must_declare_name_and_class` |
//! | one of each, and no two errors the same name. | `errors_have_one_name_and_one_class` |
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
//! | `HeartbeatTimeout` is handled only where there is a heartbeat. | `heartbeat_errors_need_a_heartbeat` |
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
//! | and a map a concurrency of 1 or more, | `maps_run_items` |
//! | inline at most 40. | `inline_maps_run_at_most_40_items_at_once` |
//! | No rule of a choice repeats the condition of another. | `conditions_are_not_repeated` |
//! | Timeouts are in whole seconds, | `times_are_in_whole_seconds` |
//! | those of contracts too, | `timeouts_of_contracts_are_in_whole_seconds` |
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
//! | Functions, workflows and resources have names of letters and digits. | `substitutions_are_letters_and_digits` |
//! | No comment contains what CloudFormation substitutes. | `comments_have_no_substitution` |
//! | No input or output can exceed 256 KiB, as far as sizes are known, | `no_payload_exceeds_256_kib` |
//! | not even those of several branches or runs. | `no_combined_output_exceeds_256_kib` |
//! | Personal data goes only into fields that are marked as personal. | `personal_data_goes_only_into_marked_fields` |

#![warn(missing_docs)]

// The derives name this crate by its public name, also where they are used inside of it.
extern crate self as asl;

mod compiler;
pub mod guide;
pub mod prelude;
mod services;
mod steps;
mod values;

pub use asl_analysis::{self as analysis, Hints};
pub use asl_document as document;
pub use asl_macros::{Payload, TaskError};
pub use compiler::{Diagnostic, Diagnostics};
pub use services::*;
pub use steps::*;
#[doc(hidden)]
pub use values::derive;
pub use values::*;
