//! JSONata as Step Functions runs it: the reference implementation, with a fast path for simple expressions.
//!
//! [`reference`] decides what parses and what it comes to; [`fast`] evaluates expressions for which another implementation
//! was shown to give the same.
//!
//! Source: [Transforming data with JSONata](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).

use std::sync::Arc;

use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::Context;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::Value;

mod digest;
mod fast;
mod host;
mod parse;
mod reads;
mod reference;
mod restrictions;
mod scope;
mod seeded;
mod syntax;
mod values;

pub(crate) use host::Host;
pub(crate) use reads::StatesField;
pub(crate) use scope::{Scope, Variables, walk};
pub(crate) use values::EvaluationError;

use reads::Reads;

/// Why AWS refuses a definition with an expression, in its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ExpressionError {
    Syntax(String),
    /// It reads what is not there: a message for each reference.
    References(Vec<String>),
}

#[derive(Debug)]
pub(crate) struct Expression {
    text: Arc<str>,
    reads: Box<Reads>,
    /// The fields of `$states` that it reads by name, and does not only name in a string literal.
    states_fields: Box<[StatesField]>,
    /// For the fast path, if the expression is simple.
    simple: Option<Box<AstNode>>,
}

impl Expression {
    /// Parses the text between `{%` and `%}`.
    ///
    /// # Errors
    ///
    /// Why it is not valid.
    pub(crate) fn parse(text: &str) -> Result<Self, ExpressionError> {
        let tree = reference::parse(text).map_err(ExpressionError::Syntax)?;
        let references = restrictions::refused_references(&tree);
        if !references.is_empty() {
            return Err(ExpressionError::References(references));
        }
        Ok(Self {
            text: text.into(),
            reads: Box::new(Reads::of(text)),
            states_fields: syntax::states_fields(&tree).into(),
            simple: fast::compile(text, &tree).map(Box::new),
        })
    }

    /// The expression as it was written, without its delimiters.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the expression reads that field of `$states`, and does not only name it in a string literal.
    pub(crate) fn certainly_reads(&self, field: StatesField) -> bool {
        self.states_fields.contains(&field)
    }

    pub(crate) fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, EvaluationError> {
        if let Some(path) = self.reads.plain_path()
            && let Some(value) = scope.follow(path)
        {
            return Ok(value);
        }
        let now = scope.host().now();
        let random = self
            .reads
            .may_draw()
            .then(|| ChaCha8Rng::seed_from_u64(scope.host().draw_seed()));
        if let Some(simple) = &self.simple {
            let mut context = Context::new();
            if scope.bind(&self.reads, &mut context).is_some()
                && let Some(result) = fast::evaluate(simple, context, &self.reads, now, random.clone())
            {
                return result.map_err(|fast::Undefined| EvaluationError::Undefined);
            }
        }
        let bindings = reference::Bindings {
            states: scope.states(&self.reads),
            variables: scope.variables(&self.reads).collect(),
        };
        reference::evaluate(&self.text, &bindings, reference::Run::new(now, random))
    }
}

#[cfg(test)]
mod differential;
#[cfg(test)]
mod tests;
