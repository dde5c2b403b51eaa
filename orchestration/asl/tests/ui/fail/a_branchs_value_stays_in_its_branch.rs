//! What a branch binds cannot leave it.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        let mut stored_version = None;
        let branch = Store::call(StoreInputFields { user_id: user.user_id, address: user.address })
            .and_then(|stored| {
                stored_version = Some(stored.version);
                pass("Kept", StoreOutputFields { version: stored.version })
            });
        parallel("Both", (branch, Notify::call(NotifyInputFields {
            user_id: user.user_id,
            version: stored_version.unwrap(),
        })))
        .and_then(|(stored, _)| pass("Done", StoreOutputFields { version: stored.version }))
    });
}
