//! Consistency checks: the table and the received webhooks against the results of the demo.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use contracts::notify_webhook::EventKind;
use contracts::table::{self, PK, UserStatus, delivery, reference, user};
use contracts::values::{Cause, EmailAddress};
use kit::aws::CallFault;
use kit::aws::dynamodb::{Item, get_bool, get_string};

use super::user::{CompletedSignUp, FinalState, LineResult};
use crate::server::LocalServer;
use crate::webhooks::WebhookDeliveries;

/// All items of the table, by key.
type Items = HashMap<String, Item>;

/// All inconsistencies, each in one line.
pub(super) async fn inconsistencies(server: &LocalServer, lines: &[LineResult]) -> Vec<String> {
    let items = match read(server.dynamodb(), server.table()).await {
        Ok(items) => items,
        Err(error) => return vec![format!("the table cannot be read back: {error}")],
    };
    let completed: Vec<(usize, &CompletedSignUp)> = lines.iter().filter_map(LineResult::completed).collect();
    let mut inconsistencies = Vec::new();
    for (line, sign_up) in &completed {
        let found = user_inconsistencies(sign_up, &items);
        inconsistencies.extend(found.map(|text| format!("line {line}: {text}")));
    }
    inconsistencies.extend(claim_inconsistencies(&completed, &items));
    inconsistencies.extend(webhook_inconsistencies(
        &completed,
        &items,
        &server.webhooks().all(),
    ));
    inconsistencies
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
fn user_inconsistencies(done: &CompletedSignUp, items: &Items) -> impl Iterator<Item = String> {
    let Some(record) = items.get(&table::user_key(&done.user)) else {
        return vec![format!("user {} is not in the table", done.user)].into_iter();
    };
    let expected = match done.final_state {
        FinalState::Verified => UserStatus::Verified,
        FinalState::Superseded => UserStatus::Superseded,
        FinalState::Held | FinalState::MailLimited => UserStatus::AwaitingVerification,
    };
    let mut inconsistencies = Vec::new();
    let status = get_string(record, user::STATUS).unwrap_or("missing");
    if status != expected.as_str() {
        inconsistencies.push(format!(
            "the status of user {} in the table is {status}, not {}",
            done.user,
            expected.as_str()
        ));
    }
    let address = get_string(record, user::EMAIL);
    let keeps_address = matches!(done.final_state, FinalState::Verified | FinalState::MailLimited);
    if address != keeps_address.then(|| done.address.expose()) {
        inconsistencies.push(format!(
            "user {} does not have the right address in the table",
            done.user
        ));
    }
    inconsistencies.into_iter()
}

/// Checks that each address has exactly one verified user, and that its claim refers to that user.
fn claim_inconsistencies(completed: &[(usize, &CompletedSignUp)], items: &Items) -> Vec<String> {
    let mut by_address = HashMap::<&EmailAddress, Vec<&(usize, &CompletedSignUp)>>::new();
    for line in completed {
        by_address.entry(&line.1.address).or_default().push(line);
    }
    let mut inconsistencies = Vec::new();
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
            [_] => inconsistencies.push(format!(
                "line {numbers}: the claim of the address does not refer to its verified user"
            )),
            several => inconsistencies.push(format!(
                "line {numbers}: the address has {} verified users, not one",
                several.len()
            )),
        }
    }
    let claims = items.keys().filter(|key| key.starts_with("address#")).count();
    if claims != by_address.len() {
        inconsistencies.push(format!(
            "the table has {claims} claims for {} addresses",
            by_address.len()
        ));
    }
    inconsistencies.sort();
    inconsistencies
}

/// Checks that every new sign-up was delivered with a valid signature and one content, and that there are no other webhooks.
fn webhook_inconsistencies(
    completed: &[(usize, &CompletedSignUp)],
    items: &Items,
    received: &[WebhookDeliveries],
) -> Vec<String> {
    let by_id: HashMap<&str, &WebhookDeliveries> = received
        .iter()
        .filter(|delivery| delivery.valid)
        .map(|delivery| (delivery.id.as_str(), delivery))
        .collect();
    let mut inconsistencies = Vec::new();
    let mut expected = 0;
    for (line, sign_up) in completed {
        let record = items.get(&table::user_key(&sign_up.user));
        let held = record.is_some_and(|record| get_bool(record, user::HELD));
        let delivery_item = items.get(&table::delivery_key(&sign_up.user, EventKind::SignedUp));
        if held {
            if delivery_item.is_some() {
                inconsistencies.push(format!("line {line}: there is a webhook for a held sign-up"));
            }
            continue;
        }
        expected += 1;
        let status = delivery_item.and_then(|item| get_string(item, delivery::STATUS));
        let id = delivery_item.and_then(|item| get_string(item, delivery::WEBHOOK_ID));
        let content = delivery_item.and_then(|item| get_string(item, delivery::CONTENT));
        if status != Some("delivered") {
            let status = status.unwrap_or("missing");
            inconsistencies.push(format!("line {line}: the webhook is {status} in the table"));
        }
        match id.and_then(|id| by_id.get(id)) {
            Some(delivery) if Some(delivery.content.as_str()) == content => {}
            Some(_) => inconsistencies.push(format!(
                "line {line}: the webhook differs from the one in the table"
            )),
            None => inconsistencies.push(format!("line {line}: the webhook did not arrive")),
        }
    }
    for webhook in received {
        if !webhook.valid {
            inconsistencies.push(format!("webhook {} has an invalid signature", webhook.id));
        }
        if webhook.conflicting {
            inconsistencies.push(format!(
                "webhook {} was delivered with different contents",
                webhook.id
            ));
        }
    }
    if by_id.len() > expected {
        inconsistencies.push(format!(
            "there are {} webhooks for {expected} sign-ups with stored data",
            by_id.len()
        ));
    }
    inconsistencies
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use contracts::values::{Timestamp, UserId};
    use kit::aws::dynamodb::{boolean, string};

    use super::super::user::Offsets;
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
            answered: Duration::ZERO,
            offsets: Offsets::default(),
        }
    }

    fn item<const N: usize>(attributes: [(&str, &str); N]) -> Item {
        attributes
            .into_iter()
            .map(|(name, value)| (name.to_owned(), string(value)))
            .collect()
    }

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
            (
                table::delivery_key(&user('a'), EventKind::SignedUp),
                item(delivered),
            ),
        ])
    }

    fn received() -> WebhookDeliveries {
        let now = Timestamp::now();
        WebhookDeliveries {
            id: "msg_a".to_owned(),
            valid: true,
            conflicting: false,
            arrivals: Vec::new(),
            count: 1,
            first_at: now,
            last_at: now,
            content: "{}".to_owned(),
        }
    }

    fn check_all(done: &[CompletedSignUp], items: &Items, received: &[WebhookDeliveries]) -> Vec<String> {
        let lines: Vec<_> = done.iter().enumerate().collect();
        let users = done.iter().flat_map(|done| user_inconsistencies(done, items));
        users
            .chain(claim_inconsistencies(&lines, items))
            .chain(webhook_inconsistencies(&lines, items, received))
            .collect()
    }

    fn assert_one(inconsistencies: &[String], text: &str) {
        assert_eq!(inconsistencies.len(), 1, "{inconsistencies:?}");
        assert!(inconsistencies[0].contains(text), "{inconsistencies:?}");
    }

    #[test]
    fn a_consistent_sign_up_passes() {
        let done = [completed('a', FinalState::Verified)];

        assert_eq!(check_all(&done, &items(), &[received()]), Vec::<String>::new());
    }

    #[test]
    fn an_address_without_a_verified_user_is_inconsistent() {
        let mut items = items();
        let record = items.get_mut(&table::user_key(&user('a'))).unwrap();
        record.insert(user::STATUS.to_owned(), string("superseded"));
        record.remove(user::EMAIL);

        let inconsistencies = check_all(&[completed('a', FinalState::Superseded)], &items, &[received()]);

        assert_one(&inconsistencies, "has 0 verified users");
    }

    #[test]
    fn an_address_with_two_verified_users_is_inconsistent() {
        let lines = [
            completed('a', FinalState::Verified),
            completed('b', FinalState::Verified),
        ];
        let lines: Vec<_> = lines.iter().enumerate().collect();

        assert_one(&claim_inconsistencies(&lines, &items()), "has 2 verified users");
    }

    #[test]
    fn a_claim_of_another_user_is_inconsistent() {
        let done = completed('b', FinalState::Verified);

        assert_one(
            &claim_inconsistencies(&[(1, &done)], &items()),
            "does not refer to its verified user",
        );
    }

    #[test]
    fn a_record_with_another_status_is_inconsistent() {
        let inconsistencies: Vec<_> =
            user_inconsistencies(&completed('a', FinalState::MailLimited), &items()).collect();

        assert_one(&inconsistencies, "is verified, not awaiting_verification");
    }

    #[test]
    fn a_missing_webhook_is_inconsistent() {
        let inconsistencies = check_all(&[completed('a', FinalState::Verified)], &items(), &[]);

        assert_one(&inconsistencies, "did not arrive");
    }

    #[test]
    fn an_undelivered_webhook_is_inconsistent() {
        let mut items = items();
        let delivery_item = items
            .get_mut(&table::delivery_key(&user('a'), EventKind::SignedUp))
            .unwrap();
        delivery_item.insert(delivery::STATUS.to_owned(), string("undelivered"));

        let inconsistencies = check_all(&[completed('a', FinalState::Verified)], &items, &[received()]);

        assert_one(&inconsistencies, "undelivered in the table");
    }

    #[test]
    fn a_webhook_with_different_contents_is_inconsistent() {
        let conflicting = WebhookDeliveries {
            conflicting: true,
            ..received()
        };

        let inconsistencies = check_all(&[completed('a', FinalState::Verified)], &items(), &[conflicting]);

        assert_one(&inconsistencies, "different contents");
    }

    #[test]
    fn a_webhook_for_a_held_sign_up_is_inconsistent() {
        let mut items = items();
        let record = items.get_mut(&table::user_key(&user('a'))).unwrap();
        record.insert(user::HELD.to_owned(), boolean(true));
        let done = completed('a', FinalState::Held);

        let inconsistencies = webhook_inconsistencies(&[(1, &done)], &items, &[]);

        assert_one(&inconsistencies, "for a held sign-up");
    }
}
