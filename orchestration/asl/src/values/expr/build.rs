//! Construction of expression nodes, with what is known of their results: personal data and the most items.

use std::cell::OnceCell;

use serde_json::Value;

use super::node::{ExprKind, Node, ObjectField};
use super::operator::HigherOrder;
use crate::values::personal::Personal;
use crate::values::shape::Shape;

impl Node {
    pub(crate) fn new(kind: ExprKind) -> &'static Self {
        let personal = personal_of(&kind);
        let most_items = most_items(&kind);
        Self::leaked(kind, personal, most_items)
    }

    /// A value of which no more is known than its type.
    pub(crate) fn typed(kind: ExprKind, shape: Shape) -> &'static Self {
        let personal = Personal::inside(shape.personal_field());
        Self::leaked(kind, personal, shape.most_items())
    }

    pub(crate) fn item_of(array: &'static Self, kind: ExprKind) -> &'static Self {
        Self::leaked(kind, array.personal, None)
    }

    /// An object that a workflow writes.
    pub(crate) fn object<F: Into<ObjectField>>(fields: impl IntoIterator<Item = F>) -> &'static Self {
        let fields = fields.into_iter().map(Into::into);
        Self::new(ExprKind::Object(fields.collect()))
    }

    pub(crate) fn marked(&self, personal: Personal) -> &'static Self {
        Self::leaked(self.kind.clone(), personal, self.most_items)
    }

    pub(super) fn leaked(kind: ExprKind, personal: Personal, most_items: Option<u64>) -> &'static Self {
        Box::leak(Box::new(Self {
            kind,
            personal,
            most_items,
            fields: OnceCell::new(),
        }))
    }

    pub(crate) fn literal(value: Value) -> &'static Self {
        Self::new(ExprKind::Literal(value))
    }

    pub(crate) fn array(items: Vec<&'static Self>) -> &'static Self {
        Self::new(ExprKind::Array(items))
    }

    pub(crate) fn field(of: &'static Self, name: &'static str, optional: bool) -> &'static Self {
        Self::new(ExprKind::Field { of, name, optional })
    }

    pub(crate) fn call(function: &'static str, arguments: Vec<&'static Self>) -> &'static Self {
        Self::new(ExprKind::Call { function, arguments })
    }

    /// The same value where its type, and with it the marks of its fields, is lost: all of it is personal if a field was.
    pub(crate) fn as_a_whole(&'static self) -> &'static Self {
        match self.personal {
            Personal::Inside(field) => self.marked(Personal::Yes(field)),
            _ => self,
        }
    }
}

/// Functions whose results say too little of a person to be personal data, as comparisons do.
const COUNTS: [&str; 3] = ["contains", "count", "length"];

/// Whether the result of an operation is personal data: it is if an operand is, unless it is only compared or counted.
fn personal_of(kind: &ExprKind) -> Personal {
    match kind {
        ExprKind::IsPresent(_) => Personal::No,
        ExprKind::Infix { operator, .. } if operator.is_comparison() => Personal::No,
        ExprKind::Call { function, .. } if COUNTS.contains(function) => Personal::No,
        ExprKind::Object(fields) => {
            let marks = fields.iter().map(|field| match field.value.personal {
                _ if field.personal => Personal::Inside(field.name),
                Personal::Yes(from) => Personal::Inside(from),
                other => other,
            });
            marks.fold(Personal::No, Personal::or)
        }
        ExprKind::At { of: array, .. }
        | ExprKind::Each {
            function: HigherOrder::Filter,
            array,
            ..
        } => array.personal,
        ExprKind::Each { body, .. } => body.personal,
        _ => {
            let operands = kind.parts().into_iter().map(|operand| operand.personal);
            operands.reduce(Personal::or).unwrap_or(Personal::No)
        }
    }
}

/// The most items of an array that an operation gives, where that is known.
fn most_items(kind: &ExprKind) -> Option<u64> {
    match kind {
        ExprKind::Literal(Value::Array(items)) => Some(items.len() as u64),
        ExprKind::Each { array, .. } => array.most_items,
        ExprKind::Present { of, .. } => of.most_items,
        ExprKind::Select { yes, no, .. } => Some(yes.most_items?.max(no.most_items?)),
        _ => None,
    }
}
