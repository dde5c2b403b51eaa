//! `fail` takes a cause that is known now.
include!("../functions.rs");
include!("../named.rs");

fn define(named: Expr<'_, Named>) {
    let _: Step<StoreOutput> = fail("Failed", store_error::StoreUnavailable, named.name);
}

fn main() {}
