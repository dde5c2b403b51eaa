//! A callback is a step only once `within` bounds it.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Store::callback(StoreInputFields { user_id: user.user_id, address: user.address })
    });
}
