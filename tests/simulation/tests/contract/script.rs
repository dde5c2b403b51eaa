//! Scripts: calls with their expected results, for both stores.

use confirm_contact::Proof;
use contracts::values::{ConfirmationScope, Contact};
use simulation::Table;

use crate::calls::{Call, WINDOW, in_memory};
use crate::dynamo::Dynamo;

/// Runs the calls on both stores and compares each result, and finally all items.
pub(crate) async fn script(calls: &[(Call, &str)]) {
    let dynamo = Dynamo::start().await;
    let mut table = Table::default();
    for (call, expected) in calls {
        assert_eq!(in_memory(&mut table, *call), *expected, "in memory: {call:?}");
        assert_eq!(dynamo.ask(*call).await, *expected, "on DynamoDB: {call:?}");
    }
    assert_eq!(table.items(), dynamo.items().await);
}

pub(crate) const fn accept(user: u8) -> Call {
    Call::Accept {
        user,
        key: None,
        asks: 0,
        at: 0,
    }
}

pub(crate) const fn store(user: u8) -> Call {
    store_as(user, false)
}

pub(crate) const fn store_as(user: u8, held: bool) -> Call {
    Call::Store {
        user,
        address: 0,
        held,
        name: true,
        at: 1,
    }
}

pub(crate) const fn is_held(user: u8) -> Call {
    Call::IsHeld { user, address: 0 }
}

pub(crate) const fn open(user: u8, attempt: u64, link: u8) -> Call {
    Call::Open {
        user,
        attempt,
        link,
        phone: false,
        window_ends: WINDOW,
    }
}

/// The first user's verification of address and phone.
pub(crate) const fn open_both(attempt: u64, link: u8) -> Call {
    Call::Open {
        user: 1,
        attempt,
        link,
        phone: true,
        window_ends: WINDOW,
    }
}

/// A code of the first user that was sent to this contact.
pub(crate) const fn enter(contact: Contact, at: i64) -> Call {
    Call::Begin {
        user: 1,
        proof: Proof::Code(contact),
        scope: ConfirmationScope::All,
        at,
    }
}

/// A link of the first user.
pub(crate) const fn begin(at: i64) -> Call {
    Call::Begin {
        user: 1,
        proof: Proof::Link,
        scope: ConfirmationScope::All,
        at,
    }
}

pub(crate) const fn claim(user: u8) -> Call {
    Call::Claim {
        user,
        address: 0,
        scope: ConfirmationScope::All,
        at: 9,
    }
}
