//! `!` would need its operand now.
include!("../functions.rs");
include!("../named.rs");

fn define(named: Expr<'_, Named>) {
    let _ = !named.is_new;
}

fn main() {}
