//! A callback is a step only once `within` bounds it.
include!("../functions.rs");

fn main() {
    let _ = workflow::<Register, _>(|user| {
        callback::<Store>(StoreInputFields { user_id: user.user_id, address: user.address })
    });
}
