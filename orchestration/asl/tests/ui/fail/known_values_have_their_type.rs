//! A value that is known now has the type of what it is compared with.
include!("../functions.rs");
include!("../named.rs");

fn define(named: Expr<'_, Named>) {
    let _ = named.id.eq("u-1");
    let _ = named.nick.eq("Al");
}

fn main() {}
