//! Each item of a distributed map runs as an execution of its own, which sees nothing of this one.
include!("../functions.rs");

fn main() {
    let _ = workflow::<Register, _>(|user| {
        let users = Source::list(literal(Vec::<RegisterInput>::new()));
        distributed_map("Each", users, |each| each.item, move |other| {
            task::<Store>(StoreInputExpr { user_id: user.user_id, address: other.address })
                .catch_all(|_| pass("Unstored", StoreOutputExpr { version: literal(0) }))
        })
        .then(|_| pass("Done", StoreOutputExpr { version: literal(0) }))
    });
}
