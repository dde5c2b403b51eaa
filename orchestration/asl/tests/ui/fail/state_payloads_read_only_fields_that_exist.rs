//! What a state leaves is read by the fields that it has.
include!("../functions.rs");

fn main() {
    let _ = workflow::<Register, _>(|user| {
        task::<Store>(StoreInputFields { user_id: user.user_id, address: user.adress })
    });
}
