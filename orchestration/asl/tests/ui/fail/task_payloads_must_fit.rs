//! The payload of a task is the one that its function takes.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| Store::call(user));
    let _ = Register::define(|user| {
        Store::call(NotifyInputFields { user_id: user.user_id, version: 1.into() })
    });
}
