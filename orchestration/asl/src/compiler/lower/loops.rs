//! Loops: a state that sets the counter, the body, and a choice that leads back.
//!
//! ```text
//! repeat_until("Poll", 10, |_| check, |checked| checked.done)
//!     .exhausted(|_| give_up)
//!     .and_then(|_| done)
//!
//! Poll       Assign {"pollRound": 1}                                Next Check
//! Check      Assign {"poll": {"done": ..}}                          Next PollAgain
//! PollAgain  if {% $poll.done %}                                    Next Done
//!            if {% $pollRound < 10 %}
//!              Assign {"pollRound": "{% $pollRound + 1 %}"}         Next Check
//!            else                                                   Next GiveUp
//! ```
//!
//! If the body reads `last`, that is the same variable, `$poll`, before the body assigns it anew. `Poll` makes it `null`.

use serde_json::{Value, json};

use crate::compiler::generated::again_state;
use crate::compiler::jsonata::{enclosed, text};
use crate::compiler::liveness::Part;
use crate::steps::flow::RepeatFlow;
use asl_document::{ChoiceRule, ChoiceState, State, Transition};

use super::names::variable_name;
use super::{Assign, Exit, InputValue, Lowering, pass_state};

impl Lowering {
    pub(super) fn repeat(&mut self, repeat: &RepeatFlow, exit: &Exit, input: Option<&InputValue>) {
        let rounds = &repeat.rounds;
        let name = variable_name(&rounds.name);
        // The loop itself reads the number of the round.
        self.reads
            .entry(rounds.round)
            .or_default()
            .insert(Part::default());
        self.variable_of(rounds.round, &format!("{name}Round"));
        let reads_last = self.reads.contains_key(&rounds.last);
        if reads_last {
            self.reads.entry(rounds.value).or_default();
        }
        let output = self.variable_of(rounds.value, &name);
        self.alias(rounds.value, rounds.last);

        let mut first = self.assign_from_input(input);
        let number = self.variable(rounds.round);
        first.insert(number.clone(), json!(1));
        if reads_last {
            first.insert(self.variable(rounds.value), Value::Null);
        }
        let begin = pass_state(first, None, Transition::Next(rounds.body.entry().to_owned()));
        self.insert(rounds.name.clone(), begin);
        let decide = again_state(rounds);
        let round = Exit {
            to: Transition::Next(decide.clone()),
            output,
        };
        self.flow(&rounds.body, &round, None);

        let mut next_round = Assign::new();
        next_round.insert(number.clone(), json!(enclosed(&format!("${number} + 1"))));
        let rule = |condition: &str, next: &str, assign| ChoiceRule {
            comment: None,
            condition: Value::String(enclosed(condition)),
            assign,
            output: None,
            next: next.to_owned(),
        };
        let choice = ChoiceState {
            comment: rounds.comment.clone(),
            query_language: None,
            choices: vec![
                rule(&text(rounds.until, &self.symbols), repeat.then.entry(), None),
                rule(
                    &format!("${number} < {}", rounds.most),
                    rounds.body.entry(),
                    Some(next_round),
                ),
            ],
            default: Some(repeat.exhausted.entry().to_owned()),
            assign: None,
            output: None,
        };
        self.insert(decide, State::Choice(choice));
        self.paths([&repeat.then, &repeat.exhausted], exit);
    }
}
