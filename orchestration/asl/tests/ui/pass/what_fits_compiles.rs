//! All that the other cases break, unbroken.
include!("../functions.rs");

fn main() {
    let machine = workflow::<Register, _>(|user| {
        task::<Store>(StoreInputExpr { user_id: user.user_id, address: user.address })
            .catch(store_error::StoreUnavailable, |_| pass("Unstored", StoreOutputExpr { version: literal(0) }))
            .catch_all(|_| fail("Broken", store_error::StoreUnavailable, "the store is broken"))
            .then(|stored| {
                parallel("Both", (
                    task::<Notify>(NotifyInputExpr { user_id: user.user_id, version: stored.version })
                        .catch_all(|_| pass("Undelivered", NotifyOutputExpr { delivered: literal(false) })),
                    pass("Keep", StoreOutputExpr { version: stored.version }),
                ))
                .then(|(_, kept)| pass("Done", StoreOutputExpr { version: kept.version }))
            })
    });
    machine.build().unwrap();
}
