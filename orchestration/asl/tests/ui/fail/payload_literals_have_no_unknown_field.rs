//! A payload literal has only fields that the function takes.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Store::call(StoreInputFields { user_id: user.user_id, adress: user.address })
    });
}
