//! The items of a list exist only when the machine runs.
include!("../functions.rs");
include!("../named.rs");

fn define(named: Expr<'_, Named>) {
    let _ = named.tags[0];
    let _ = named.tags.iter();
}

fn main() {}
