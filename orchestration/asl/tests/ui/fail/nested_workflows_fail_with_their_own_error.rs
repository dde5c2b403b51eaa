//! The errors of a nested workflow have no names outside of it.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Register::run(user)
            .catch(store_error::StoreUnavailable, |_| pass("Unstored", StoreOutputFields { version: 0.into() }))
    });
}
