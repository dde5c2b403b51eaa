//! The rules of `build`, listed.
//!
//! The table of rules at the front of the crate says what each demands. A rule gets what it checks with its context, and
//! reports each violation with the state, the mistake and one thing to try.

mod compensations;
mod errors;
mod express;
mod groups;
mod longest_path;
mod names;
mod personal;
mod reachability;
mod reads;
mod retries;
mod sizes;
mod time_limits;

use super::context::Context;
use super::report::Report;
use crate::compiler::contract::Contract;
use crate::steps::flow::Flow;
use asl_analysis::Hints;
use asl_document::StateMachine;

/// The machine of a workflow that follows all other rules.
pub(super) struct Machine<'a> {
    pub(super) document: &'a StateMachine,
    pub(super) hints: &'a Hints,
    pub(super) contract: &'a Contract,
}

pub(super) const OF_CONTRACTS: [fn(&Contract, &mut Report); 4] = [
    time_limits::contract_has_whole_seconds,
    names::contract_comment_has_no_substitution,
    sizes::contract_payloads_fit,
    express::contract_ends_within_five_minutes,
];

pub(super) const OF_FLOWS: [fn(&Flow, &Context<'_>, &mut Report); 33] = [
    names::state_names_have_allowed_characters,
    names::state_names_have_at_most_80_characters,
    names::state_names_are_unique,
    names::substitutions_are_letters_and_digits,
    names::comments_have_no_substitution,
    reads::values_are_read_in_their_scope,
    reads::only_callbacks_have_a_task_token,
    personal::personal_data_goes_only_into_marked_fields,
    personal::no_personal_data_in_causes,
    sizes::no_payload_exceeds_256_kib,
    time_limits::times_are_in_whole_seconds,
    time_limits::tasks_fit_into_their_workflow,
    time_limits::callbacks_outlast_their_function,
    time_limits::heartbeats_are_shorter_than_the_timeout,
    time_limits::functions_run_for_at_most_15_minutes,
    retries::retry_delays_exceed_the_interval,
    retries::an_error_has_one_retry_policy,
    errors::heartbeat_errors_need_a_heartbeat,
    reads::callbacks_pass_their_task_token,
    errors::every_error_is_handled,
    errors::catch_all_is_last,
    errors::an_error_is_caught_once,
    errors::workflows_fail_with_declared_errors,
    express::express_executions_do_not_wait,
    groups::loops_have_rounds,
    groups::maps_run_items,
    reachability::every_state_is_reachable,
    reachability::succeed_is_the_last_of_its_level,
    compensations::compensated_steps_are_in_a_saga,
    compensations::compensate_begun_wraps_no_compensation,
    compensations::compensations_continue_to_the_next,
    compensations::compensations_do_not_depend_on_the_path,
    compensations::rounds_add_no_compensations,
];

pub(super) const OF_MACHINES: [fn(&Machine<'_>, &mut Report); 5] = [
    reachability::conditions_are_not_repeated,
    reachability::every_compensation_is_reachable,
    longest_path::paths_end_before_the_workflow,
    longest_path::express_executions_end_within_five_minutes,
    longest_path::histories_have_at_most_25000_events,
];
