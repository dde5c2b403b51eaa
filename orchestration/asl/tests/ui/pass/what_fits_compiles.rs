//! All that the other cases break, unbroken.
include!("../functions.rs");

fn main() {
    let machine = Register::define(|user| {
        Store::call(StoreInputFields { user_id: user.user_id, address: user.address })
            .catch(store_error::StoreUnavailable, |_| pass("Unstored", StoreOutputFields { version: 0.into() }))
            .catch_all(|_| fail("Broken", store_error::StoreUnavailable, "the store is broken"))
            .and_then(|stored| {
                parallel("Both", (
                    Notify::call(NotifyInputFields { user_id: user.user_id, version: stored.version })
                        .catch_all(|_| pass("Undelivered", NotifyOutputFields { delivered: false.into() })),
                    pass("Keep", StoreOutputFields { version: stored.version }),
                ))
                .and_then(|(_, kept)| pass("Done", StoreOutputFields { version: kept.version }))
            })
    });
    machine.build().unwrap();
}
