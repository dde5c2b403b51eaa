//! A loop is bounded, and what follows when its rounds are used up has to be said.
include!("../functions.rs");

fn main() {
    let _ = workflow::<Register, _>(|user| {
        repeat_until(
            "Loop",
            3,
            |_: Round<'_, StoreOutput>| {
                task::<Store>(StoreInputExpr { user_id: user.user_id, address: user.address })
                    .catch_all(|_| pass("Unstored", StoreOutputExpr { version: literal(0) }))
            },
            |stored| stored.version.is(1),
        )
        .then(|stored| pass("Done", StoreOutputExpr { version: stored.version }))
    });
}
