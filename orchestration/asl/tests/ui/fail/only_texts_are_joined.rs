//! Only what is written as a JSON string is joined to a text.
include!("../functions.rs");
include!("../named.rs");

fn define(named: Expr<'_, Named>) {
    let _ = named.name.concat(named.visits);
    let _ = named.name.concat(named.nick);
    let _ = named.name.concat(3);
}

fn main() {}
