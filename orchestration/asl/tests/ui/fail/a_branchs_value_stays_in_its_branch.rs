//! What a branch binds cannot leave it.
include!("../functions.rs");

fn main() {
    let _ = workflow::<Register, _>(|user| {
        let mut stored_version = None;
        let branch = task::<Store>(StoreInputExpr { user_id: user.user_id, address: user.address })
            .then(|stored| {
                stored_version = Some(stored.version);
                pass("Kept", StoreOutputExpr { version: stored.version })
            });
        parallel("Both", (branch, task::<Notify>(NotifyInputExpr {
            user_id: user.user_id,
            version: stored_version.unwrap(),
        })))
        .then(|(stored, _)| pass("Done", StoreOutputExpr { version: stored.version }))
    });
}
