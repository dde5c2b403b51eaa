//! The errors of a loop are those of the tasks in its body.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        repeat_until("Loop", 3, |_: Round<'_, StoreOutput>| pass("Done", StoreOutputFields { version: 0.into() }), |done| done.version.eq(1))
            .catch_all(|_| pass("Done", StoreOutputFields { version: 0.into() }))
    });
}
