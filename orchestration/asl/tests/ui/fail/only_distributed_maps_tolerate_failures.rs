//! An inline map fails when one of its runs does.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        map_each("Each", literal(vec![1, 2]), |_| pass("Done", StoreOutputFields { version: 0.into() })).tolerate(1).and_then(|_| pass("Done", StoreOutputFields { version: 0.into() }))
    });
}
