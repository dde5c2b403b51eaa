//! A file of any length, whose rows are stored in batches side by side.
//!
//! `cargo run -p workflows --example bulk_import` shows two executions of it.

mod contracts;
#[path = "../support/mod.rs"]
mod support;
mod workflow;

use std::error::Error;

use serde_json::{Value, json};
use simulator::TaskCall;

use support::{Answer, Scene, show};
use workflow::import_prices;

fn main() -> Result<(), Box<dyn Error>> {
    let scenes = vec![
        Scene {
            title: "Of 600 prices, the 25 of one batch are not stored: fewer than one in twenty.",
            input: list(),
            script: |call| import(call, |article| article == 7),
        },
        Scene {
            title: "Every hundredth price is no price, so that every fourth batch fails: the file is rejected.",
            input: list(),
            script: |call| import(call, |article| article % 100 == 7),
        },
    ];
    show(&import_prices(), scenes)
}

fn list() -> Value {
    json!({"supplier": "s-1", "file": "s-1/prices.csv"})
}

/// Reads a file of 600 prices, and stores the batches in which none is malformed.
fn import(call: &TaskCall, is_malformed: fn(u64) -> bool) -> Answer {
    match &*call.state {
        "CountRows" => Answer::Returns(json!({"rows": 600})),
        "StoreAll" => Answer::Returns(
            (0..600)
                .map(|article| row(article, is_malformed(article)))
                .collect(),
        ),
        "StorePrices" => {
            let prices = call.payload()["prices"].as_array();
            if prices.is_some_and(|prices| prices.iter().any(|price| price["price"] == "on request")) {
                Answer::Fails("PriceMalformed")
            } else {
                Answer::Returns(json!({}))
            }
        }
        _ => Answer::Returns(json!({"MessageId": "m-1"})),
    }
}

fn row(article: u64, is_malformed: bool) -> Value {
    let price = if is_malformed { "on request" } else { "12.50" };
    json!({"article": article.to_string(), "price": price})
}
