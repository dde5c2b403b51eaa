//! Which values are personal data.
//!
//! A field that its contract marks so is, and so is what is made of it. Whether two values are equal, which is greater,
//! whether there is one and how many there are says too little of a person to count.

use crate::values::expr::{Expr, Kind, Node};

/// Whether a value is personal data; where it is, by the name of the field that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Personal {
    No,
    /// Its type marks a field of it.
    Inside(&'static str),
    Yes(&'static str),
    /// It would be, but its author has decided that it may be seen.
    Declassified,
}

/// What says little of what it compares.
const COMPARISONS: [&str; 7] = ["=", "!=", "<", "<=", ">", ">=", "in"];

/// What says little of what it counts or looks into.
const COUNTS: [&str; 3] = ["contains", "count", "length"];

impl Personal {
    pub(crate) fn inside(field: Option<&'static str>) -> Self {
        field.map_or(Self::No, Self::Inside)
    }

    /// Of what is made in this way.
    pub(crate) fn of(kind: &Kind) -> Self {
        match kind {
            Kind::Input(_)
            | Kind::Context(_)
            | Kind::ChildInput(_)
            | Kind::TaskResult
            | Kind::Substitution(_)
            | Kind::Bound(_)
            | Kind::MapItem { .. }
            | Kind::Parameter(_)
            | Kind::Literal(_)
            | Kind::IsPresent(_) => Self::No,
            Kind::Field { of, .. }
            | Kind::Item { of, .. }
            | Kind::At { of, .. }
            | Kind::Present { of, .. } => of.personal,
            Kind::Object(fields) => {
                let marks = fields.iter().map(|field| match field.value.personal {
                    _ if field.personal => Self::Inside(field.name),
                    Self::Yes(from) => Self::Inside(from),
                    other => other,
                });
                marks.fold(Self::No, Self::and)
            }
            Kind::Array(items) => items.iter().fold(Self::No, |all, item| all.and(item.personal)),
            Kind::Infix { operator, .. } if COMPARISONS.contains(operator) => Self::No,
            Kind::Infix { left, right, .. } => left.personal.and(right.personal),
            Kind::Call { function, .. } if COUNTS.contains(function) => Self::No,
            Kind::Call { arguments, .. } => arguments
                .iter()
                .fold(Self::No, |all, argument| all.and(argument.personal)),
            Kind::Each {
                function: "filter",
                array,
                ..
            } => array.personal,
            Kind::Each { body, .. } => body.personal,
            Kind::Select { condition, yes, no } => condition.personal.and(yes.personal).and(no.personal),
        }
    }

    /// Of both together.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes(from), _) | (_, Self::Yes(from)) => Self::Yes(from),
            (Self::Inside(field), _) | (_, Self::Inside(field)) => Self::Inside(field),
            (Self::No | Self::Declassified, Self::No | Self::Declassified) => Self::No,
        }
    }
}

impl<T> Expr<'_, T> {
    /// The same value, of which its author has decided that it may be seen, although it is personal data.
    ///
    /// What a contract marks with `#[payload(personal)]`, and what is made of it, goes only into fields with the same
    /// mark: [`Workflow::build`](crate::Workflow::build) reports any other. This is the one way out, for what says
    /// nothing of a person any more. A hash is no such thing: whoever guesses an address can compute its hash.
    ///
    /// ```
    /// # use std::time::Duration;
    /// use asl::{Expr, Function, Payload, TaskError, pass};
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize, Payload)]
    /// pub struct CountInput {
    ///     #[payload(personal)]
    ///     pub birth_year: u64,
    /// }
    ///
    /// #[derive(Serialize, Deserialize, Payload)]
    /// pub struct CountOutput {
    ///     pub century: u64,
    /// }
    /// # #[derive(Debug, TaskError)]
    /// # pub enum CountError {}
    /// # pub enum Count {}
    /// # impl Function for Count {
    /// #     const NAME: &'static str = "Count";
    /// #     const TIMEOUT: Duration = Duration::from_secs(60);
    /// #     type Input = CountInput;
    /// #     type Output = CountOutput;
    /// #     type Error = CountError;
    /// # }
    ///
    /// fn century(person: Expr<'_, CountInput>) -> Expr<'_, u64> {
    ///     person.birth_year - person.birth_year % 100
    /// }
    ///
    /// let told = Count::define(|person| {
    ///     pass("Tell", CountOutputFields { century: century(person) })
    /// });
    /// assert!(told.build().is_err());
    ///
    /// let told = Count::define(|person| {
    ///     pass("Tell", CountOutputFields { century: century(person).declassify() })
    /// });
    /// assert!(told.build().is_ok());
    /// ```
    pub fn declassify(self) -> Self {
        Self::new(self.node.seen_as(Personal::Declassified))
    }
}

impl Node {
    /// What it holds, where nothing knows its type any more.
    pub(crate) fn as_a_whole(&'static self) -> &'static Self {
        match self.personal {
            Personal::Inside(field) => self.seen_as(Personal::Yes(field)),
            _ => self,
        }
    }
}
