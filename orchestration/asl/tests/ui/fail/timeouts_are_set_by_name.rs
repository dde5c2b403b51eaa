//! A task has no `timeout`: a callback has `within`, and another task `timeout_seconds`.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Store::call(StoreInputFields { user_id: user.user_id, address: user.address }).timeout(Duration::from_mins(1))
    });
}
