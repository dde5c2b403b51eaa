//! Limits of loops and maps that would stop them from running.

use super::{Context, Report};
use crate::steps::flow::{Flow, Tolerated};

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
