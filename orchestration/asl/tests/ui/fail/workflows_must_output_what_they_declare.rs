//! A workflow leaves what its contract says.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        Notify::call(NotifyInputFields { user_id: user.user_id, version: 1.into() })
    });
}
