//! Marks of personal data: which values have them.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod fixtures;

use std::time::Duration;

use asl::*;
use fixtures::StoreError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Serialize, Deserialize, Payload)]
struct Address {
    #[payload(personal)]
    street: String,
    country: String,
}

#[derive(Serialize, Deserialize, Payload)]
struct PersonInput {
    #[payload(personal)]
    email: String,
    #[payload(personal)]
    nickname: Option<String>,
    #[payload(personal)]
    age: u64,
    #[payload(personal)]
    phones: Vec<String>,
    #[payload(personal)]
    vegan: bool,
    home: Address,
    places: Vec<Address>,
    campaign: String,
}

#[derive(Serialize, Deserialize, Payload)]
struct Told {
    value: Value,
}

/// What tells something of a person. A function may see it, or not.
#[derive(Serialize, Deserialize, Payload)]
struct Report {
    #[payload(personal)]
    about: Told,
    subject: Told,
}

macro_rules! functions {
    ($($name:ident($input:ty) -> $output:ty, $seconds:literal;)+) => {
        $(
            enum $name {}

            impl Function for $name {
                const NAME: &'static str = stringify!($name);
                const TIMEOUT: Duration = Duration::from_secs($seconds);
                type Input = $input;
                type Output = $output;
                type Error = StoreError;
            }
        )+
    };
}

functions! {
    Tell(PersonInput) -> Told, 600;
    Send(PersonInput) -> Report, 600;
    Find(Told) -> PersonInput, 5;
}

/// The field that `build` says personal data comes from, if this is told of a person.
fn personal<T>(what: impl for<'s> FnOnce(Expr<'s, PersonInput>) -> Expr<'s, T>) -> String {
    let workflow = Tell::define(|person| {
        let value = what(person).untyped();
        pass("Told", ToldFields { value })
    });
    let Err(Diagnostics { diagnostics, .. }) = workflow.build() else {
        return "nothing".to_owned();
    };
    let [Diagnostic { message, .. }] = diagnostics.try_into().unwrap();
    let from = message.strip_prefix("its payload's `value` may not see personal data, and is given ");
    from.unwrap().replace('`', "")
}

#[test]
fn a_marked_field_is_personal_at_any_depth() {
    assert_eq!(personal(|person| person.email), "email");
    assert_eq!(personal(|person| person.home.street), "street");
    assert_eq!(personal(|person| person.phones), "phones");
    assert_eq!(personal(|person| person.campaign), "nothing");
    assert_eq!(personal(|person| person.home.country), "nothing");
}

#[test]
fn results_of_operations_on_personal_data_are_personal() {
    assert_eq!(personal(|person| person.email.to_lowercase()), "email");
    assert_eq!(personal(|person| person.campaign.concat(person.email)), "email");
    assert_eq!(personal(|person| literal(2) * person.age), "age");
    assert_eq!(
        personal(|person| hash(person.email, HashAlgorithm::Sha256)),
        "email"
    );
    assert_eq!(
        personal(|person| person.nickname.unwrap_or(literal(String::new()))),
        "nickname"
    );
    assert_eq!(
        personal(|person| person.age.eq(1).if_else(person.campaign, person.email)),
        "email"
    );
    assert_eq!(personal(|person| person.email.some().some()), "email");
    assert_eq!(personal(|person| partition(person.phones, literal(2))), "phones");
    assert_eq!(personal(|person| person.phones.map(Expr::to_uppercase)), "phones");
    assert_eq!(
        personal(|person| person.phones.filter(|phone| phone.contains("1"))),
        "phones"
    );
    assert_eq!(
        personal(|person| person.places.map(|place| place.street)),
        "street"
    );
    assert_eq!(personal(|person| parse::<Told>(person.email).value), "email");
}

#[test]
fn a_parsed_text_has_the_marks_of_its_type() {
    assert_eq!(personal(|person| parse::<PersonInput>(person.campaign)), "email");
    assert_eq!(
        personal(|person| parse::<PersonInput>(person.campaign).campaign),
        "nothing"
    );
}

#[test]
fn an_error_is_personal_as_a_whole() {
    let told = |error: Expr<'_, ErrorOutput>| {
        pass(
            "Told",
            ToldFields {
                value: error.untyped(),
            },
        )
    };
    let nothing = || literal(Value::Null);
    let workflow = Tell::define(|_| {
        Find::call(ToldFields { value: nothing() })
            .catch_all(told)
            .and_then(|_| pass("Found", ToldFields { value: nothing() }))
    });

    let diagnostics = workflow.build().unwrap_err().diagnostics;

    assert_eq!(
        diagnostics[0].message,
        "its payload's `value` may not see personal data, and is given `Cause`"
    );
}

#[test]
fn a_marked_field_is_found_in_containers_and_behind_an_alias_of_its_payload() {
    type Home = Address;

    #[derive(Serialize, Deserialize, Payload)]
    struct Directory {
        boxed: Box<Address>,
        maybe_boxed: Box<Option<Address>>,
        two: [Address; 2],
        queue: std::collections::VecDeque<Address>,
        by_name: std::collections::BTreeMap<String, Address>,
        pair: (u8, Address),
        alias: Home,
        campaign: Option<Box<Told>>,
    }

    let marks = Directory::FIELDS.iter().map(Field::personal_field);

    assert!(marks.eq([
        Some("street"),
        Some("street"),
        Some("street"),
        Some("street"),
        Some("street"),
        Some("street"),
        Some("street"),
        None
    ]));
}

#[test]
fn comparisons_and_counts_are_not_personal() {
    assert_eq!(
        personal(|person| person.email.eq("a@example.org".to_owned())),
        "nothing"
    );
    assert_eq!(personal(|person| person.age.ge(literal(18))), "nothing");
    assert_eq!(personal(|person| person.nickname.is_some()), "nothing");
    assert_eq!(personal(|person| person.email.contains("@")), "nothing");
    assert_eq!(personal(|person| person.email.starts_with("a")), "nothing");
    assert_eq!(personal(|person| person.email.length()), "nothing");
    assert_eq!(personal(|person| person.phones.length()), "nothing");
    assert_eq!(personal(|person| person.phones.is_empty().not()), "nothing");
    assert_eq!(
        personal(|person| person.phones.includes("1".to_owned())),
        "nothing"
    );
    assert_eq!(
        personal(|person| person.places.map(|place| place.country)),
        "nothing"
    );
    assert_eq!(
        personal(|person| person
            .age
            .lt(literal(18))
            .if_else(literal("child"), literal("adult"))),
        "nothing"
    );
}

#[test]
fn a_marked_boolean_is_personal() {
    assert_eq!(personal(|person| person.vegan.not()), "vegan");
    assert_eq!(personal(|person| person.age.eq(18).and(person.vegan)), "vegan");
    assert_eq!(
        personal(|person| person.vegan.if_else(literal("salad"), literal("roast"))),
        "vegan"
    );
}

#[test]
fn an_untyped_record_is_personal_as_a_whole() {
    assert_eq!(personal(|person| person), "email");
    assert_eq!(personal(|person| person.home), "street");
    assert_eq!(personal(|person| person.places), "street");
    assert_eq!(
        personal(|person| person.places.filter(|place| place.country.eq("CH".to_owned()))),
        "street"
    );
}

#[test]
fn a_declassified_value_is_not_personal_nor_are_its_fields() {
    assert_eq!(personal(|person| person.email.declassify()), "nothing");
    assert_eq!(personal(|person| person.home.declassify()), "nothing");
    assert_eq!(personal(|person| person.home.declassify().street), "nothing");
    assert_eq!(personal(|person| person.age.declassify() + literal(1)), "nothing");
    assert_eq!(personal(|person| person.age.declassify() + person.age), "age");
}

/// A payload of its own for it.
fn wrapped(value: Expr<'_, String>) -> Expr<'_, Told> {
    let value = value.untyped();
    ToldFields { value }.into_expr()
}

#[test]
fn a_marked_field_may_hold_a_payload_whose_fields_are_not() {
    let workflow = Send::define(|person| {
        let (about, subject) = (wrapped(person.email), wrapped(person.campaign));
        pass("Sent", ReportFields { about, subject })
    });

    assert!(workflow.build().is_ok());
}

#[test]
fn unmarked_fields_of_nested_payloads_are_checked() {
    let workflow = Send::define(|person| {
        let (about, subject) = (wrapped(person.email), wrapped(person.email));
        pass("Sent", ReportFields { about, subject })
    });

    assert_eq!(
        workflow.build().unwrap_err().diagnostics.first().unwrap().message,
        "its payload's `subject.value` may not see personal data, and is given `email`"
    );
}

#[test]
fn outputs_of_states_have_the_marks_of_their_type() {
    fn find(person: Expr<'_, PersonInput>) -> Step<PersonInput> {
        Find::call(wrapped(person.campaign))
            .catch_all(|_| fail("NotFound", fixtures::store_error::StoreUnavailable, "not found"))
            .into_step()
    }
    let tell = |name: &str, value: Expr<'_, String>| pass(name, wrapped(value));

    let of_a_task = Tell::define(|person| find(person).then(|found| tell("Told", found.email)));
    let of_a_branch = Tell::define(|person| {
        parallel("Both", (find(person), tell("Other", person.campaign)))
            .and_then(|(found, _)| tell("Told", found.email))
    });
    let of_a_run = Tell::define(|person| {
        map_each("Each", person.places, |each| tell("Place", each.item.street))
            .and_then(|_| tell("Told", person.campaign))
    });
    let of_a_whole = Tell::define(|person| {
        find(person).then(|found| {
            pass(
                "Told",
                ToldFields {
                    value: found.untyped(),
                },
            )
        })
    });

    for workflow in [of_a_task, of_a_branch, of_a_run, of_a_whole] {
        assert_eq!(workflow.build().unwrap_err().diagnostics.len(), 1);
    }
}

#[derive(Serialize, Deserialize, Payload, dynamodb::Item)]
struct Account {
    id: String,
    #[payload(personal)]
    email: String,
    note: String,
}

enum Accounts {}

impl dynamodb::Table for Accounts {
    const NAME: &'static str = "Accounts";
    type Key = AccountKey;
    type Item = Account;
}

#[derive(Serialize, Deserialize, Payload, dynamodb::Item)]
struct AccountKey {
    id: String,
}

/// What `build` says of one step behind which nothing is read.
fn said<S: IntoStep>(step: impl for<'s> FnOnce(Expr<'s, PersonInput>) -> S) -> Vec<String> {
    let workflow = Tell::define(|person| {
        let told = |name: &str| pass(name, wrapped(person.campaign));
        step(person).into_step().then(|_| told("Told"))
    });
    let diagnostics = workflow
        .build()
        .err()
        .map(|report| report.diagnostics)
        .unwrap_or_default();
    diagnostics
        .into_iter()
        .map(|diagnostic| format!("{}: {}", diagnostic.state, diagnostic.message))
        .collect()
}

fn not_done() -> Step<Nothing> {
    fail(
        "NotDone",
        fixtures::store_error::StoreUnavailable,
        "it is not done",
    )
}

#[test]
fn items_take_personal_data_in_marked_attributes() {
    let put = |note: fn(Expr<'_, PersonInput>) -> Expr<'_, String>| {
        said(move |person| {
            let account = AccountFields {
                id: uuid(),
                email: person.email,
                note: note(person),
            };
            dynamodb::put_item::<Accounts>(account, dynamodb::Condition::absent()).catch_all(|_| not_done())
        })
    };

    assert_eq!(put(|person| person.campaign), [""; 0]);
    assert_eq!(
        put(|person| person.email),
        ["PutAccounts: its payload's `Item.note.S` may not see personal data, and is given `email`"]
    );
}

#[test]
fn updates_take_personal_data_in_marked_attributes() {
    let set = |update: fn(Expr<'_, PersonInput>) -> dynamodb::Update<'_, Accounts>| {
        said(move |person| {
            let condition = dynamodb::Condition::<Accounts>::equal(|account| account.email, person.email);
            dynamodb::update_item::<Accounts>(AccountKeyFields { id: uuid() }, update(person), condition)
                .catch_all(|_| not_done())
        })
    };

    assert_eq!(
        set(|person| dynamodb::Update::<Accounts>::new().set(|account| account.email, person.email)),
        [""; 0]
    );
    assert_eq!(
        set(|person| dynamodb::Update::<Accounts>::new().set(|account| account.note, person.email)),
        [
            "UpdateAccounts: its payload's `ExpressionAttributeValues.:note.S` may not see personal data, and is given `email`"
        ]
    );
}

#[test]
fn items_that_are_read_have_the_marks_of_their_table() {
    let read = said(|_| {
        dynamodb::get_item::<Accounts>(AccountKeyFields { id: uuid() })
            .catch_all(|_| {
                fail(
                    "NotRead",
                    fixtures::store_error::StoreUnavailable,
                    "it is not read",
                )
            })
            .and_then(|found| {
                pass(
                    "Seen",
                    ToldFields {
                        value: found.item.map_some(|account| account.email).untyped(),
                    },
                )
            })
    });

    assert_eq!(
        read,
        ["Seen: its payload's `value` may not see personal data, and is given `email`"]
    );
}

#[test]
fn inputs_of_distributed_maps_and_outputs_of_loops_keep_their_marks() {
    let of_an_item = said(|person| {
        distributed_map(
            "Each",
            Source::list(person.places),
            |each| wrapped(each.item.street),
            |told| pass("Place", told),
        )
        .catch_all(|_| {
            fail(
                "NotDone",
                fixtures::store_error::StoreUnavailable,
                "it is not done",
            )
        })
    });
    let of_a_run = said(|person| {
        distributed_map(
            "Each",
            Source::list(person.places),
            |each| each.item,
            |place| pass("Place", wrapped(place.street)),
        )
        .catch_all(|_| {
            fail(
                "NotDone",
                fixtures::store_error::StoreUnavailable,
                "it is not done",
            )
        })
    });
    let of_a_loop = said(|person| {
        repeat_until(
            "Loop",
            2,
            |round: Round<'_, PersonInput>| pass("Turn", round.last.unwrap_or(person)),
            |turn| turn.vegan.eq(true),
        )
        .exhausted(|turn| pass("Enough", wrapped(turn.campaign)))
        .and_then(|turn| pass("Done", wrapped(turn.email)))
    });

    assert_eq!(
        of_an_item,
        ["Each: its payload's `value` may not see personal data, and is given `street`"]
    );
    assert_eq!(
        of_a_run,
        ["Place: its payload's `value` may not see personal data, and is given `street`"]
    );
    assert_eq!(
        of_a_loop,
        ["Done: its payload's `value` may not see personal data, and is given `email`"]
    );
}

#[test]
fn the_cause_of_a_caught_error_is_personal() {
    let failed = said(|person| {
        Find::call(wrapped(person.campaign)).catch_all(|error| {
            let cause = error.cause.unwrap_or(error.error);
            fail_because("NotFound", fixtures::store_error::StoreUnavailable, cause)
        })
    });

    assert_eq!(
        failed,
        ["NotFound: its cause may not see personal data, and is given `Cause`"]
    );
}

#[test]
fn the_cause_of_a_failure_takes_no_personal_data() {
    let failed = said(|person| {
        fail_because::<Told, _>("Refused", fixtures::store_error::StoreUnavailable, person.email).into_step()
    });

    assert!(
        failed.contains(&"Refused: its cause may not see personal data, and is given `email`".to_owned()),
        "{failed:?}"
    );
}
