//! A timeout of a state is for callbacks; a function has its own.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Store::call(StoreInputFields { user_id: user.user_id, address: user.address })
            .within(Duration::from_secs(60))
            .catch_all(|_| pass("Unstored", StoreOutputFields { version: 0.into() }))
    });
}
