//! Cases: an expression with its input.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::Value;

use crate::{Tree, expression, json};

/// What an expression can consist of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grammar {
    /// All of JSONata 2.0.6, but for `$eval`, which Step Functions lacks. Of `$now`, `$millis`, `$random` and `$shuffle` only
    /// what is the same in every evaluation.
    Whole,
    /// What definitions mostly use: paths, constructors, operators, conditions and a few functions, among them `$now`,
    /// `$millis` and `$uuid`, whose values differ from one evaluation to the next.
    Common,
}

/// An expression and the value of `$states.input` that it reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub expression: Tree,
    pub input: Value,
}

impl Case {
    /// The case of that number: the same every time, and independent of the others of its seed.
    pub fn random(grammar: Grammar, seed: u64, number: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(number);
        let input = json(&mut random);
        Self {
            expression: expression(&mut random, grammar, &input),
            input,
        }
    }

    /// The cases that are simpler by one step, the simplest first.
    pub fn reductions(&self) -> impl Iterator<Item = Self> + '_ {
        let expressions = self.expression.reductions().map(|expression| Self {
            expression,
            input: self.input.clone(),
        });
        let inputs = crate::json_reductions(&self.input).into_iter().map(|input| Self {
            expression: self.expression.clone(),
            input,
        });
        expressions.chain(inputs)
    }
}
