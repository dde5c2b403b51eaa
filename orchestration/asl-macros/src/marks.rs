//! `#[payload(..)]` on a payload's fields.

use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, ExprLit, Field, Lit, Token};

use crate::shape::can_be_at_most;

/// The marks of a field.
#[derive(Default)]
pub(crate) struct Marks {
    pub(crate) personal: bool,
    pub(crate) at_most: Option<Expr>,
}

impl Marks {
    pub(crate) fn read(field: &Field) -> Result<Self, Error> {
        let mut marks = Self::default();
        for attribute in payload_attributes(&field.attrs) {
            attribute.parse_nested_meta(|option| {
                if option.path.is_ident("personal") {
                    if option.input.peek(Token![=]) {
                        return Err(option.error("a field is `personal` or not: the mark takes no value"));
                    }
                    marks.personal = true;
                } else if option.path.is_ident("at_most") {
                    let most = number(option.value()?)?;
                    if !can_be_at_most(&field.ty) {
                        return Err(option.error(
                            "`at_most` counts the items of a `Vec` or the characters of a `String`, written as such; \
                             another type says how large it gets by `impl asl::MaxSize`",
                        ));
                    }
                    if marks.at_most.replace(most).is_some() {
                        return Err(option.error("a field has one `at_most`"));
                    }
                } else {
                    return Err(option.error(
                        "a workflow knows no such mark: expected `personal` or `at_most = ...`",
                    ));
                }
                Ok(())
            })?;
        }
        Ok(marks)
    }

    /// Refuses marks on the payload itself.
    pub(crate) fn belong_on_fields(of_payload: &[Attribute]) -> Result<(), Error> {
        match payload_attributes(of_payload).next() {
            None => Ok(()),
            Some(attribute) => Err(Error::new(
                attribute.span(),
                "`personal` and `at_most` are said of a field, not of the payload",
            )),
        }
    }
}

/// A number, or the name of one.
fn number(input: ParseStream<'_>) -> Result<Expr, Error> {
    match input.parse()? {
        Expr::Lit(ExprLit { lit, .. }) if !matches!(lit, Lit::Int(_)) => {
            Err(Error::new(lit.span(), "`at_most` is a whole number"))
        }
        number => Ok(number),
    }
}

fn payload_attributes(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("payload"))
}
