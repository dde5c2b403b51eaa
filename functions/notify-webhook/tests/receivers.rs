//! Receivers in three languages verify what the function sends.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

mod support;

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use contracts::notify_webhook::{NotifyWebhookError, NotifyWebhookInput};
use contracts::values::Timestamp;
use kit::https::{Resolver, Roots};
use kit::testing::sample_event;
use kit::{Clock, TaskFunction};
use notify_webhook::{
    Answer, App, Deliver, HttpEndpoint, Network, NoResponse, SignedEvent, Timeouts, WebhookUrl,
};
use support::{EmptyStore, FixedSecret, settings};

const OLD: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";
const NEW: &str = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNk";

/// Of the example in the specification, as in `src/secret.rs`.
const PAIR: &str =
    "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
const PUBLIC: &str = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";

/// Of [RFC 8032](https://www.rfc-editor.org/rfc/rfc8032#section-7.1), "TEST 1".
const OTHER_PUBLIC: &str = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/// A running receiver, which is ended with this value.
struct Receiver {
    process: Child,
    url: String,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Which keys a receiver can verify with.
#[derive(Clone, Copy, PartialEq)]
enum Scheme {
    Symmetric,
    Asymmetric,
}

/// The command lines of the receivers that know this scheme. The library of `PyPI` has no ed25519, and neither has Python.
fn receivers(scheme: Scheme) -> Vec<Command> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/receivers");
    let of_variable = |name| Command::new(env::var_os(name).expect("tests/receivers/run sets it"));
    let mut node = Command::new("node");
    node.arg(folder.join("receiver.mjs"));
    let mut python = of_variable("RECEIVERS_PYTHON");
    python.arg(folder.join("receiver.py"));
    let mut all = vec![of_variable("RECEIVERS_RUST"), node];
    if scheme == Scheme::Symmetric {
        all.push(python);
    }
    all
}

fn start(mut command: Command, variable: &str, key: &str) -> Receiver {
    let mut process = command.env(variable, key).stdout(Stdio::piped()).spawn().unwrap();
    let mut url = String::new();
    BufReader::new(process.stdout.as_mut().unwrap())
        .read_line(&mut url)
        .unwrap();
    Receiver {
        process,
        url: url.trim().to_owned(),
    }
}

/// This endpoint, which gets events after a change.
struct Changed {
    endpoint: HttpEndpoint,
    change: fn(&mut SignedEvent),
}

impl Deliver for Changed {
    async fn deliver(&self, event: &SignedEvent) -> Result<Answer, NoResponse> {
        let mut event = event.clone();
        (self.change)(&mut event);
        self.endpoint.deliver(&event).await
    }
}

/// A clock that is ahead by this many seconds.
struct Ahead(i64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        Timestamp::from_epoch_millis(Timestamp::now().epoch_millis() + 1000 * self.0).unwrap()
    }
}

/// Whether the receiver accepts an event with this secret's signatures.
async fn accepts(receiver: &Receiver, secret: &str, ahead: i64, change: fn(&mut SignedEvent)) -> bool {
    let url = WebhookUrl::new(&receiver.url, Network::Loopback).unwrap();
    let (timeouts, roots) = (Timeouts::default(), Roots::bundled());
    let endpoint = HttpEndpoint::new(&url, timeouts, roots, Resolver::system()).unwrap();
    let app = App::new(
        EmptyStore,
        FixedSecret(secret.to_owned()),
        Changed { endpoint, change },
        Ahead(ahead),
        settings(),
    );
    let input: NotifyWebhookInput = serde_json::from_value(sample_event("campaign")).unwrap();
    match app.call(input).await {
        Ok(_) => true,
        Err(NotifyWebhookError::WebhookRefused { source }) if source.to_string().contains("401") => false,
        Err(other) => panic!("{other:?}"),
    }
}

fn unchanged(_: &mut SignedEvent) {}

/// Changes of one part each, which no signature survives.
const CHANGES: [fn(&mut SignedEvent); 4] = [
    |event| event.event.content = event.event.content.replace("spring", "winter"),
    |event| event.event.id.push('0'),
    |event| event.signature = event.signature.replace(',', ",A"),
    |event| event.signature.clear(),
];

#[tokio::test]
#[ignore = "needs Python and Node.js: tests/receivers/run"]
async fn receivers_verify_what_is_sent() {
    let both = format!("{NEW} {PAIR}");
    let rotated = format!("{NEW} {PAIR} {OLD}");
    for (scheme, variable, key, other, secrets) in [
        (
            Scheme::Symmetric,
            "WEBHOOK_SECRET",
            NEW,
            OLD,
            vec![NEW, &both, &rotated],
        ),
        (Scheme::Symmetric, "WEBHOOK_SECRET", OLD, NEW, vec![OLD, &rotated]),
        (
            Scheme::Asymmetric,
            "WEBHOOK_PUBLIC_KEY",
            PUBLIC,
            OTHER_PUBLIC,
            vec![PAIR, &both, &rotated],
        ),
    ] {
        for (command, command_of_other) in receivers(scheme).into_iter().zip(receivers(scheme)) {
            let name = format!("{command:?}");
            let receiver = start(command, variable, key);
            let of_other_key = start(command_of_other, variable, other);
            for secret in &secrets {
                assert!(
                    accepts(&receiver, secret, 0, unchanged).await,
                    "{name} {key} {secret}"
                );
                for ahead in [-400, 400] {
                    assert!(
                        !accepts(&receiver, secret, ahead, unchanged).await,
                        "{name} {key} {secret} {ahead}"
                    );
                }
                for change in CHANGES {
                    assert!(
                        !accepts(&receiver, secret, 0, change).await,
                        "{name} {key} {secret}"
                    );
                }
            }
            assert!(
                !accepts(&of_other_key, secrets[0], 0, unchanged).await,
                "{name} {key}"
            );
        }
    }
}
