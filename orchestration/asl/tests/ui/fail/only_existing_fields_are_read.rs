//! What a state leaves is read by the fields that it has.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Store::call(StoreInputFields { user_id: user.user_id, address: user.adress })
    });
}
