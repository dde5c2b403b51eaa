//! Codes: their tries, and which of them work.

use confirm_contact::Proof;
use contracts::values::{ConfirmationScope, Contact};

use crate::calls::Call;
use crate::script::{accept, open, script, store};

#[tokio::test]
async fn a_sign_up_has_five_tries_of_codes_over_all_its_mails() {
    let take = Call::TakeTry { user: 1 };
    let by_code = Call::Begin {
        user: 1,
        proof: Proof::Code(Contact::Email),
        scope: ConfirmationScope::All,
        at: 5,
    };
    let first = "Some(Codes { email: [CodeHash(\"code 1\")], phone: [] })";
    let both = "Some(Codes { email: [CodeHash(\"code 2\"), CodeHash(\"code 1\")], phone: [] })";
    script(&[
        (take, "None"),
        (accept(1), "New"),
        (store(1), "Stored"),
        (open(1, 0, 1), "Open"),
        (take, first),
        (take, first),
        (open(1, 1, 2), "Open"),
        (take, both),
        (take, both),
        (take, both),
        (take, "None"),
        // The right code gives its try back.
        (by_code, "Some(\"task of 1, attempt 1, 5, Some(All)\")"),
        (take, both),
        (take, "None"),
    ])
    .await;
}

/// The codes of these mails, as the try that compares them returns them.
fn codes(mails: impl Iterator<Item = u8>) -> String {
    let codes: Vec<_> = mails.map(|mail| format!("CodeHash(\"code {mail}\")")).collect();
    format!("Some(Codes {{ email: [{}], phone: [] }})", codes.join(", "))
}

#[tokio::test]
async fn the_codes_of_the_newest_twelve_mails_work() {
    let take = Call::TakeTry { user: 1 };
    let (twelve, newest) = (codes((1..=12).rev()), codes((2..=13).rev()));
    let opened = (1..=12).map(|mail| (open(1, u64::from(mail), mail), "Open"));
    let mut calls = vec![(accept(1), "New"), (store(1), "Stored")];
    calls.extend(opened);
    calls.extend([
        (take, twelve.as_str()),
        (open(1, 13, 13), "Open"),
        (take, newest.as_str()),
    ]);
    script(&calls).await;
}
