//! A task without `and_then` outputs what its function does, also where it failed.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Store::call(StoreInputFields { user_id: user.user_id, address: user.address }).catch_all(|_| pass("Other", NotifyOutputFields { delivered: false.into() })).into_step().then(|_| pass("Done", StoreOutputFields { version: 0.into() }))
    });
}
