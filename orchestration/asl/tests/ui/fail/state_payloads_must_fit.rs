//! The payload of a task is the one that its function takes.
include!("../functions.rs");

fn main() {
    let _ = workflow::<Register, _>(|user| task::<Store>(user));
    let _ = workflow::<Register, _>(|user| {
        task::<Store>(NotifyInputFields { user_id: user.user_id, version: literal(1) })
    });
}
