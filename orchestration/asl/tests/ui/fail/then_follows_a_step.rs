//! `then` follows a step; a task has `and_then`, or is made a step first.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Store::call(StoreInputFields { user_id: user.user_id, address: user.address })
            .catch_all(|_| pass("Unstored", StoreOutputFields { version: 0.into() }))
            .then(|stored| pass("Stored", StoreOutputFields { version: stored.version }))
    });
}
