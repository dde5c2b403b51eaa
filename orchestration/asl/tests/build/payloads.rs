//! What payloads hold: how much, and of whom.

use std::time::Duration;

use asl::*;

use super::fixtures::*;
use super::*;

#[test]
fn personal_data_goes_only_into_fields_that_are_marked_so() {
    #[derive(serde::Serialize, serde::Deserialize, Payload)]
    struct GreetInput {
        #[payload(personal)]
        name: String,
        campaign: String,
    }
    enum Greet {}
    impl Function for Greet {
        const NAME: &'static str = "Greet";
        const TIMEOUT: Duration = Duration::from_secs(5);
        type Input = GreetInput;
        type Output = StoreOutput;
        type Error = StoreError;
    }
    enum Welcome {}
    impl Function for Welcome {
        const NAME: &'static str = "Welcome";
        const TIMEOUT: Duration = Duration::from_mins(1);
        type Input = GreetInput;
        type Output = StoreOutput;
        type Error = StoreError;
    }

    let workflow = Welcome::define(|guest| {
        Greet::call(GreetInputFields {
            name: guest.name,
            campaign: guest.campaign.concat(guest.name),
        })
        .catch_all(|_| unstored("Any"))
    });

    assert_eq!(
        workflow.build().unwrap_err().to_string(),
        "workflow Welcome cannot be emitted:\n  Greet: its payload's `campaign` may not see personal data, and is given \
         `name`; mark the field as personal in its contract, or leave the data out"
    );
}

/// One octet more than a state takes, with key, quotes and braces.
#[derive(serde::Serialize, serde::Deserialize, Payload)]
struct Large {
    #[payload(at_most = 43_689)]
    text: String,
}

/// Two are more than a state takes.
#[derive(serde::Serialize, serde::Deserialize, Payload)]
struct Half {
    #[payload(at_most = 21_844)]
    text: String,
}

macro_rules! functions {
    ($($name:ident($input:ty) -> $output:ty;)+) => {
        $(
            enum $name {}

            impl Function for $name {
                const NAME: &'static str = stringify!($name);
                const TIMEOUT: Duration = Duration::from_secs(5);
                type Input = $input;
                type Output = $output;
                type Error = StoreError;
            }
        )+
    };
}

functions! {
    Keep(Large) -> Half;
    Fetch(Half) -> Large;
}

fn large(name: &str) -> Step<Large> {
    let text = literal(String::new());
    pass(name, LargeFields { text })
}

fn half(name: &str) -> Step<Half> {
    let text = literal(String::new());
    pass(name, HalfFields { text })
}

#[test]
fn no_payload_is_larger_than_256_kib() {
    let too_large = "can have 262145 octets of JSON, more than the 262144 that Step Functions takes";

    assert_eq!(
        diagnostics(|_| {
            large("Start")
                .then(|large| Keep::call(large).catch_all(|_| half("NotKept")))
                .then(|kept| Fetch::call(kept).catch_all(|_| large("NotFetched")))
                .then(|_| unstored("Done"))
        }),
        [
            format!("Start: what it leaves {too_large}"),
            format!("Keep: its payload {too_large}"),
            format!("Fetch: what it leaves {too_large}"),
            format!("NotFetched: what it leaves {too_large}"),
        ]
    );
    let input = Keep::define(|_| half("Done")).build().unwrap_err();
    let output = Fetch::define(|_| large("Done")).build().unwrap_err();
    assert!(
        input
            .to_string()
            .contains(&format!("Keep: its input {too_large}"))
    );
    assert!(
        output
            .to_string()
            .contains(&format!("Fetch: its output {too_large}"))
    );
}

#[test]
fn what_branches_or_runs_leave_is_no_larger_together() {
    let each = |items: &[u8]| map_each("Each", literal(items.to_vec()), |_| half("One"));
    let too_large = "can have 262153 octets of JSON, more than the 262144 that Step Functions takes";

    assert_eq!(
        diagnostics(|_| parallel("Both", (half("One"), half("Other"))).and_then(|_| unstored("Done"))),
        [format!("Both: what its branches leave {too_large}")]
    );
    assert_eq!(
        diagnostics(|_| each(&[1, 2]).and_then(|_| unstored("Done"))),
        [format!("Each: what its runs leave {too_large}")]
    );
    let one = Register::define(|_| each(&[1]).and_then(|_| unstored("Done")));
    assert!(one.build().is_ok());
}
