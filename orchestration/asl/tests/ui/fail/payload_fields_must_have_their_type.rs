//! A field of a payload literal has the type that the function takes.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Store::call(StoreInputFields { user_id: user.user_id, address: user.user_id })
    });
}
