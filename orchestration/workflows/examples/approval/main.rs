//! A purchase that people approve, each of whom may be away.
//!
//! `cargo run -p workflows --example approval` shows two executions of it.

mod contracts;
#[path = "../support/mod.rs"]
mod support;
mod workflow;

use std::error::Error;
use std::time::Duration;

use serde_json::{Value, json};
use simulator::TaskCall;

use support::{Answer, Scene, show};
use workflow::approve_purchase;

fn main() -> Result<(), Box<dyn Error>> {
    let scenes = vec![
        Scene {
            title: "The first approver answers after two hours.",
            input: purchase(),
            script: approved,
        },
        Scene {
            title: "Nobody answers the first approver's messages, the second one's desk loses them, the third refuses.",
            input: purchase(),
            script: escalated,
        },
    ];
    show(&approve_purchase(), scenes)
}

fn purchase() -> Value {
    json!({
        "id": "p-1",
        "approvers": ["team-lead", "head-of-department", "board"],
        "answerWithinSeconds": 4 * 3600,
    })
}

fn approved(call: &TaskCall) -> Answer {
    match &*call.state {
        "AskApprover" => answers("approved", call, Duration::from_hours(2)),
        _ => Answer::Returns(json!({})),
    }
}

fn escalated(call: &TaskCall) -> Answer {
    match (call.payload()["approver"].as_str(), &*call.state) {
        (Some("team-lead"), _) => Answer::Completes(None, Duration::from_hours(4)),
        (Some("head-of-department"), _) => Answer::Completes(None, Duration::ZERO),
        (Some(_), "RemindApprover") => answers("refused", call, Duration::from_mins(20)),
        (Some(_), _) => Answer::Completes(None, Duration::from_hours(4)),
        (None, _) => Answer::Returns(json!({})),
    }
}

/// The approver whom the call is for says so, in that time.
fn answers(verdict: &str, call: &TaskCall, after: Duration) -> Answer {
    let answer = json!({"verdict": verdict, "approver": call.payload()["approver"]});
    Answer::Completes(Some(answer), after)
}
