//! Consistency checks: the table and the received webhooks against what the demo saw.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use contracts::table::{self, PK, UserStatus, delivery, reference, user};
use contracts::values::{Cause, EmailAddress};
use kit::aws::CallFault;
use kit::aws::dynamodb::{Item, get_bool, get_string};

use super::driver::{CompletedSignUp, FinalState, LineResult};
use crate::suite::Suite;
use crate::webhooks::ReceivedWebhook;

/// All items of the table, by key.
type Items = HashMap<String, Item>;

/// All inconsistencies, each in one line.
pub(super) async fn problems(suite: &Suite, lines: &[LineResult]) -> Vec<String> {
    let items = match read(suite.store(), suite.table()).await {
        Ok(items) => items,
        Err(error) => return vec![format!("the table cannot be read back: {error}")],
    };
    let done: Vec<(usize, &CompletedSignUp)> = lines.iter().filter_map(LineResult::completed).collect();
    let mut problems = Vec::new();
    for (line, done) in &done {
        problems.extend(user_problems(done, &items).map(|problem| format!("line {line}: {problem}")));
    }
    problems.extend(claim_problems(&done, &items));
    problems.extend(webhook_problems(&done, &items, &suite.webhooks().all()));
    problems
}

async fn read(client: &Client, table: &str) -> Result<Items, Cause> {
    let mut items = Items::new();
    let mut pages = client
        .scan()
        .table_name(table)
        .consistent_read(true)
        .into_paginator()
        .items()
        .send();
    while let Some(item) = pages.next().await {
        let item = item.map_err(|error| CallFault::of("Scan", &error))?;
        let key = get_string(&item, PK).ok_or("an item has no key")?.to_owned();
        items.insert(key, item);
    }
    Ok(items)
}

/// Compares a user's record with its sign-up.
fn user_problems(done: &CompletedSignUp, items: &Items) -> impl Iterator<Item = String> {
    let Some(record) = items.get(&table::user_key(&done.user)) else {
        return vec![format!("user {} is not in the table", done.user)].into_iter();
    };
    let expected = match done.final_state {
        FinalState::Verified => UserStatus::Verified,
        FinalState::Superseded => UserStatus::Superseded,
        FinalState::Held | FinalState::MailLimited => UserStatus::AwaitingVerification,
    };
    let mut problems = Vec::new();
    let status = get_string(record, user::STATUS).unwrap_or("nothing");
    if status != expected.as_str() {
        problems.push(format!(
            "user {} is {status} in the table, not {}",
            done.user,
            expected.as_str()
        ));
    }
    let address = get_string(record, user::EMAIL);
    let kept = matches!(done.final_state, FinalState::Verified | FinalState::MailLimited);
    if address != kept.then(|| done.address.expose()) {
        problems.push(format!(
            "user {} does not have the right address in the table",
            done.user
        ));
    }
    problems.into_iter()
}

/// Checks that each address has exactly one verified user, and that its claim refers to that user.
fn claim_problems(done: &[(usize, &CompletedSignUp)], items: &Items) -> Vec<String> {
    let mut by_address = HashMap::<&EmailAddress, Vec<&(usize, &CompletedSignUp)>>::new();
    for line in done {
        by_address.entry(&line.1.address).or_default().push(line);
    }
    let mut problems = Vec::new();
    for (address, lines) in &by_address {
        let numbers: Vec<_> = lines.iter().map(|(line, _)| line.to_string()).collect();
        let numbers = numbers.join(", ");
        let verified: Vec<_> = lines
            .iter()
            .filter(|(_, done)| done.final_state == FinalState::Verified)
            .collect();
        let claim = items
            .get(&table::address_key(&address.hash()))
            .and_then(|claim| get_string(claim, reference::USER_ID));
        match verified.as_slice() {
            [(_, one)] if claim == Some(one.user.as_str()) => {}
            [_] => problems.push(format!(
                "line {numbers}: the claim of the address does not refer to its verified user"
            )),
            all => problems.push(format!(
                "line {numbers}: the address has {} verified users, not one",
                all.len()
            )),
        }
    }
    let claims = items.keys().filter(|key| key.starts_with("address#")).count();
    if claims != by_address.len() {
        problems.push(format!(
            "the table has {claims} claims for {} addresses",
            by_address.len()
        ));
    }
    problems.sort();
    problems
}

/// Checks that every conversion was delivered with a valid signature and one content, and that there are no other webhooks.
fn webhook_problems(
    done: &[(usize, &CompletedSignUp)],
    items: &Items,
    received: &[ReceivedWebhook],
) -> Vec<String> {
    let by_id: HashMap<&str, &ReceivedWebhook> = received
        .iter()
        .filter(|delivery| delivery.valid)
        .map(|delivery| (delivery.id.as_str(), delivery))
        .collect();
    let mut problems = Vec::new();
    let mut expected = 0;
    for (line, done) in done {
        let record = items.get(&table::user_key(&done.user));
        let held = record.is_some_and(|record| get_bool(record, user::HELD));
        let kept = items.get(&table::delivery_key(&done.user));
        if held {
            if kept.is_some() {
                problems.push(format!("line {line}: there is a webhook for a held sign-up"));
            }
            continue;
        }
        expected += 1;
        let status = kept.and_then(|kept| get_string(kept, delivery::STATUS));
        let id = kept.and_then(|kept| get_string(kept, delivery::WEBHOOK_ID));
        let content = kept.and_then(|kept| get_string(kept, delivery::CONTENT));
        if status != Some("delivered") {
            let status = status.unwrap_or("missing");
            problems.push(format!("line {line}: the webhook is {status} in the table"));
        }
        match id.and_then(|id| by_id.get(id)) {
            Some(delivery) if Some(delivery.content.as_str()) == content => {}
            Some(_) => problems.push(format!(
                "line {line}: the webhook differs from the one in the table"
            )),
            None => problems.push(format!("line {line}: the webhook did not arrive")),
        }
    }
    for delivery in received {
        if !delivery.valid {
            problems.push(format!("webhook {} has an invalid signature", delivery.id));
        }
        if delivery.conflicting {
            problems.push(format!(
                "webhook {} was delivered with different contents",
                delivery.id
            ));
        }
    }
    if by_id.len() > expected {
        problems.push(format!(
            "there are {} webhooks for {expected} conversions",
            by_id.len()
        ));
    }
    problems
}

#[cfg(test)]
mod tests {
    use contracts::values::{Timestamp, UserId};
    use kit::aws::dynamodb::{boolean, string};

    use super::super::driver::Offsets;
    use super::*;

    const ADDRESS: &str = "ada@example.org";

    fn user(digit: char) -> UserId {
        digit.to_string().repeat(32).parse().unwrap()
    }

    fn completed(digit: char, final_state: FinalState) -> CompletedSignUp {
        CompletedSignUp {
            user: user(digit),
            address: ADDRESS.parse().unwrap(),
            final_state,
            offsets: Offsets::default(),
        }
    }

    fn item<const N: usize>(attributes: [(&str, &str); N]) -> Item {
        attributes
            .into_iter()
            .map(|(name, value)| (name.to_owned(), string(value)))
            .collect()
    }

    /// The table after the sign-up of one user.
    fn items() -> Items {
        let address: EmailAddress = ADDRESS.parse().unwrap();
        let delivered = [
            (delivery::STATUS, "delivered"),
            (delivery::WEBHOOK_ID, "msg_a"),
            (delivery::CONTENT, "{}"),
        ];
        Items::from([
            (
                table::user_key(&user('a')),
                item([(user::STATUS, "verified"), (user::EMAIL, ADDRESS)]),
            ),
            (
                table::address_key(&address.hash()),
                item([(reference::USER_ID, user('a').as_str())]),
            ),
            (table::delivery_key(&user('a')), item(delivered)),
        ])
    }

    fn received() -> ReceivedWebhook {
        let now = Timestamp::now();
        ReceivedWebhook {
            id: "msg_a".to_owned(),
            valid: true,
            conflicting: false,
            count: 1,
            first_at: now,
            last_at: now,
            content: "{}".to_owned(),
        }
    }

    fn all(done: &[CompletedSignUp], items: &Items, received: &[ReceivedWebhook]) -> Vec<String> {
        let lines: Vec<_> = done.iter().enumerate().collect();
        let users = done.iter().flat_map(|done| user_problems(done, items));
        users
            .chain(claim_problems(&lines, items))
            .chain(webhook_problems(&lines, items, received))
            .collect()
    }

    fn assert_one(problems: &[String], words: &str) {
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains(words), "{problems:?}");
    }

    #[test]
    fn a_consistent_sign_up_has_no_problems() {
        let done = [completed('a', FinalState::Verified)];

        assert_eq!(all(&done, &items(), &[received()]), Vec::<String>::new());
    }

    #[test]
    fn an_address_without_a_verified_user_is_a_problem() {
        let mut items = items();
        let record = items.get_mut(&table::user_key(&user('a'))).unwrap();
        record.insert(user::STATUS.to_owned(), string("superseded"));
        record.remove(user::EMAIL);

        let problems = all(&[completed('a', FinalState::Superseded)], &items, &[received()]);

        assert_one(&problems, "has 0 verified users");
    }

    #[test]
    fn an_address_with_two_verified_users_is_a_problem() {
        let lines = [
            completed('a', FinalState::Verified),
            completed('b', FinalState::Verified),
        ];
        let lines: Vec<_> = lines.iter().enumerate().collect();

        assert_one(&claim_problems(&lines, &items()), "has 2 verified users");
    }

    #[test]
    fn a_claim_of_another_user_is_a_problem() {
        let done = completed('b', FinalState::Verified);

        assert_one(
            &claim_problems(&[(1, &done)], &items()),
            "does not refer to its verified user",
        );
    }

    #[test]
    fn a_record_with_another_status_is_a_problem() {
        let problems: Vec<_> = user_problems(&completed('a', FinalState::MailLimited), &items()).collect();

        assert_one(&problems, "is verified in the table, not awaiting_verification");
    }

    #[test]
    fn a_missing_webhook_is_a_problem() {
        let problems = all(&[completed('a', FinalState::Verified)], &items(), &[]);

        assert_one(&problems, "did not arrive");
    }

    #[test]
    fn an_undelivered_webhook_is_a_problem() {
        let mut items = items();
        let kept = items.get_mut(&table::delivery_key(&user('a'))).unwrap();
        kept.insert(delivery::STATUS.to_owned(), string("undelivered"));

        let problems = all(&[completed('a', FinalState::Verified)], &items, &[received()]);

        assert_one(&problems, "undelivered in the table");
    }

    #[test]
    fn a_webhook_with_different_contents_is_a_problem() {
        let conflicting = ReceivedWebhook {
            conflicting: true,
            ..received()
        };

        let problems = all(&[completed('a', FinalState::Verified)], &items(), &[conflicting]);

        assert_one(&problems, "different contents");
    }

    #[test]
    fn a_webhook_for_a_held_sign_up_is_a_problem() {
        let mut items = items();
        let record = items.get_mut(&table::user_key(&user('a'))).unwrap();
        record.insert(user::HELD.to_owned(), boolean(true));
        let done = completed('a', FinalState::Held);

        let problems = webhook_problems(&[(1, &done)], &items, &[]);

        assert_one(&problems, "for a held sign-up");
    }
}
