//! A choice has a rule before its `otherwise`.
include!("../functions.rs");

fn main() {
    let _ = workflow::<Register, _>(|_| {
        choose("Nothing").otherwise(pass("Only", StoreOutputFields { version: literal(0) }))
    });
}
