//! A field of a payload literal has the type that the function takes.
include!("../functions.rs");

fn main() {
    let _ = workflow::<Register, _>(|user| {
        task::<Store>(StoreInputFields { user_id: user.user_id, address: user.user_id })
    });
}
