//! A workflow leaves what its contract says.
include!("../functions.rs");

fn main() {
    let _ = workflow::<Register, _>(|user| {
        task::<Notify>(NotifyInputFields { user_id: user.user_id, version: literal(1) })
    });
}
