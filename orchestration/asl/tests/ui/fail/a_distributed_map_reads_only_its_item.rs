//! Each item of a distributed map runs as an execution of its own, which sees nothing of this one.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        let users = Source::list(literal(Vec::<RegisterInput>::new()));
        distributed_map("Each", users, |each| each.item, move |other| {
            Store::call(StoreInputFields { user_id: user.user_id, address: other.address })
                .catch_all(|_| pass("Unstored", StoreOutputFields { version: 0.into() }))
        })
        .and_then(|_| pass("Done", StoreOutputFields { version: 0.into() }))
    });
}
