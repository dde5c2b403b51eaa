//! Errors are handled on the task itself, before `and_then` makes a step of it.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Store::call(StoreInputFields { user_id: user.user_id, address: user.address })
            .and_then(|stored| pass("Stored", StoreOutputFields { version: stored.version }))
            .catch(store_error::StoreUnavailable, |_| pass("Later", StoreOutputFields { version: 0.into() }))
            .catch_all(|_| fail("Broken", store_error::StoreUnavailable, "the store is broken"))
    });
}
