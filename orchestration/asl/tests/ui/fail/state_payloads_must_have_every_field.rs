//! A payload literal has every field that the function takes.
include!("../functions.rs");

fn main() {
    let _ = workflow::<Register, _>(|user| {
        task::<Store>(StoreInputFields { user_id: user.user_id })
    });
}
