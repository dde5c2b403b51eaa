//! A group is not retried as a whole, nor is a step that is complete.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        let stored = Store::call(StoreInputFields { user_id: user.user_id, address: user.address });
        let both = parallel("Both", (pass("Done", StoreOutputFields { version: 0.into() }), pass("Done", StoreOutputFields { version: 0.into() }))).retry(Retry::default());
        let each = map_each("Each", literal(vec![1, 2]), |_| pass("Done", StoreOutputFields { version: 0.into() })).retry(Retry::default());
        stored.and_then(|_| pass("Done", StoreOutputFields { version: 0.into() })).retry(Retry::default())
    });
}
