//! The calls of a store, as data.

use std::num::NonZeroU32;
use std::time::Duration;

use confirm_contact::{Confirmation, Proof, StartedConfirmation};
use contracts::notify_webhook::EventKind;
use contracts::store_user_data::{StorageOutcome, StoreUserDataInput};
use contracts::values::{
    CodeHash, ConfirmationScope, LinkToken, RecipientHash, TaskToken, Timestamp, UserId,
};
use create_user::{Acceptance, Fingerprint, RequestHash};
use kit::limit::{Bucket, Rate};
use notify_webhook::{Attempt, Circuit, WebhookEvent};
use set_user_status::UnverifiedEnd;
use simulation::Table;
use store_user_data::NewUser;
use verifications::Verification;

/// One call of one port. Users, addresses, keys and links are numbered; times are seconds after the start.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Call {
    Accept {
        user: u8,
        key: Option<u8>,
        asks: u8,
        at: i64,
    },
    IsHeld {
        user: u8,
        address: u8,
    },
    Store {
        user: u8,
        address: u8,
        held: bool,
        name: bool,
        at: i64,
    },
    Open {
        user: u8,
        attempt: u64,
        link: u8,
        phone: bool,
        window_ends: i64,
    },
    Take {
        subject: u8,
        tokens: u32,
        at: i64,
    },
    Grant {
        user: u8,
        address: u8,
        at: i64,
        tokens: u32,
    },
    Suppress {
        address: u8,
        until: i64,
    },
    MarkSuppressed {
        user: u8,
        at: i64,
    },
    RecordMailStep {
        user: u8,
        window_ends: i64,
    },
    ClaimSms {
        user: u8,
        /// The phone's number, whose range has the buckets' rate as well.
        phone: u8,
        tokens: u32,
        at: i64,
    },
    ReturnSms {
        user: u8,
    },
    DropPhone {
        user: u8,
        at: i64,
    },
    Find {
        link: u8,
    },
    TakeTry {
        user: u8,
    },
    FindForMail {
        user: u8,
    },
    TakeMail {
        user: u8,
        at: i64,
    },
    Preview {
        user: u8,
        at: i64,
    },
    Begin {
        user: u8,
        proof: Proof,
        scope: ConfirmationScope,
        at: i64,
    },
    MarkSpent {
        user: u8,
    },
    Status {
        user: u8,
    },
    FindSignUp {
        user: u8,
    },
    Claim {
        user: u8,
        address: u8,
        scope: ConfirmationScope,
        at: i64,
    },
    Supersede {
        user: u8,
        at: i64,
    },
    End {
        user: u8,
        end: UnverifiedEnd,
        at: i64,
    },
    Keep {
        user: u8,
        at: i64,
    },
    Delivered {
        user: u8,
        at: i64,
    },
    NotDelivered {
        user: u8,
    },
    GiveUp {
        user: u8,
    },
    Circuit,
    /// Both by the number of a circuit.
    Change {
        from: u8,
        to: u8,
    },
}

pub(crate) fn user(number: u8) -> UserId {
    format!("{number:032x}").parse().unwrap()
}

pub(crate) fn time(seconds: i64) -> Timestamp {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    Timestamp::from_epoch_millis(start.epoch_millis() + seconds * 1000).unwrap()
}

pub(crate) fn link(number: u8) -> LinkToken {
    LinkToken::from_bytes([number; 32])
}

pub(crate) fn acceptance(number: u8, key: Option<u8>, asks: u8, at: i64) -> Acceptance {
    Acceptance {
        user_id: user(number),
        fingerprint: Fingerprint::from_table(format!("asks {asks}")),
        request: key.map(|key| RequestHash::from_table(format!("key {key}"))),
        at: time(at),
    }
}

pub(crate) fn pending(number: u8, address: u8, name: bool, at: i64) -> NewUser {
    let input = StoreUserDataInput {
        user_id: user(number),
        email: format!("person-{address}@example.org").parse().unwrap(),
        name: name.then(|| "Ada".parse().unwrap()),
        phone: name.then(|| "+493012345678".parse().unwrap()),
        locale: name.then(|| "de".parse().unwrap()),
        campaign: (!name).then(|| "spring".parse().unwrap()),
    };
    NewUser {
        address_hash: input.email.hash(),
        input,
        now: time(at),
    }
}

pub(crate) fn outcome(held: bool) -> StorageOutcome {
    if held {
        StorageOutcome::Held
    } else {
        StorageOutcome::Stored
    }
}

pub(crate) fn verification(
    number: u8,
    attempt: u64,
    with: u8,
    phone: bool,
    window_ends: i64,
) -> Verification {
    Verification {
        user: user(number),
        task_token: TaskToken::new(format!("task of {number}, attempt {attempt}")),
        attempt,
        link: link(with).hash(),
        code: CodeHash::from_table(format!("code {with}")),
        phone_code: phone.then(|| CodeHash::from_table(format!("phone code {with}"))),
        opened_at: time(0),
        window_ends_at: time(window_ends),
    }
}

/// The rate of a bucket that fills in the window of a link.
fn rate(tokens: u32) -> Rate {
    Rate::new(NonZeroU32::new(tokens).unwrap(), Duration::from_hours(24))
}

pub(crate) fn bucket(subject: u8, tokens: u32) -> Bucket {
    Bucket::new("test", &subject.to_string(), rate(tokens))
}

pub(crate) fn mail_bucket(address: u8, tokens: u32) -> Bucket {
    let mailbox = pending(0, address, false, 0).input.email.mailbox();
    Bucket::of_mails(&mailbox, rate(tokens))
}

/// The buckets of a phone, of which two share a range.
pub(crate) fn phone_buckets(phone: u8, tokens: u32) -> [Bucket; 2] {
    [
        Bucket::new("number", &phone.to_string(), rate(tokens)),
        Bucket::new("range", &(phone / 2).to_string(), rate(tokens)),
    ]
}

pub(crate) fn recipient(address: u8) -> RecipientHash {
    format!("{address:064x}").parse().unwrap()
}

/// The event of even users is another one.
pub(crate) fn event(number: u8, at: i64) -> WebhookEvent {
    let kind = if number.is_multiple_of(2) {
        EventKind::Verified
    } else {
        EventKind::SignedUp
    };
    WebhookEvent {
        user: user(number),
        kind,
        id: format!("msg_{}", user(number)),
        content: format!("at {at}"),
    }
}

/// How many circuits there are.
pub(crate) const CIRCUITS: u8 = 7;

pub(crate) fn circuit(number: u8) -> Circuit {
    let until = time(i64::from(number));
    match number {
        0 => Circuit::Closed { since: None },
        1 => Circuit::Closed { since: Some(until) },
        2 | 3 => Circuit::Open {
            until,
            pauses: number.into(),
        },
        4 | 5 => Circuit::HalfOpen {
            until,
            pauses: number.into(),
        },
        _ => Circuit::Disabled { since: until },
    }
}

/// Makes the call on the table in memory; `None` stands for a fault of the store.
#[expect(clippy::too_many_lines, reason = "it has one arm for each call")]
pub(crate) fn in_memory(table: &mut Table, call: Call) -> String {
    fn of<T: std::fmt::Debug>(result: Option<T>) -> String {
        result.map_or_else(|| "fault".to_owned(), |result| format!("{result:?}"))
    }
    let address = |number| pending(0, number, false, 0).address_hash;
    match call {
        Call::Accept { user, key, asks, at } => of(table.accept(&acceptance(user, key, asks, at))),
        Call::IsHeld {
            user: number,
            address: of_address,
        } => of(Some(table.is_held(&address(of_address), &user(number)))),
        Call::Store {
            user,
            address,
            held,
            name,
            at,
        } => of(Some(
            table.store(&pending(user, address, name, at), outcome(held)),
        )),
        Call::Open {
            user,
            attempt,
            link,
            phone,
            window_ends,
        } => of(table.open(&verification(user, attempt, link, phone, window_ends))),
        Call::Take { subject, tokens, at } => of(Some(table.take(&bucket(subject, tokens), time(at)))),
        Call::Grant {
            user: number,
            address,
            at,
            tokens,
        } => of(Some(table.grant(
            &mail_bucket(address, tokens),
            &recipient(address),
            &user(number),
            time(at),
        ))),
        Call::Suppress { address, until } => {
            table.suppress(&recipient(address), time(until));
            of(Some(()))
        }
        Call::MarkSuppressed { user: number, at } => of(Some(table.mark_suppressed(&user(number), time(at)))),
        Call::RecordMailStep {
            user: number,
            window_ends,
        } => of(Some(table.record_mailed(&user(number), time(window_ends)))),
        Call::ClaimSms {
            user: number,
            phone,
            tokens,
            at,
        } => of(Some(table.claim_sms(
            &user(number),
            &phone_buckets(phone, tokens),
            time(at),
        ))),
        Call::ReturnSms { user: number } => {
            table.give_sms_back(&user(number));
            of(Some(()))
        }
        Call::DropPhone { user: number, at } => of(Some(table.drop_phone(&user(number), time(at)))),
        Call::Find { link: number } => of(Some(table.find_link(&link(number).hash()))),
        Call::TakeTry { user: number } => of(Some(table.take_try(&user(number)))),
        Call::FindForMail { user: number } => of(Some(table.find_for_mail(&user(number)))),
        Call::TakeMail { user: number, at } => of(Some(table.take_mail(&user(number), time(at)))),
        Call::Preview { user: number, at } => of(Some(table.preview(&user(number), time(at)))),
        Call::Begin {
            user: number,
            proof,
            scope,
            at,
        } => of(Some(
            table.begin(&user(number), proof, scope, time(at)).map(begun),
        )),
        Call::MarkSpent { user: number } => {
            table.end_confirming(&user(number));
            of(Some(()))
        }
        Call::Status { user: number } => of(Some(table.status(&user(number)))),
        Call::FindSignUp { user: number } => of(Some(table.find_sign_up(&user(number)))),
        Call::Claim {
            user: number,
            address: of_address,
            scope,
            at,
        } => of(Some(table.claim(
            &user(number),
            &address(of_address),
            scope,
            time(at),
        ))),
        Call::Supersede { user: number, at } => of(Some(table.supersede(&user(number), time(at)))),
        Call::End {
            user: number,
            end,
            at,
        } => of(Some(table.end_sign_up(&user(number), end, time(at)))),
        Call::Keep { user, at } => of(table.keep(event(user, at))),
        Call::Delivered { user, at } => {
            table.record_attempt(&event(user, 0), Attempt::Delivered { at: time(at) });
            of(Some(()))
        }
        Call::NotDelivered { user } => {
            let reason = "503".to_owned();
            table.record_attempt(&event(user, 0), Attempt::Failed { reason });
            of(Some(()))
        }
        Call::GiveUp { user } => {
            table.record_attempt(&event(user, 0), Attempt::GivenUp);
            of(Some(()))
        }
        Call::Circuit => of(Some(table.circuit())),
        Call::Change { from, to } => of(Some(table.change_circuit(circuit(from), circuit(to)))),
    }
}

/// The task that a confirmation completes, when, and what it confirms; or the contacts that are left.
pub(crate) fn begun(confirmation: Confirmation) -> String {
    match confirmation {
        Confirmation::Complete(StartedConfirmation { task, output }) => {
            let seconds = (output.confirmed_at.epoch_millis() - time(0).epoch_millis()) / 1000;
            format!("{}, {seconds}, {:?}", task.expose(), output.scope)
        }
        Confirmation::Partial(left) => format!("left: {left:?}"),
    }
}

/// The window of a link, in seconds.
pub(crate) const WINDOW: i64 = Duration::from_hours(24).as_secs().cast_signed();
