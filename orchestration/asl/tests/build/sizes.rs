//! Sizes of payloads and outputs.

use asl::*;

use super::fixtures::*;
use super::*;

/// One byte more than the limit, with key, quotes and braces.
#[derive(serde::Serialize, serde::Deserialize, Payload)]
struct Large {
    #[payload(at_most = 43_689)]
    text: String,
}

/// Two are more than the limit.
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
fn no_payload_exceeds_256_kib() {
    let too_large = "can have 262,145 bytes of JSON, more than the 262,144 that Step Functions allows";

    assert_eq!(
        diagnostics(|_| {
            large("Start")
                .then(|large| Keep::call(large).catch_all(|_| half("NotKept")))
                .then(|kept| Fetch::call(kept).catch_all(|_| large("NotFetched")))
                .then(|_| unstored("Done"))
        }),
        [
            format!("Start: its output {too_large}"),
            format!("Keep: its payload {too_large}"),
            format!("Fetch: its output {too_large}"),
            format!("NotFetched: its output {too_large}"),
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
fn no_combined_output_exceeds_256_kib() {
    let each = |items: &[u8]| map_each("Each", literal(items.to_vec()), |_| half("One"));
    let too_large = "can have 262,153 bytes of JSON, more than the 262,144 that Step Functions allows";

    assert_eq!(
        diagnostics(|_| parallel("Both", (half("One"), half("Other"))).and_then(|_| unstored("Done"))),
        [format!("Both: its branches' combined output {too_large}")]
    );
    assert_eq!(
        diagnostics(|_| each(&[1, 2]).and_then(|_| unstored("Done"))),
        [format!("Each: its runs' combined output {too_large}")]
    );
    let one = Register::define(|_| each(&[1]).and_then(|_| unstored("Done")));
    assert!(one.build().is_ok());
}
