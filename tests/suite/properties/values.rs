//! Random terms: evaluated by the interpreter, and written as expressions by the builder.

use asl::{ErrorOutput, Expr, IntoExpr, literal, none};
use proptest::prelude::*;
use proptest::sample::Index;

use super::contracts::{Sample, SampleFields};
use super::scope::Scope;

/// The scope of the interpreter.
pub(crate) type Values = Scope<Sample, Vec<Sample>>;
/// The scope of the builder.
pub(crate) type Expressions<'s> = Scope<Expr<'s, Sample>, Expr<'s, Vec<Sample>>>;

/// A sample: one of the scope, or one composed of parts.
#[derive(Debug, Clone)]
pub(crate) enum SampleTerm {
    InScope(Index),
    Of(Number, Optional, Text),
}

#[derive(Debug, Clone)]
pub(crate) enum Number {
    Literal(u8),
    Of(Index),
    Sum(Index, u8),
    OrElse(Index, Index),
}

#[derive(Debug, Clone)]
pub(crate) enum Optional {
    None,
    Some(u8),
    Of(Index),
    More(Index, u8),
}

#[derive(Debug, Clone)]
pub(crate) enum Text {
    Literal(usize),
    Of(Index),
    Joined(Index, usize),
}

#[derive(Debug, Clone)]
pub(crate) enum Condition {
    Is(Index, u8),
    IsPresent(Index),
    Less(Index, Index),
    SameText(Index, Index),
    Not(Box<Condition>),
}

/// A list: a literal, one of the scope, or one derived from that.
#[derive(Debug, Clone)]
pub(crate) enum List {
    Literal(Vec<(u8, Option<u8>)>),
    InScope(Index),
    More(Index, u8),
    Less(Index, u8),
}

/// Texts with special characters. None is empty: `asl-validator` rejects empty text.
const TEXTS: [&str; 6] = ["a", "it's", "${x}", "{% 1 %}", "\"é\" \\", "$a & %}"];

pub(crate) fn number() -> impl Strategy<Value = Number> + Clone {
    prop_oneof![
        (0..4_u8).prop_map(Number::Literal),
        any::<Index>().prop_map(Number::Of),
        (any::<Index>(), 0..4_u8).prop_map(|(of, more)| Number::Sum(of, more)),
        any::<(Index, Index)>().prop_map(|(optional, other)| Number::OrElse(optional, other)),
    ]
}

fn optional() -> impl Strategy<Value = Optional> + Clone {
    prop_oneof![
        Just(Optional::None),
        (0..4_u8).prop_map(Optional::Some),
        any::<Index>().prop_map(Optional::Of),
        (any::<Index>(), 0..4_u8).prop_map(|(of, more)| Optional::More(of, more)),
    ]
}

pub(crate) fn text() -> impl Strategy<Value = Text> + Clone {
    prop_oneof![
        (0..TEXTS.len()).prop_map(Text::Literal),
        any::<Index>().prop_map(Text::Of),
        (any::<Index>(), 0..TEXTS.len()).prop_map(|(of, more)| Text::Joined(of, more)),
    ]
}

pub(crate) fn sample_term() -> impl Strategy<Value = SampleTerm> + Clone {
    prop_oneof![
        1 => any::<Index>().prop_map(SampleTerm::InScope),
        2 => (number(), optional(), text()).prop_map(|(number, optional, text)| SampleTerm::Of(number, optional, text)),
    ]
}

pub(crate) fn condition() -> impl Strategy<Value = Condition> + Clone {
    let plain = prop_oneof![
        (any::<Index>(), 0..4_u8).prop_map(|(of, value)| Condition::Is(of, value)),
        any::<Index>().prop_map(Condition::IsPresent),
        any::<(Index, Index)>().prop_map(|(left, right)| Condition::Less(left, right)),
        any::<(Index, Index)>().prop_map(|(left, right)| Condition::SameText(left, right)),
    ];
    (plain, any::<bool>()).prop_map(|(condition, not)| {
        if not {
            Condition::Not(Box::new(condition))
        } else {
            condition
        }
    })
}

pub(crate) fn list() -> impl Strategy<Value = List> + Clone {
    let literal = proptest::collection::vec((0..4_u8, proptest::option::of(0..4_u8)), 0..4);
    prop_oneof![
        literal.prop_map(List::Literal),
        any::<Index>().prop_map(List::InScope),
        (any::<Index>(), 0..4_u8).prop_map(|(of, more)| List::More(of, more)),
        (any::<Index>(), 0..4_u8).prop_map(|(of, below)| List::Less(of, below)),
    ]
}

impl SampleTerm {
    pub(crate) fn evaluate(&self, values: &Values) -> Sample {
        match self {
            Self::InScope(of) => values.value(*of),
            Self::Of(number, optional, text) => Sample {
                number: number.evaluate(values),
                optional: optional.evaluate(values),
                text: text.evaluate(values),
            },
        }
    }

    pub(crate) fn expression<'s>(&self, known: &Expressions<'s>) -> Expr<'s, Sample> {
        match self {
            Self::InScope(of) => known.value(*of),
            Self::Of(number, optional, text) => SampleFields {
                number: number.expression(known),
                optional: optional.expression(known),
                text: text.expression(known),
            }
            .into_expr(),
        }
    }
}

impl Number {
    pub(crate) fn evaluate(&self, values: &Values) -> u64 {
        match self {
            Self::Literal(value) => u64::from(*value),
            Self::Of(of) => values.value(*of).number,
            Self::Sum(of, more) => values.value(*of).number + u64::from(*more),
            Self::OrElse(optional, other) => values
                .value(*optional)
                .optional
                .unwrap_or_else(|| values.value(*other).number),
        }
    }

    pub(crate) fn expression<'s>(&self, known: &Expressions<'s>) -> Expr<'s, u64> {
        match self {
            Self::Literal(value) => literal(u64::from(*value)),
            Self::Of(of) => known.value(*of).number,
            Self::Sum(of, more) => known.value(*of).number + literal(u64::from(*more)),
            Self::OrElse(optional, other) => known
                .value(*optional)
                .optional
                .unwrap_or(known.value(*other).number),
        }
    }
}

impl Optional {
    fn evaluate(&self, values: &Values) -> Option<u64> {
        match self {
            Self::None => None,
            Self::Some(value) => Some(u64::from(*value)),
            Self::Of(of) => values.value(*of).optional,
            Self::More(of, more) => values.value(*of).optional.map(|value| value + u64::from(*more)),
        }
    }

    fn expression<'s>(&self, known: &Expressions<'s>) -> Expr<'s, Option<u64>> {
        match self {
            Self::None => none(),
            Self::Some(value) => literal(u64::from(*value)).some(),
            Self::Of(of) => known.value(*of).optional,
            Self::More(of, more) => {
                let more = literal(u64::from(*more));
                known.value(*of).optional.map_some(|value| value + more)
            }
        }
    }
}

impl Text {
    pub(crate) fn evaluate(&self, values: &Values) -> String {
        match self {
            Self::Literal(which) => TEXTS[*which].to_owned(),
            Self::Of(of) => values.value(*of).text,
            Self::Joined(of, more) => values.value(*of).text + TEXTS[*more],
        }
    }

    pub(crate) fn expression<'s>(&self, known: &Expressions<'s>) -> Expr<'s, String> {
        match self {
            Self::Literal(which) => literal(TEXTS[*which].to_owned()),
            Self::Of(of) => known.value(*of).text,
            Self::Joined(of, more) => known.value(*of).text.concat(literal(TEXTS[*more].to_owned())),
        }
    }
}

impl Condition {
    pub(crate) fn evaluate(&self, values: &Values) -> bool {
        match self {
            Self::Is(of, value) => values.value(*of).number == u64::from(*value),
            Self::IsPresent(of) => values.value(*of).optional.is_some(),
            Self::Less(left, right) => values.value(*left).number < values.value(*right).number,
            Self::SameText(left, right) => values.value(*left).text == values.value(*right).text,
            Self::Not(condition) => !condition.evaluate(values),
        }
    }

    pub(crate) fn expression<'s>(&self, known: &Expressions<'s>) -> Expr<'s, bool> {
        match self {
            Self::Is(of, value) => known.value(*of).number.eq(u64::from(*value)),
            Self::IsPresent(of) => known.value(*of).optional.is_some(),
            Self::Less(left, right) => known.value(*left).number.lt(known.value(*right).number),
            Self::SameText(left, right) => known.value(*left).text.eq(known.value(*right).text),
            Self::Not(condition) => condition.expression(known).not(),
        }
    }
}

impl List {
    pub(crate) fn evaluate(&self, values: &Values) -> Vec<Sample> {
        let list = |of: &Index| values.list(*of).unwrap_or_default();
        match self {
            Self::Literal(items) => literal_list(items),
            Self::InScope(of) => list(of),
            Self::More(of, more) => {
                let mut list = list(of);
                for item in &mut list {
                    item.number += u64::from(*more);
                }
                list
            }
            Self::Less(of, below) => {
                let mut list = list(of);
                list.retain(|item| item.number < u64::from(*below));
                list
            }
        }
    }

    pub(crate) fn expression<'s>(&self, known: &Expressions<'s>) -> Expr<'s, Vec<Sample>> {
        let list = |of: &Index| known.list(*of).unwrap_or_else(|| literal(Vec::new()));
        match self {
            Self::Literal(items) => literal(literal_list(items)),
            Self::InScope(of) => list(of),
            Self::More(of, more) => list(of).map(|item| {
                SampleFields {
                    number: item.number + literal(u64::from(*more)),
                    optional: item.optional,
                    text: item.text,
                }
                .into_expr()
            }),
            Self::Less(of, below) => list(of).filter(|item| item.number.lt(literal(u64::from(*below)))),
        }
    }
}

fn literal_list(items: &[(u8, Option<u8>)]) -> Vec<Sample> {
    let sample = |(number, optional): &(u8, Option<u8>)| Sample {
        number: u64::from(*number),
        optional: optional.map(u64::from),
        text: TEXTS[usize::from(*number)].to_owned(),
    };
    items.iter().map(sample).collect()
}

/// A sample about a number.
pub(crate) fn numbered(number: u64) -> Sample {
    Sample {
        number,
        optional: None,
        text: "number".to_owned(),
    }
}

pub(crate) fn numbered_expression(number: Expr<'_, u64>) -> Expr<'_, Sample> {
    SampleFields {
        number,
        optional: none(),
        text: literal("number".to_owned()),
    }
    .into_expr()
}

/// A sample about a text.
pub(crate) fn text_sample(text: String) -> Sample {
    Sample {
        number: 1,
        optional: Some(2),
        text,
    }
}

pub(crate) fn text_sample_expression(text: Expr<'_, String>) -> Expr<'_, Sample> {
    SampleFields {
        number: literal(1),
        optional: literal(2).some(),
        text,
    }
    .into_expr()
}

/// A sample about a list.
pub(crate) fn summary(list: &[Sample]) -> Sample {
    Sample {
        number: list.iter().map(|item| item.number).sum(),
        optional: u64::try_from(list.len()).ok(),
        text: "list".to_owned(),
    }
}

pub(crate) fn summary_expression(list: Expr<'_, Vec<Sample>>) -> Expr<'_, Sample> {
    SampleFields {
        number: list.map(|item| item.number).sum(),
        optional: list.length().some(),
        text: literal("list".to_owned()),
    }
    .into_expr()
}

/// A sample about a round: its number, and the output of the previous one.
pub(crate) fn round(number: u64, last: Option<&Sample>) -> Sample {
    Sample {
        number,
        optional: last.map(|last| last.number),
        text: last.map_or_else(|| "first".to_owned(), |last| last.text.clone()),
    }
}

pub(crate) fn round_expression<'s>(round: &asl::Round<'s, Sample>) -> Expr<'s, Sample> {
    SampleFields {
        number: round.number,
        optional: round.last.map_some(|last| last.number),
        text: round
            .last
            .map_some(|last| last.text)
            .unwrap_or(literal("first".to_owned())),
    }
    .into_expr()
}

/// The only error whose cause is read: the causes of other errors are unspecified.
pub(crate) const REFUSED: &str = "Refused";

pub(crate) fn error_expression(error: Expr<'_, ErrorOutput>) -> Expr<'_, Sample> {
    let cause = error.cause.declassify().unwrap_or(literal("no cause".to_owned()));
    text_sample_expression(error.error.eq(REFUSED.to_owned()).if_else(cause, error.error))
}
