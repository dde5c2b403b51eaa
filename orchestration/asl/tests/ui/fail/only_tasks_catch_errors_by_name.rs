//! Any error can come from inside of a parallel, so errors are caught by name on the tasks inside.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        parallel("Both", (
            Store::call(StoreInputFields { user_id: user.user_id, address: user.address }),
            pass("Keep", StoreOutputFields { version: 0.into() }),
        ))
        .catch(store_error::StoreUnavailable, |_| pass("Later", StoreOutputFields { version: 0.into() }))
        .and_then(|(stored, _)| pass("Done", StoreOutputFields { version: stored.version }))
    });
}
