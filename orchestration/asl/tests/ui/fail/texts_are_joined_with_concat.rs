//! An expression has no text before the machine runs.
include!("../functions.rs");
include!("../named.rs");

fn define(named: Expr<'_, Named>) {
    let _ = format!("n-{}", named.name);
    let _ = format!("n-{:?}", named.name);
}

fn main() {}
