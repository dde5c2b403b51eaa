//! The arms of a task leave one payload, like the arms of a `match`.
include!("../functions.rs");

fn main() {
    let _ = workflow::<Register, _>(|user| {
        task::<Store>(StoreInputExpr { user_id: user.user_id, address: user.address })
            .catch_all(|_| pass("Undelivered", NotifyOutputExpr { delivered: literal(false) }))
            .then(|stored| pass("Stored", StoreOutputExpr { version: stored.version }))
    });
}
