//! The contract of the workflow that is compiled.

use std::time::Duration;

use crate::values::expr::Binding;
use crate::values::shape::Shape;

pub(crate) struct Contract {
    pub(crate) name: &'static str,
    pub(crate) input: Binding,
    pub(crate) input_shape: Shape,
    pub(crate) output_shape: Shape,
    pub(crate) timeout: Duration,
    pub(crate) errors: Vec<&'static str>,
    pub(crate) comment: Option<String>,
    pub(crate) express: bool,
}
