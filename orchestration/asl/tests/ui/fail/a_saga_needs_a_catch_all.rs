//! A saga is a step only once its failure has a handler.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        saga(Store::call(StoreInputFields { user_id: user.user_id, address: user.address }))
    });
}
