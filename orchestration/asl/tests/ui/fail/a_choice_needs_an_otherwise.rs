//! A choice says what happens if no rule holds, before anything follows it.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        choose("IsTest")
            .when(user.user_id.eq(UserId("test".to_owned())), pass("Test", StoreOutputFields { version: 0.into() }))
            .then(|stored| pass("Done", StoreOutputFields { version: stored.version }))
    });
}
