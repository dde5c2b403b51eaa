//! What expressions are made of.

use std::any::Any;
use std::cell::OnceCell;

use serde_json::Value;

use crate::Field;
use crate::values::personal::Personal;
use crate::values::shape::Shape;

/// What an expression is made of.
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) personal: Personal,
    /// The most items, where it is an array and that is known.
    pub(crate) most_items: Option<u64>,
    pub(super) fields: OnceCell<Box<dyn Any>>,
}

/// Names a value that a state leaves for the ones behind it.
pub(crate) type Binding = u64;

#[derive(Clone)]
pub(crate) enum Kind {
    /// The input of an execution of this workflow.
    Input(Binding),
    /// A path in the context object.
    Context(&'static str),
    /// The input of the execution that a distributed map starts for an item or a batch.
    ChildInput(Binding),
    /// What a service answered to the task that evaluates this.
    TaskResult,
    /// A name that the template supplies, such as a table's.
    Substitution(String),
    /// What a step left, or the error output that a catcher got.
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
    /// The item of an array at a place that the execution finds out, if there is one.
    At {
        of: &'static Node,
        index: &'static Node,
    },
    Literal(Value),
    Object(Vec<ObjectField>),
    Array(Vec<&'static Node>),
    Infix {
        operator: &'static str,
        left: &'static Node,
        right: &'static Node,
    },
    Call {
        function: &'static str,
        arguments: Vec<&'static Node>,
    },
    /// A function applied to each item of an array, such as `$map`.
    Each {
        function: &'static str,
        array: &'static Node,
        parameter: Binding,
        body: &'static Node,
    },
    /// The item that an [`Each`](Kind::Each) is at.
    Parameter(Binding),
    /// A value that may be missing, where it is there: on a way, or behind a question in the same expression.
    Present {
        of: &'static Node,
        way: Option<Binding>,
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
    /// Whether it may see personal data.
    pub(crate) personal: bool,
    pub(crate) value: &'static Node,
}

/// One that takes its mark from a payload's type.
impl From<(&'static Field, &'static Node)> for ObjectField {
    fn from((field, value): (&'static Field, &'static Node)) -> Self {
        Self {
            name: field.name,
            personal: field.personal,
            value,
        }
    }
}

/// One without a mark, such as an argument of a service. What stands inside of it may have one.
impl From<(&'static str, &'static Node)> for ObjectField {
    fn from((name, value): (&'static str, &'static Node)) -> Self {
        Self {
            name,
            personal: false,
            value,
        }
    }
}

impl Node {
    pub(crate) fn new(kind: Kind) -> &'static Self {
        let personal = Personal::of(&kind);
        let most_items = most_items(&kind);
        Self::leaked(kind, personal, most_items)
    }

    /// A value of which only its type is known.
    pub(crate) fn typed(kind: Kind, shape: Shape) -> &'static Self {
        let personal = Personal::inside(shape.personal_field());
        Self::leaked(kind, personal, shape.most_items())
    }

    /// One item of an array.
    pub(crate) fn item_of(array: &'static Self, kind: Kind) -> &'static Self {
        Self::leaked(kind, array.personal, None)
    }

    /// An object that a workflow writes.
    pub(crate) fn object<F: Into<ObjectField>>(fields: impl IntoIterator<Item = F>) -> &'static Self {
        let fields = fields.into_iter().map(Into::into);
        Self::new(Kind::Object(fields.collect()))
    }

    /// The same value, seen otherwise.
    pub(crate) fn seen_as(&self, personal: Personal) -> &'static Self {
        Self::leaked(self.kind.clone(), personal, self.most_items)
    }

    pub(super) fn leaked(kind: Kind, personal: Personal, most_items: Option<u64>) -> &'static Self {
        Box::leak(Box::new(Self {
            kind,
            personal,
            most_items,
            fields: OnceCell::new(),
        }))
    }

    pub(crate) fn literal(value: Value) -> &'static Self {
        Self::new(Kind::Literal(value))
    }

    pub(crate) fn array(items: Vec<&'static Self>) -> &'static Self {
        Self::new(Kind::Array(items))
    }

    pub(crate) fn field(of: &'static Self, name: &'static str, optional: bool) -> &'static Self {
        Self::new(Kind::Field { of, name, optional })
    }

    pub(crate) fn call(function: &'static str, arguments: Vec<&'static Self>) -> &'static Self {
        Self::new(Kind::Call { function, arguments })
    }

    /// The nodes that this one is made of.
    pub(crate) fn parts(&self) -> Vec<&'static Node> {
        match &self.kind {
            Kind::Input(_)
            | Kind::Context(_)
            | Kind::ChildInput(_)
            | Kind::TaskResult
            | Kind::Substitution(_)
            | Kind::Bound(_)
            | Kind::MapItem { .. }
            | Kind::Literal(_)
            | Kind::Parameter(_) => Vec::new(),
            Kind::Field { of, .. } | Kind::Item { of, .. } => vec![*of],
            Kind::At { of, index } => vec![*of, *index],
            Kind::Array(items) => items.clone(),
            Kind::Object(fields) => fields.iter().map(|field| field.value).collect(),
            Kind::Infix { left, right, .. } => vec![*left, *right],
            Kind::Call { arguments, .. } => arguments.clone(),
            Kind::Each { array, body, .. } => vec![*array, *body],
            Kind::Present { of: inner, .. } | Kind::IsPresent(inner) => vec![*inner],
            Kind::Select { condition, yes, no } => vec![*condition, *yes, *no],
        }
    }
}

/// The most items of an array that is made in this way.
fn most_items(kind: &Kind) -> Option<u64> {
    match kind {
        Kind::Literal(Value::Array(items)) => Some(items.len() as u64),
        Kind::Each { array, .. } => array.most_items,
        Kind::Present { of, .. } => of.most_items,
        Kind::Select { yes, no, .. } => Some(yes.most_items?.max(no.most_items?)),
        _ => None,
    }
}
