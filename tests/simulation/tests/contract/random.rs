//! Differential testing: random scripts of calls on both stores.

use confirm_contact::Proof;
use contracts::values::{ConfirmationScope, Contact};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use set_user_status::UnverifiedEnd;
use simulation::Table;

use crate::calls::{CIRCUITS, Call, WINDOW, in_memory};
use crate::dynamo::Dynamo;

const SCRIPTS: u64 = 8;
const CALLS: usize = 80;

#[tokio::test]
async fn random_scripts_have_the_same_results_in_both_stores() {
    let mut dynamo = Dynamo::start().await;
    for seed in 0..SCRIPTS {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut table = Table::default();
        dynamo = dynamo.cleared().await;
        for number in 0..CALLS {
            let call = random_call(&mut random);

            let expected = dynamo.ask(call).await;

            assert_eq!(
                in_memory(&mut table, call),
                expected,
                "script {seed}, call {number}: {call:?}"
            );
        }
        assert_eq!(table.items(), dynamo.items().await, "script {seed}");
    }
}

fn scope(number: u64) -> ConfirmationScope {
    if number == 0 {
        ConfirmationScope::All
    } else {
        ConfirmationScope::Address
    }
}

fn random_call(random: &mut ChaCha8Rng) -> Call {
    let mut below = |most: u64| random.next_u64() % most;
    let user = u8::try_from(below(4)).unwrap();
    let address = u8::try_from(below(2)).unwrap();
    let at = i64::try_from(below(3)).unwrap() * WINDOW * 3 / 4;
    let window_ends = WINDOW;
    match below(34) {
        0 | 1 => Call::Accept {
            user,
            key: [None, Some(0), Some(1)][usize::try_from(below(3)).unwrap()],
            asks: u8::try_from(below(2)).unwrap(),
            at,
        },
        2 | 3 => Call::Store {
            user,
            address,
            held: below(4) == 0,
            name: below(2) == 0,
            at,
        },
        18 => Call::IsHeld { user, address },
        4 => Call::Open {
            phone: below(2) == 0,
            user,
            attempt: below(3),
            link: u8::try_from(below(6)).unwrap(),
            window_ends,
        },
        5 => Call::Grant {
            user,
            address,
            at,
            tokens: u32::try_from(1 + below(3)).unwrap(),
        },
        19 => Call::Take {
            subject: u8::try_from(below(2)).unwrap(),
            tokens: u32::try_from(1 + below(3)).unwrap(),
            at,
        },
        6 => Call::RecordMailStep { user, window_ends },
        7 => Call::Find {
            link: u8::try_from(below(6)).unwrap(),
        },
        8 => Call::Begin {
            user,
            proof: [
                Proof::Link,
                Proof::Code(Contact::Email),
                Proof::Code(Contact::Phone),
            ][usize::try_from(below(3)).unwrap()],
            scope: scope(below(2)),
            at,
        },
        9 => Call::MarkSpent { user },
        10 => Call::Status { user },
        11 => Call::FindSignUp { user },
        12 => Call::Claim {
            user,
            address,
            scope: scope(below(2)),
            at,
        },
        13 => Call::Supersede { user, at },
        14 => {
            let ends = [
                UnverifiedEnd::Expired,
                UnverifiedEnd::Failed,
                UnverifiedEnd::Suppressed,
            ];
            let end = ends[usize::try_from(below(3)).unwrap()];
            Call::End { user, end, at }
        }
        15 => Call::Keep { user, at },
        16 => Call::TakeTry { user },
        17 => Call::Preview { user, at },
        22 | 23 => Call::ClaimSms {
            user,
            phone: u8::try_from(below(3)).unwrap(),
            tokens: u32::try_from(1 + below(3)).unwrap(),
            at,
        },
        24 => Call::ReturnSms { user },
        25 => Call::DropPhone { user, at },
        20 => Call::FindForMail { user },
        21 => Call::TakeMail { user, at },
        26 => Call::Suppress {
            address,
            until: at + WINDOW,
        },
        27 => Call::MarkSuppressed { user, at },
        28 => Call::GiveUp { user },
        29 => Call::Circuit,
        30..=32 => Call::Change {
            from: u8::try_from(below(CIRCUITS.into())).unwrap(),
            to: u8::try_from(1 + below(u64::from(CIRCUITS) - 1)).unwrap(),
        },
        _ if below(2) == 0 => Call::Delivered { user, at },
        _ => Call::NotDelivered { user },
    }
}
