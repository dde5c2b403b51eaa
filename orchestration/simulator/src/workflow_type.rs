//! Standard and Express workflows.

/// The two types of workflow.
///
/// Source: [Choosing workflow type](https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum WorkflowType {
    /// Runs up to a year, each state exactly once.
    #[default]
    Standard,
    /// Runs up to five minutes.
    Express,
}
