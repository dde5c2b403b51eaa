//! A task catches what its function declares.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Store::call(StoreInputFields { user_id: user.user_id, address: user.address })
            .catch(notify_error::EndpointGone, |_| pass("Unknown", StoreOutputFields { version: 0.into() }))
    });
}
