//! Declassification of personal data.

use crate::values::expr::Expr;
use crate::values::personal::Personal;

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
        Self::new(self.node.marked(Personal::Declassified))
    }
}
