//! An error is named by its marker, not by a string or a variant.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Store::call(StoreInputFields { user_id: user.user_id, address: user.address })
            .catch(StoreError::StoreUnavailable, |_| fail("Later", "StoreUnavailable", "try again"))
    });
}
