//! A step has no errors any more, so `then` follows it and not `and_then`.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|_| {
        pass("First", StoreOutputFields { version: 1.into() })
            .and_then(|first| pass("Second", StoreOutputFields { version: first.version }))
    });
}
