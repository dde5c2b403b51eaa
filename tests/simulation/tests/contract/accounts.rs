//! Addresses and accounts: who is stored as held, and who claims an address.

use confirm_contact::Proof;
use contracts::values::ConfirmationScope;

use crate::calls::Call;
use crate::script::{accept, begin, claim, is_held, open, script, store, store_as};

#[tokio::test]
async fn writes_are_idempotent() {
    script(&[
        (accept(1), "New"),
        (accept(1), "New"),
        (store(1), "Stored"),
        (store(1), "Stored"),
        (open(1, 0, 1), "Open"),
        (open(1, 0, 1), "Open"),
        (claim(1), "Claimed"),
        (claim(1), "Claimed"),
    ])
    .await;
}

#[tokio::test]
async fn the_first_confirmation_claims_the_address() {
    script(&[
        (accept(1), "New"),
        (accept(2), "New"),
        (store(1), "Stored"),
        (store(2), "Stored"),
        (claim(2), "Claimed"),
        (claim(1), "Held"),
        (Call::Supersede { user: 1, at: 10 }, "Recorded"),
        (Call::Supersede { user: 1, at: 11 }, "Recorded"),
        (claim(1), "Held"),
        (is_held(2), "false"),
        (accept(3), "New"),
        (is_held(3), "true"),
        (store(3), "ClaimChanged"),
        (store_as(3, true), "Stored"),
        (store_as(3, true), "Stored"),
    ])
    .await;
}

#[tokio::test]
async fn a_sign_up_is_held_only_while_another_user_has_the_address() {
    script(&[
        (accept(1), "New"),
        (is_held(1), "false"),
        (store_as(1, true), "ClaimChanged"),
        (store(1), "Stored"),
        (claim(1), "Claimed"),
        (store(2), "NotPending"),
        (store_as(2, true), "NotPending"),
    ])
    .await;
}

#[tokio::test]
async fn the_address_alone_is_claimed_without_name_and_phone() {
    let address_alone = Call::Begin {
        user: 1,
        proof: Proof::Link,
        scope: ConfirmationScope::Address,
        at: 5,
    };
    let claim = Call::Claim {
        user: 1,
        address: 0,
        scope: ConfirmationScope::Address,
        at: 9,
    };
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open(1, 0, 1), "Open"),
        (address_alone, "Some(\"task of 1, attempt 0, 5, Some(Address)\")"),
        // The first choice counts.
        (begin(6), "Some(\"task of 1, attempt 0, 5, Some(Address)\")"),
        (claim, "Claimed"),
        (claim, "Claimed"),
    ])
    .await;
}
