//! The table as DynamoDB items, to compare it with the adapters' table.

use std::collections::BTreeMap;

use contracts::notify_webhook::Delivery;
use contracts::table::{
    self, EXPIRES_AT, PK, SmsState, delivery, endpoint, limit, reference, suppression, user, verification,
};
use contracts::values::{
    Campaign, CodeHash, EmailAddress, Locale, PersonName, PhoneNumber, Timestamp, UserId,
};

use notify_webhook::Circuit;

use super::{Table, Verification};

/// Items by key, each with its attributes as text.
pub type Items = BTreeMap<String, BTreeMap<String, String>>;

struct Item(BTreeMap<String, String>);

impl Item {
    fn new(key: &str) -> Self {
        Self(BTreeMap::from([(PK.to_owned(), key.to_owned())]))
    }

    fn with(mut self, name: &str, value: &(impl ToString + ?Sized)) -> Self {
        self.0.insert(name.to_owned(), value.to_string());
        self
    }

    fn some(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, &value),
            None => self,
        }
    }
}

fn code_entries(codes: &[(u64, CodeHash)]) -> String {
    let entries = codes
        .iter()
        .map(|(attempt, code)| table::code_entry(*attempt, code));
    let mut entries: Vec<_> = entries.collect();
    entries.sort();
    entries.join(" ")
}

fn verification_item(id: &UserId, found: &Verification) -> Item {
    Item::new(&table::verification_key(id))
        .with(verification::TASK_TOKEN, &found.task_token.expose())
        .with(verification::ATTEMPT, &found.attempt)
        .with(verification::STATE, &found.state.as_str())
        .with(verification::WINDOW_ENDS_AT, &found.window_ends_at.epoch_millis())
        .with(verification::LAST_MAIL_AT, &found.last_mail_at.epoch_millis())
        .some(verification::MAIL_REQUESTS, found.mail_requests)
        .some(verification::MAIL_GRANTED, found.mail_granted.then_some(true))
        .some(verification::SMS, found.sms.map(SmsState::as_str))
        .with(verification::CODES, &code_entries(&found.codes))
        .some(
            verification::PHONE_CODES,
            (!found.phone_codes.is_empty()).then(|| code_entries(&found.phone_codes)),
        )
        .some(
            verification::UNCONFIRMED,
            found.unconfirmed.as_ref().map(|contacts| {
                let names: Vec<_> = contacts.iter().map(|contact| contact.as_str()).collect();
                names.join(" ")
            }),
        )
        .some(
            verification::CONFIRMED_AT,
            found.confirmed.map(|(at, _)| at.epoch_millis()),
        )
        .some(
            verification::SCOPE,
            found.confirmed.map(|(_, scope)| scope.as_str()),
        )
        .some(
            verification::SUPPRESSED_AT,
            found.suppressed_at.map(Timestamp::epoch_millis),
        )
        .some(verification::CODE_TRIES, found.code_tries)
        .with(EXPIRES_AT, &found.expires_at)
}

/// The hash of the endpoint.
pub const ENDPOINT: &str = "endpoint";

fn circuit_item(circuit: Circuit) -> Item {
    let (state, at, pauses) = match circuit {
        Circuit::Closed { since } => ("closed", since, 0),
        Circuit::Open { until, pauses } => ("open", Some(until), pauses),
        Circuit::HalfOpen { until, pauses } => ("half_open", Some(until), pauses),
        Circuit::Disabled { since } => ("disabled", Some(since), 0),
    };
    Item::new(&table::endpoint_key(ENDPOINT))
        .with(endpoint::STATE, state)
        .with(endpoint::AT, &at.map_or(0, Timestamp::epoch_millis))
        .with(endpoint::PAUSES, &pauses)
}

impl Table {
    /// All items. A boolean attribute that is false is absent, as the adapters write it.
    #[expect(clippy::indexing_slicing, reason = "`Item::new` writes the key")]
    pub fn items(&self) -> Items {
        let users = self.users.iter().map(|(id, found)| {
            Item::new(&table::user_key(id))
                .with(user::STATUS, &found.status.as_str())
                .with(user::FINGERPRINT, &found.fingerprint)
                .with(user::ACCEPTED_AT, &found.accepted_at.epoch_millis())
                .some(user::STORED_AT, found.stored_at.map(Timestamp::epoch_millis))
                .some(user::HELD, found.held.then_some(true))
                .some(user::MAILED, found.mailed.then_some(true))
                .some(
                    user::WINDOW_ENDS_AT,
                    found.window_ends_at.map(Timestamp::epoch_millis),
                )
                .some(user::ENDED_AT, found.ended_at.map(Timestamp::epoch_millis))
                .some(EXPIRES_AT, found.expires_at)
                .some(user::EMAIL, found.email.as_ref().map(EmailAddress::expose))
                .some(user::NAME, found.name.as_ref().map(PersonName::expose))
                .some(user::PHONE, found.phone.as_ref().map(PhoneNumber::expose))
                .some(user::LOCALE, found.locale.as_ref().map(Locale::as_str))
                .some(user::CAMPAIGN, found.campaign.as_ref().map(Campaign::as_str))
        });
        let requests = self.requests.iter().map(|(hash, found)| {
            Item::new(&table::request_key(hash))
                .with(reference::USER_ID, &found.user)
                .with(reference::FINGERPRINT, &found.fingerprint)
                .with(EXPIRES_AT, &found.expires_at)
        });
        let claims = self
            .claims
            .iter()
            .map(|(address, user)| Item::new(&format!("address#{address}")).with(reference::USER_ID, &user));
        let buckets = self.buckets.iter().map(|(key, found)| {
            Item::new(key)
                .with(limit::FULL_AT, &found.full_at)
                .with(EXPIRES_AT, &found.expires_at)
        });
        let verifications = self
            .verifications
            .iter()
            .map(|(id, found)| verification_item(id, found));
        let links = self.links.iter().map(|(hash, found)| {
            Item::new(&format!("link#{hash}"))
                .with(reference::USER_ID, &found.user)
                .with(EXPIRES_AT, &found.expires_at)
        });
        let suppressions = self.suppressions.iter().map(|(hash, until)| {
            Item::new(&format!("suppression#{hash}"))
                .with(suppression::UNTIL, &until.epoch_millis())
                .with(EXPIRES_AT, &until.epoch_seconds())
        });
        let deliveries = self.deliveries.iter().map(|((id, event), found)| {
            Item::new(&table::delivery_key(id, *event))
                .some(delivery::STATUS, found.status.map(Delivery::as_str))
                .some(delivery::WEBHOOK_ID, found.webhook_id.as_ref())
                .some(delivery::CONTENT, found.content.as_ref())
                .with(delivery::ATTEMPTS, &found.attempts)
                .some(delivery::LAST_FAILURE, found.last_failure.as_ref())
                .some(
                    delivery::DELIVERED_AT,
                    found.delivered_at.map(Timestamp::epoch_millis),
                )
        });
        let circuit = self.circuit.map(circuit_item);
        users
            .chain(circuit)
            .chain(requests)
            .chain(claims)
            .chain(buckets)
            .chain(verifications)
            .chain(links)
            .chain(suppressions)
            .chain(deliveries)
            .map(|Item(item)| (item[PK].clone(), item))
            .collect()
    }
}
