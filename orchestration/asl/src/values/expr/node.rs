//! Expression nodes: the untyped tree behind typed expressions.

use std::any::Any;
use std::cell::{Cell, OnceCell};

use serde_json::Value;

use super::operator::{HigherOrder, Operator};
use crate::values::field::Field;
use crate::values::personal::Personal;

/// An operation and what is known of its result before there is one.
pub(crate) struct Node {
    pub(crate) kind: ExprKind,
    pub(crate) personal: Personal,
    /// The most items, where it is an array and that is known.
    pub(crate) most_items: Option<u64>,
    pub(crate) fields: OnceCell<Box<dyn Any>>,
}

/// The identity of a value that the workflow binds: the output of a step, the item of a map, the error of a catcher.
pub(crate) type Binding = u64;

/// A binding that no other value in this thread has.
pub(crate) fn next_binding() -> Binding {
    thread_local! {
        static NEXT: Cell<Binding> = const { Cell::new(0) };
    }
    NEXT.with(|next| next.replace(next.get() + 1))
}

#[derive(Clone)]
pub(crate) enum ExprKind {
    /// The input of an execution of this workflow.
    Input(Binding),
    /// A path in the context object.
    Context(&'static str),
    /// The input of the execution that a distributed map starts for an item or a batch.
    ChildInput(Binding),
    /// The response of a service, in the task that evaluates this.
    TaskResult,
    /// A name that the template supplies, such as a table's.
    Substitution(String),
    /// The output of a step, or the error output that a catcher gets.
    Bound(Binding),
    /// The item that an iteration of a map is for, or its index.
    MapItem {
        map: Binding,
        index: bool,
    },
    Field {
        of: &'static Node,
        name: &'static str,
        optional: bool,
    },
    Item {
        of: &'static Node,
        index: usize,
    },
    /// The item of an array at a computed index, if there is one.
    At {
        of: &'static Node,
        index: &'static Node,
    },
    Literal(Value),
    Object(Vec<ObjectField>),
    Array(Vec<&'static Node>),
    Infix {
        operator: Operator,
        left: &'static Node,
        right: &'static Node,
    },
    Call {
        function: &'static str,
        arguments: Vec<&'static Node>,
    },
    /// A function applied to each item of an array.
    Each {
        function: HigherOrder,
        array: &'static Node,
        parameter: Binding,
        body: &'static Node,
    },
    /// The item that an [`Each`](ExprKind::Each) is at.
    Parameter(Binding),
    /// An optional value where it is known to be present: in the arm of a choice, or behind a condition of the same expression.
    Present {
        of: &'static Node,
        arm: Option<Binding>,
    },
    /// Whether there is a value: neither absent nor `null`.
    IsPresent(&'static Node),
    Select {
        condition: &'static Node,
        yes: &'static Node,
        no: &'static Node,
    },
}

/// A field of an object that a workflow writes.
#[derive(Clone, Copy)]
pub(crate) struct ObjectField {
    pub(crate) name: &'static str,
    /// Whether it may hold personal data.
    pub(crate) personal: bool,
    pub(crate) value: &'static Node,
}

/// A field that takes its mark from a payload's type.
impl From<(&'static Field, &'static Node)> for ObjectField {
    fn from((field, value): (&'static Field, &'static Node)) -> Self {
        Self {
            name: field.name,
            personal: field.personal,
            value,
        }
    }
}

/// A field without a mark, such as an argument of a service. Fields inside of it may have one.
impl From<(&'static str, &'static Node)> for ObjectField {
    fn from((name, value): (&'static str, &'static Node)) -> Self {
        Self {
            name,
            personal: false,
            value,
        }
    }
}

impl ExprKind {
    pub(crate) fn parts(&self) -> Vec<&'static Node> {
        match self {
            Self::Field { of, .. }
            | Self::Item { of, .. }
            | Self::Present { of, .. }
            | Self::IsPresent(of) => vec![*of],
            Self::At { of, index } => vec![*of, *index],
            Self::Array(items) => items.clone(),
            Self::Object(fields) => fields.iter().map(|field| field.value).collect(),
            Self::Infix { left, right, .. } => vec![*left, *right],
            Self::Call { arguments, .. } => arguments.clone(),
            Self::Each { array, body, .. } => vec![*array, *body],
            Self::Select { condition, yes, no } => vec![*condition, *yes, *no],
            _ => Vec::new(),
        }
    }
}

impl Node {
    /// The field of this name, where the workflow writes the object as a literal of its companion.
    pub(crate) fn literal_field(&self, name: &str) -> Option<&'static Self> {
        let ExprKind::Object(fields) = &self.kind else {
            return None;
        };
        let field = fields.iter().find(|field| field.name == name);
        field.map(|field| field.value)
    }
}
