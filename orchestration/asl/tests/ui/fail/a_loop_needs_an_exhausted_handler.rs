//! A loop is bounded, and what follows when its rounds are used up has to be said.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        repeat_until(
            "Loop",
            3,
            |_: Round<'_, StoreOutput>| {
                Store::call(StoreInputFields { user_id: user.user_id, address: user.address })
                    .catch_all(|_| pass("Unstored", StoreOutputFields { version: 0.into() }))
            },
            |stored| stored.version.eq(1),
        )
        .and_then(|stored| pass("Done", StoreOutputFields { version: stored.version }))
    });
}
