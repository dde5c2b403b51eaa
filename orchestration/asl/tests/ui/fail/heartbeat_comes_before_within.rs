//! A callback gets its heartbeat and its timeout before all else.
include!("../functions.rs");

fn main() {
    let _ = Register::define(|user| {
        let at_once = Store::callback(StoreInputFields { user_id: user.user_id, address: user.address });
        let late = at_once.within(Duration::from_mins(2)).heartbeat(Duration::from_mins(1));
        let twice = late.catch_all(|_| pass("Done", StoreOutputFields { version: 0.into() })).within(Duration::from_mins(3));
        Store::call(StoreInputFields { user_id: user.user_id, address: user.address }).heartbeat(Duration::from_mins(1))
    });
}
