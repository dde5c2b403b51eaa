//! A text literal is a `String` and no other type.
include!("../functions.rs");
include!("../named.rs");

fn define(named: Expr<'_, Named>) {
    let _ = NamedFields {
        id: "u-1".into(),
        visits: "3".into(),
        nick: "Al".into(),
        ..*named
    };
}

fn main() {}
