//! Arrays.

use crate::IntoExpr;
use crate::values::expr::{Expr, ExprKind, HigherOrder, Node, Operator, call, next_binding};
use crate::values::into_expr::MapOutput;
use crate::values::numbers::Number;
use crate::values::texts::Text;

/// A type that JSONata compares by value: numbers, strings and booleans.
///
/// ```
/// # use shop::*;
/// use asl::{Expr, Scalar};
///
/// fn has_two<T>(numbers: Expr<'_, Vec<T>>) -> Expr<'_, bool>
/// where
///     T: Scalar + From<u8> + serde::Serialize,
/// {
///     numbers.includes(T::from(2))
/// }
///
/// assert_eq!(
///     jsonata(|order| has_two(order.lines.map(|line| line.amount))),
///     "2 in [$map(order.lines, function($item) { $item.amount })[]]"
/// );
/// ```
pub trait Scalar {}

impl<T: Text> Scalar for T {}
impl Scalar for bool {}

macro_rules! scalars {
    ($($number:ty)+) => { $(impl Scalar for $number {})+ };
}

scalars!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64);

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the items of a list exist only when the machine runs",
    label = "no iterator",
    note = "`map` and `filter` make another list of values, and `map_each` runs a step per item"
)]
pub trait HasItemsNow {}

impl<'s, T> Expr<'s, Vec<T>> {
    /// What `function` makes of each item, in order.
    ///
    /// `function` is called once, when the workflow is defined. Neither the items nor the results may be arrays
    /// themselves: JSONata would join them. `build` reports an item that is read outside of the closure.
    ///
    /// Source: [JSONata, Sequences](https://docs.jsonata.org/processing#sequences).
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.lines.map(|line| line.sku)),
    ///     "[$map(order.lines, function($item) { $item.sku })[]]"
    /// );
    /// ```
    pub fn map<R: MapOutput<'s>>(self, function: impl FnOnce(Expr<'s, T>) -> R) -> Expr<'s, Vec<R::Value>> {
        self.each(HigherOrder::Map, |item| function(item).into_expr().node)
    }

    #[doc(hidden)]
    pub fn iter(self) -> std::iter::Empty<T>
    where
        Self: HasItemsNow,
    {
        std::iter::empty()
    }

    /// The items for which `condition` holds, in order. They are no arrays themselves: see [`map`](Self::map).
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.lines.filter(|line| line.amount.gt(1))),
    ///     "[$filter(order.lines, function($item) { $item.amount > 1 })[]]"
    /// );
    /// ```
    pub fn filter(self, condition: impl FnOnce(Expr<'s, T>) -> Expr<'s, bool>) -> Self {
        self.each(HigherOrder::Filter, |item| condition(item).node)
    }

    fn each<U>(
        self,
        function: HigherOrder,
        body: impl FnOnce(Expr<'s, T>) -> &'static Node,
    ) -> Expr<'s, Vec<U>> {
        let parameter = next_binding();
        let item = Expr::new(Node::item_of(self.node, ExprKind::Parameter(parameter)));
        let body = body(item);
        Expr::new(Node::new(ExprKind::Each {
            function,
            array: self.node,
            parameter,
            body,
        }))
    }

    /// The item at the place `index`, counted from 0; nothing if there are not so many.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.lines.get(0)),
    ///     "$exists(order.lines[0]) ? order.lines[0] : null"
    /// );
    /// ```
    pub fn get(self, index: impl IntoExpr<'s, u64>) -> Expr<'s, Option<T>> {
        Expr::new(Node::new(ExprKind::At {
            of: self.node,
            index: index.into_expr().node,
        }))
    }

    /// The number of items.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(jsonata(|order| order.lines.length()), "$count(order.lines)");
    /// ```
    pub fn length(self) -> Expr<'s, u64> {
        call("count", [self.any()])
    }

    /// Whether there are no items.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(jsonata(|order| order.lines.is_empty()), "$count(order.lines) = 0");
    /// ```
    pub fn is_empty(self) -> Expr<'s, bool> {
        self.length().eq(0)
    }

    /// Whether one of the items is `item`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.lines.map(|line| line.sku).includes("mug".to_owned())),
    ///     "'mug' in [$map(order.lines, function($item) { $item.sku })[]]"
    /// );
    /// ```
    pub fn includes(self, item: impl IntoExpr<'s, T>) -> Expr<'s, bool>
    where
        T: Scalar,
    {
        item.into_expr().infix(Operator::In, self)
    }
}

impl<'s, N: Number> Expr<'s, Vec<N>> {
    /// The sum of all items; 0 if there are none.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.lines.map(|line| line.amount).sum()),
    ///     "$sum([$map(order.lines, function($item) { $item.amount })[]])"
    /// );
    /// ```
    pub fn sum(self) -> Expr<'s, N> {
        call("sum", [self.any()])
    }
}
