//! An order that succeeds as a whole or is undone as a whole.
//!
//! `cargo run -p workflows --example order_saga` shows two executions of it.

mod contracts;
#[path = "../support/mod.rs"]
mod support;
mod workflow;

use std::error::Error;

use serde_json::{Value, json};
use simulator::TaskCall;

use support::{Answer, Scene, show};
use workflow::place_order;

fn main() -> Result<(), Box<dyn Error>> {
    let scenes = vec![
        Scene {
            title: "All goes well.",
            input: order(),
            script: well,
        },
        Scene {
            title: "The bank never answers, and later does not refund what it may have charged: a person is told.",
            input: order(),
            script: in_doubt,
        },
    ];
    show(&place_order(), scenes)
}

fn order() -> Value {
    json!({"id": "o-1", "bicycle": "b-7", "cents": 34_900, "card": "c-3", "address": "a-9"})
}

/// Every task does what it is for.
fn well(call: &TaskCall) -> Answer {
    Answer::Returns(match &*call.state {
        "BookShipment" => json!({"shipment": "s-5"}),
        state if state.ends_with("ByHand") => json!({"MessageId": "m-1"}),
        _ => json!({}),
    })
}

fn in_doubt(call: &TaskCall) -> Answer {
    match &*call.state {
        "ChargeCard" => Answer::Nothing,
        "RefundCharge" => Answer::Fails("RefundRefused"),
        _ => well(call),
    }
}
