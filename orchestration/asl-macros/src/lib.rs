//! The derives of the typed workflow language. Use them through the `asl` crate, which documents what they
//! are for.

#![warn(missing_docs)]

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

mod case;
mod item;
mod marks;
mod payload;
mod shape;
mod task_error;

/// Gives a struct its companion of expressions.
///
/// For `GreetInput` the companion is `GreetInputFields`, with the same fields and visibility. The names on the
/// wire are serde's: `rename` and `rename_all` are read, and an `Option` may have a `default`. What changes the
/// shape of the JSON (`flatten`, `tag`, `untagged`, `skip`, `with`, `transparent`, ...) is an error.
///
/// An `Option`, a list, a map, a tuple or a `Box` is recognised by how it is written. An alias of one does not compile: the
/// marks of what is in it would be lost.
///
/// A field has up to two marks, which `Workflow::build` reads:
///
/// - `#[payload(personal)]`: it holds personal data. Such data goes only into fields that are marked so themselves.
/// - `#[payload(at_most = 100)]`: it is a `Vec` of at most so many items, or a `String` of at most so many characters,
///   each of them perhaps in an `Option`. It is for the function to keep that; what it is good for is to know how large
///   the payload gets.
///
/// ```
/// use asl::{Expr, Payload, literal};
/// use serde::{Deserialize, Serialize};
///
/// const MOST_LINES: u64 = 100;
///
/// #[derive(Serialize, Deserialize, Payload)]
/// #[serde(rename_all = "camelCase")]
/// pub struct PackInput {
///     #[payload(personal, at_most = 60)]
///     pub recipient: String,
///     #[payload(at_most = MOST_LINES)]
///     pub line_numbers: Vec<u32>,
///     pub gift_note: Option<String>,
/// }
///
/// fn for_the_shop(line_numbers: Expr<'_, Vec<u32>>) -> PackInputFields<'_> {
///     let recipient = literal("the shop".to_owned());
///     PackInputFields { recipient, line_numbers, gift_note: asl::none() }
/// }
/// # let _ = for_the_shop(literal(vec![1]));
///
/// let names: Vec<_> = PackInput::FIELDS.iter().map(|field| field.name).collect();
/// assert_eq!(names, ["recipient", "lineNumbers", "giftNote"]);
/// assert_eq!(PackInput::largest().unbounded, ["giftNote"]);
/// ```
#[proc_macro_derive(Payload, attributes(serde, payload))]
pub fn derive_payload(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    payload::derive(&input)
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}

/// Lists the attributes of a payload that is an item of a DynamoDB table, or the key of one.
///
/// It stands beside `Payload`: the names on the wire are the same. Each field's type is an `asl::dynamodb::Attribute`.
///
/// ```
/// use asl::Payload;
/// use asl::dynamodb::{AttributeKind, Item};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Payload, Item)]
/// pub struct Article {
///     pub sku: String,
///     pub shelf: Option<String>,
/// }
///
/// let (name, kind, may_be_missing) = Article::ATTRIBUTES[1];
/// assert_eq!((name, kind, may_be_missing), ("shelf", AttributeKind::Text, true));
/// ```
#[proc_macro_derive(Item, attributes(serde))]
pub fn derive_item(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    item::derive(&input).unwrap_or_default().into()
}

/// Gives each variant of an error enum its name on the wire and its class.
///
/// Each variant carries `#[task(name = "...", transient)]` or `#[task(name = "...", permanent)]`. One marker
/// per variant is made in a module named after the enum, for `catch`.
///
/// ```
/// use asl::{ErrorName, TaskError};
///
/// #[derive(Debug, TaskError)]
/// pub enum ChargeError {
///     #[task(name = "CardDeclined", permanent)]
///     CardDeclined { code: u16 },
///     #[task(name = "BankUnavailable", transient)]
///     BankUnavailable,
/// }
///
/// assert_eq!(ChargeError::CardDeclined { code: 51 }.declared().name, "CardDeclined");
/// assert_eq!(charge_error::BankUnavailable::NAME, "BankUnavailable");
/// ```
#[proc_macro_derive(TaskError, attributes(task))]
pub fn derive_task_error(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    task_error::derive(&input)
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
