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
//! | A task catches only errors that its function declares. | `only_declared_errors_can_be_caught` |
//! | All handlers of a state, and its `and_then`, output the same payload. | `all_handlers_output_the_same_payload` |
//! | Handlers come before `and_then`. | `handlers_come_before_and_then` |
//! | `and_then` follows the success of a task, | `and_then_follows_success` |
//! | and `then` follows a step. | `then_follows_a_step` |
//! | Only tasks catch errors by name, | `only_tasks_catch_errors_by_name` |
//! | which is a marker. | `errors_are_named_by_markers` |
//! | A value becomes a step with `pass`. | `a_value_becomes_a_step_with_pass` |
//! | Values are compared with methods, not operators. | `values_are_compared_with_methods` |
//! | A workflow outputs what its contract declares. | `workflows_must_output_what_they_declare` |
//! | A value of a branch cannot be read outside of it. | `a_branchs_value_stays_in_its_branch` |
//! | A callback has a time limit, | `a_callback_needs_a_time_limit` |
//! | and no other task has one, | `only_callbacks_have_within` |
//! | and it comes before its handlers. | `a_callback_gets_its_time_limit_first` |
//! | A choice has a rule | `a_choice_needs_a_rule` |
//! | and an `otherwise`. | `a_choice_needs_an_otherwise` |
//! | A loop has a handler for when its rounds are exhausted, | `a_loop_needs_an_exhausted_handler` |
//! | and a saga one for when all is undone. | `a_saga_needs_a_catch_all` |
//! | The body of a distributed map reads only its item. | `a_distributed_map_reads_only_its_item` |
//! | A payload is a struct with named fields | `payloads_are_structs_with_named_fields` |
//! | whose JSON has one key per field, | `payloads_have_one_json_key_per_field` |
//! | and only an `Option` may be absent. | `only_options_may_be_absent_from_a_payload` |
//! | The name of a field is valid in a definition. | `payload_field_names_are_valid_in_a_definition` |
//! | An attribute of a DynamoDB item is a string, a number or a boolean. | `attributes_are_strings_numbers_or_booleans` |
//! | The marks of a field are `personal` and `at_most`, | `payload_marks_are_personal_and_at_most` |
//! | and `at_most` is for strings and lists. | `at_most_is_for_strings_and_lists` |
//! | An error has a name and a class, | `errors_must_declare_name_and_class` |
//! | one of each, and no two errors the same name. | `errors_have_one_name_and_one_class` |
//!
//! # The rules that `build` enforces
//!
//! Each has a test of its name in `tests/build`. All that is wrong is reported at once, with a remedy each
//! (`all_problems_are_reported_at_once_with_a_remedy_each`).
//!
//! | rule | test |
//! | --- | --- |
//! | Every task has an answer to every error. | `every_task_needs_an_answer_to_every_error` |
//! | A parallel or a map may give it for what is inside. | `a_group_answers_for_what_is_inside` |
//! | Nothing stands behind `catch_all`, | `nothing_stands_behind_catch_all` |
//! | and an error is caught once. | `an_error_is_caught_once` |
//! | Only where heartbeats are due can one be missed. | `only_due_heartbeats_are_missed` |
//! | A step reads only what is bound where it stands, | `a_step_reads_only_what_is_bound_where_it_stands` |
//! | one that may be missing on the way on which it is there, | `a_value_that_may_be_missing_is_read_where_it_is_there` |
//! | in its own workflow. | `a_step_of_one_workflow_has_no_place_in_another` |
//! | Only callbacks have a task token. | `only_callbacks_have_a_task_token` |
//! | Something leads to every state. | `nothing_stands_behind_what_always_fails` |
//! | A `succeed` is the last of its level. | `a_succeed_is_the_last_of_its_level` |
//! | An undo stands in a saga, | `an_undo_stands_in_a_saga` |
//! | something leads to it, | `every_undo_is_reached` |
//! | it leads on, | `an_undo_leads_on_to_the_next` |
//! | and its errors have an answer. | `an_undo_answers_its_own_errors_unless_the_handler_is_told` |
//! | A step that is undone as begun has no undos of its own. | `what_is_undone_as_begun_has_no_undos_of_its_own` |
//! | What there is to undo does not depend on the way, | `ways_that_come_together_have_the_same_to_undo` |
//! | nor on the round of a loop, | `a_round_leaves_nothing_to_undo` |
//! | which has at least one. | `a_loop_has_rounds` |
//! | A workflow fails with what it declares. | `a_workflow_fails_with_what_it_declares` |
//! | Bounds are in whole seconds, | `a_bound_is_in_whole_seconds` |
//! | a function's no longer than Lambda lets one run, | `a_function_runs_for_15_minutes_at_the_most` |
//! | a callback's longer than its function's, | `a_callback_waits_longer_than_its_function_runs` |
//! | and no task's longer than its workflow's. | `a_task_takes_no_longer_than_its_workflow` |
//! | Retries end before the workflow does, | `retries_end_before_the_workflow_does` |
//! | and so does the longest way through it. | `the_longest_way_ends_before_the_workflow_does` |
//! | A history has at most 25,000 events. | `a_history_has_at_most_25000_events` |
//! | An Express workflow waits for nobody, and ends soon. | `express_workflows_wait_for_nobody_and_end_in_five_minutes` |
//! | A retry's longest delay is above its interval. | `retries_have_a_longest_delay_above_their_interval` |
//! | A map runs something at once. | `a_map_runs_something_at_once` |
//! | Names are unique over all levels, | `state_names_are_unique_over_all_levels` |
//! | of letters, digits, `-` and `_`, | `state_names_hold_letters_digits_hyphens_and_underscores` |
//! | at most 80 characters long, | `state_names_have_at_most_80_characters` |
//! | none that the emitter needs, | `the_name_that_a_parallel_needs_for_its_results_is_free` |
//! | and what the template supplies is called in `PascalCase`. | `what_the_template_supplies_has_a_name_in_pascal_case` |
//! | No state takes or leaves more than 256 KiB, as far as it is known, | `no_payload_is_larger_than_256_kib` |
//! | not even of several branches or runs. | `what_branches_or_runs_leave_is_no_larger_together` |
//! | Personal data goes only into fields that are marked so. | `personal_data_goes_only_into_fields_that_are_marked_so` |
//! | No comment holds what CloudFormation substitutes. | `no_comment_holds_what_cloudformation_substitutes` |

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
pub use values::shape;
pub use values::*;
pub use workflow::Workflow;
