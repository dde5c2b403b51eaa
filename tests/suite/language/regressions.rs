//! Regression tests: each bug that random workflows have found, as a minimal workflow.

use std::time::Duration;

use asl::{Function, Payload, TaskError, map_each, parallel, pass};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::run;

#[derive(Serialize, Deserialize, Payload)]
struct Word {
    word: String,
}

#[derive(Serialize, Deserialize, Payload)]
struct Words {
    words: Vec<Word>,
}

#[derive(Debug, TaskError)]
enum Never {}

enum Say {}

impl Function for Say {
    const NAME: &'static str = "Say";
    const TIMEOUT: Duration = Duration::from_hours(1);
    type Input = Words;
    type Output = Words;
    type Error = Never;
}

fn word(word: asl::Expr<'_, String>) -> WordFields<'_> {
    WordFields { word }
}

#[tokio::test]
async fn the_body_of_a_map_reads_the_outputs_of_an_earlier_parallel() {
    let machine = Say::define(|say| {
        let left = pass("Left", word("left".into()));
        let right = pass("Right", word("right".into()));
        parallel("Both", (left, right)).and_then(|(left, _)| {
            map_each("Each", say.words, |_| pass("Said", word(left.word)))
                .and_then(|words| pass("All", WordsFields { words }))
        })
    })
    .build()
    .unwrap();

    let ran = run(&machine, json!({"words": [{"word": "a"}]}), |_| Ok(json!({}))).await;

    assert_eq!(ran.output(), &json!({"words": [{"word": "left"}]}));
}
