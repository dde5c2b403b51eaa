//! A comparison operator would need its result now.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Store::call(StoreInputFields { user_id: user.user_id, address: user.address })
            .and_then(|stored| {
                choose("IsFirst")
                    .when(stored.version <= 1, pass("First", StoreOutputFields { version: stored.version }))
                    .when(stored.version == 2, pass("Second", StoreOutputFields { version: stored.version }))
                    .otherwise(pass("Later", StoreOutputFields { version: stored.version }))
            })
    });
}
