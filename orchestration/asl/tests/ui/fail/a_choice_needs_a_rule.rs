//! A choice has a rule before its `otherwise`.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|_| {
        choose("Nothing").otherwise(pass("Only", StoreOutputFields { version: 0.into() }))
    });
}
