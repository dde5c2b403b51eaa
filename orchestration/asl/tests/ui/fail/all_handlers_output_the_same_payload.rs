//! The arms of a task leave one payload, like the arms of a `match`.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Store::call(StoreInputFields { user_id: user.user_id, address: user.address })
            .catch_all(|_| pass("Undelivered", NotifyOutputFields { delivered: false.into() }))
            .and_then(|stored| pass("Stored", StoreOutputFields { version: stored.version }))
    });
}
