//! A rule of a choice has a condition that is true or false.
include!("../functions.rs");
include!("../named.rs");

fn define(named: Expr<'_, Named>) {
    let _ = choose("HasNick").when(named.nick, pass("Yes", StoreOutputFields { version: 1.into() }));
}

fn main() {}
