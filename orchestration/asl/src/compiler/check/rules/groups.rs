//! Limits of loops and maps that would stop them from running.

use super::{Context, Report};
use crate::steps::flow::{Flow, Tolerated};

/// Source: [Inline mode](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html).
const MOST_INLINE_RUNS: u64 = 40;

pub(super) fn loops_have_rounds(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    if let Flow::Repeat(repeat) = flow
        && repeat.rounds.most == 0
    {
        report.push(flow.entry(), "it has at most 0 rounds", "allow 1 or more");
    }
}

pub(super) fn maps_run_items(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    let Flow::Map(map) = flow else { return };
    if map.concurrency == Some(0) {
        let message = "its concurrency is 0, which Step Functions takes for no limit";
        report.push(&map.name, message, "use 1 or more, or leave out `concurrency`");
    }
    let Some(distributed) = &map.distributed else {
        if let Some(concurrency) = map.concurrency
            && concurrency > MOST_INLINE_RUNS
        {
            let message = format!(
                "its concurrency is {concurrency}, and at most {MOST_INLINE_RUNS} runs are under way at once"
            );
            report.push(&map.name, message, "lower it, or use `distributed_map`");
        }
        return;
    };
    if matches!(distributed.tolerated, Some(Tolerated::Percentage(percentage)) if percentage > 100) {
        let message = "it tolerates failures of more than 100 percent of its items";
        report.push(&map.name, message, "give a percentage from 0 to 100");
    }
    if distributed.batch == Some(0) {
        report.push(
            &map.name,
            "its batches have at most 0 items",
            "give a size of 1 or more",
        );
    }
}
