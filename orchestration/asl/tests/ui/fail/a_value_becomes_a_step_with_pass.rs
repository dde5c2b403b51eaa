//! A handler returns a step; a value alone is none.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Store::call(StoreInputFields { user_id: user.user_id, address: user.address })
            .and_then(|stored| StoreOutputFields { version: stored.version })
    });
}
