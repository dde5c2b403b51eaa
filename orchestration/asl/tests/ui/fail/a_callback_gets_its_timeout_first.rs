//! The timeout of a callback comes before its handlers.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Store::callback(StoreInputFields { user_id: user.user_id, address: user.address })
            .catch(Timeout, |_| pass("Unanswered", StoreOutputFields { version: 0.into() }))
    });
}
