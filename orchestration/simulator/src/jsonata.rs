//! JSONata as Step Functions runs it, over the `jsonata-core` crate.
//!
//! The crate's values are reference-counted without atomics and so cannot cross threads; none leaves this
//! module. Between evaluations, only the parsed expression is kept, which is plain data.
//!
//! Source: [Transforming data with JSONata](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).

use std::sync::Arc;

use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::{Context, Evaluator, EvaluatorOptions};
use jsonata_core::parser;
use jsonata_core::value::JValue;
use serde_json::Value;

mod builtin;
mod digest;
mod functions;
mod host;
mod reads;
mod restrictions;
mod scope;
mod tree;
mod values;
mod wording;

pub(crate) use host::Host;
pub(crate) use reads::StatesField;
pub(crate) use scope::{Scope, Variables, walk};
pub(crate) use values::EvaluationError;

use reads::Reads;
use tree::{Node, nodes};
use values::{STACK_OVERFLOW, to_json};

#[derive(Debug)]
pub(crate) struct Expression {
    text: Arc<str>,
    ast: AstNode,
    reads: Box<Reads>,
}

impl Expression {
    /// Parses the text between `{%` and `%}`.
    ///
    /// # Errors
    ///
    /// Why it is not valid.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let ast = parser::parse(text).map_err(|error| error.to_string())?;
        restrictions::check(text, &ast)?;
        Ok(Self {
            text: text.into(),
            reads: Box::new(Reads::of(text)),
            ast,
        })
    }

    /// The expression as it was written, without its delimiters.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the expression reads that field of `$states`, and does not only name it in a string literal.
    pub(crate) fn certainly_reads(&self, field: StatesField) -> bool {
        self.reads.names_field(field) && nodes(&self.ast).contains(&Node::States(field))
    }

    pub(crate) fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, EvaluationError> {
        if let Some(path) = self.reads.plain_path()
            && let Some(value) = scope.follow(path)
        {
            return Ok(value);
        }
        let mut context = Context::new();
        scope.bind(&self.reads, &mut context);
        let mut evaluator = Evaluator::with_options(context, self.limits());
        functions::register(&mut evaluator, self.reads.functions(), scope.host())
            .map_err(|error| EvaluationError::Threw(error.message().to_owned()))?;
        let result = evaluator
            .evaluate(&self.ast, &JValue::Undefined)
            .map_err(|error| thrown(error.message(), &self.ast))?;
        to_json(&result)
    }

    /// The limits of an evaluation, so that every one ends.
    ///
    /// AWS limits the time, depth and memory of an evaluation, and documents none of it. Here, depth is left to
    /// `jsonata-core`. The time is real, not the execution's. Only expressions that define functions can loop, so only
    /// those get a time limit: checking the clock slows evaluation down.
    ///
    /// Source: [floci#2667](https://github.com/floci-io/floci/issues/2667) and
    /// [#2783](https://github.com/floci-io/floci/pull/2783), measured on AWS.
    fn limits(&self) -> EvaluatorOptions {
        let has_functions = self.text.contains("function") || self.text.contains('λ');
        EvaluatorOptions {
            timeout_ms: has_functions.then_some(2_000),
            max_sequence_length: Some(MAX_SEQUENCE),
            ..EvaluatorOptions::default()
        }
    }
}

/// The largest range that AWS evaluates; one more item exceeds its memory limit.
const MAX_SEQUENCE: usize = 873_782;

/// The meaning of an evaluator's error. Exceeded limits have no error code, as on AWS.
fn thrown(message: &str, ast: &AstNode) -> EvaluationError {
    match message.split(':').next() {
        Some("D1012") => EvaluationError::Exceeded("Expression evaluation timeout: Check for infinite loop"),
        Some("D1011" | "U1001") => EvaluationError::Exceeded(STACK_OVERFLOW),
        Some("D2014" | "D2015") => EvaluationError::Exceeded(
            "Expression evaluation memory limit exceeded: Check for excessive memory usage",
        ),
        _ => EvaluationError::Threw(wording::reworded(message, ast)),
    }
}

#[cfg(test)]
mod tests;
