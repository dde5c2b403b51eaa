//! Guessers of codes against the limits of `confirm-contact`: how often they succeed, and how many guesses they get.
//!
//! A million guesses at each of three kinds of sign-ups take minutes, so they run on demand:
//!
//!     cargo test --release -p simulation --test guesses -- --ignored --nocapture
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and this one is read"
)]

use std::collections::BTreeSet;

use contracts::store_user_data::{StorageOutcome, StoreUserDataInput};
use contracts::table::NEWEST_CODES;
use contracts::values::{ConfirmationCode, HashKey, LinkToken, TaskToken, Timestamp, UserId};
use create_user::{Acceptance, Fingerprint};
use kit::{Environment, Handler};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use store_user_data::NewUser;
use validate_email::Verification;

mod adaptive;
mod binomial;
mod memory;

use binomial::Binomial;
use memory::Memory;

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// The number of codes that are as likely as each other.
const CODES: u32 = 1_000_000;

/// The tries of a sign-up, as the page of `confirm-contact` promises them.
const TRIES: usize = 5;

/// The sign-ups of one kind: a million guesses.
const SIGN_UPS: u32 = 200_000;

/// How rarely a correct implementation fails on either side. The seed is fixed: it either does or does not.
const TAIL: f64 = 0.001;

const DAY: i64 = 24 * 3_600_000;

/// Somebody who guesses at one sign-up after the other from one source, and waits when told to.
struct Guesser {
    memory: Memory,
    handler: Handler,
    random: ChaCha8Rng,
}

impl Guesser {
    fn new(seed: u64) -> Self {
        let memory = Memory::new("2026-01-01T00:00:00Z".parse().unwrap());
        let settings = [("TABLE_NAME", "unused"), ("FINGERPRINT_KEY", KEY)];
        let handler = confirm_contact::handler(Environment::of(settings), &memory).unwrap();
        Self {
            memory,
            handler,
            random: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    /// A number below `CODES`, each as likely as any other.
    fn number(&mut self) -> u32 {
        loop {
            let number = self.random.next_u32();
            if number < u32::MAX - u32::MAX % CODES {
                return number % CODES;
            }
        }
    }

    fn code(&mut self) -> ConfirmationCode {
        format!("{:06}", self.number()).parse().unwrap()
    }

    /// A sign-up with this many mails, and the codes in them from the first on.
    fn sign_up(&mut self, mails: u64) -> (UserId, Vec<ConfirmationCode>) {
        let user: UserId = format!("{:032x}", self.random.next_u64()).parse().unwrap();
        let codes: Vec<_> = (0..mails).map(|_| self.code()).collect();
        let key = HashKey::new(KEY).unwrap();
        let mut contents = self.memory.lock();
        let now = contents.now;
        contents.table = simulation::Table::default();
        let accepted = contents.table.accept(&Acceptance {
            user_id: user.clone(),
            fingerprint: Fingerprint::from_table("unused"),
            request: None,
            at: now,
        });
        accepted.unwrap();
        let input = StoreUserDataInput {
            user_id: user.clone(),
            email: "victim@example.org".parse().unwrap(),
            name: None,
            phone: None,
            locale: None,
            campaign: None,
        };
        let address_hash = input.email.hash();
        let stored = NewUser {
            input,
            address_hash,
            now,
        };
        contents.table.store(&stored, StorageOutcome::Stored);
        for (attempt, code) in (0..).zip(&codes) {
            let opened = contents.table.open(&Verification {
                user: user.clone(),
                task_token: TaskToken::new(format!("attempt {attempt}")),
                attempt,
                link: LinkToken::from_bytes([u8::try_from(attempt).unwrap(); 32]).hash(),
                code: code.hash(&key, &user),
                phone_code: None,
                opened_at: now,
                window_ends_at: Timestamp::from_epoch_millis(now.epoch_millis() + DAY).unwrap(),
            });
            assert_eq!(opened, Some(validate_email::OpenResult::Open));
        }
        (user, codes)
    }

    /// Enters a code, later if the source is limited, and returns the response's status.
    async fn enter(&mut self, user: &UserId, code: &ConfirmationCode) -> u64 {
        let event = json!({
            "version": "2.0",
            "rawPath": "/verifications",
            "headers": {"content-type": "application/json"},
            "body": json!({"userId": user, "code": code.expose()}).to_string(),
            "isBase64Encoded": false,
            "requestContext": {
                "stage": "$default",
                "http": {"method": "POST", "path": "/verifications", "sourceIp": "192.0.2.1"},
            },
        });
        loop {
            let response = self.handler.invoke(event.clone()).await.unwrap();
            let status = response["statusCode"].as_u64().unwrap();
            if status != 429 {
                return status;
            }
            self.wait(&response["headers"]["retry-after"]);
        }
    }

    fn wait(&mut self, seconds: &Value) {
        let seconds: i64 = seconds.as_str().unwrap().parse().unwrap();
        let mut contents = self.memory.lock();
        let then = contents.now.epoch_millis() + 1_000 * seconds;
        contents.now = Timestamp::from_epoch_millis(then).unwrap();
    }

    /// Guesses as often as anything can be learnt, each code once. Whether one was right.
    async fn guess(&mut self, user: &UserId) -> bool {
        let mut guesses = BTreeSet::new();
        while guesses.len() < TRIES {
            let code = self.code();
            if guesses.insert(code.expose()) {
                match self.enter(user, &code).await {
                    202 => return true,
                    status => assert_eq!(status, 422),
                }
            }
        }
        false
    }
}

/// A million guesses at sign-ups with this many mails, all sent before the first guess, which is best for the guesser.
///
/// The model: codes are independent and uniform among a million, and so are not the guesses, which differ from each other. Each of
/// the *m* codes that work is missed by all five with probability 1 - 5/1,000,000, so a sign-up is confirmed with probability
/// 1 - (1 - 5/1,000,000)^m, which is at most 5 m in a million. Sign-ups are independent.
async fn a_million_guesses(mails: u64) {
    let mut guesser = Guesser::new(mails);
    let started = guesser.memory.lock().now;
    let mut confirmed = 0;
    for _ in 0..SIGN_UPS {
        let (user, codes) = guesser.sign_up(mails);
        let before = guesser.memory.lock().compared;
        if guesser.guess(&user).await {
            confirmed += 1;
        } else {
            // Not even the right code is of use now, nor is it compared.
            let newest = codes.last().unwrap();
            assert_eq!(guesser.enter(&user, newest).await, 422);
            assert_eq!(
                guesser.memory.lock().compared - before,
                u64::try_from(TRIES).unwrap()
            );
        }
    }

    let contents = guesser.memory.lock();
    assert_eq!(contents.completed, confirmed);
    let working = mails.min(u64::try_from(NEWEST_CODES).unwrap());
    let model = Binomial {
        trials: SIGN_UPS,
        probability: probability(u32::try_from(working).unwrap()),
    };
    let (low, high) = model.interval(TAIL);
    let days = (contents.now.epoch_millis() - started.epoch_millis()) / DAY;
    println!(
        "{mails} mails: {} guesses at {SIGN_UPS} sign-ups, {confirmed} confirmed, expected {:.3}, accepted {low} to {high}; \
         {days} days from one source",
        contents.compared,
        model.mean(),
    );
    assert!((low..=high).contains(&usize::try_from(confirmed).unwrap()));
}

/// The probability that a sign-up with this many codes that work is confirmed.
fn probability(codes: u32) -> f64 {
    let of_one = f64::from(u32::try_from(TRIES).unwrap()) / f64::from(CODES);
    // `1 - (1 - of_one)^codes`, without the loss of digits.
    -(f64::from(codes) * (-of_one).ln_1p()).exp_m1()
}

#[test]
fn the_probability_is_at_most_five_in_a_million_for_each_mail_and_sixty_for_a_sign_up() {
    for codes in 1..=u32::try_from(NEWEST_CODES).unwrap() {
        let bound = f64::from(5 * codes) / 1e6;
        // Equal for one code, but for the rounding.
        assert!(probability(codes) <= bound * (1.0 + 1e-12), "{codes}");
        assert!(probability(codes) > bound * 0.9999, "{codes}");
    }
    assert_eq!(5 * NEWEST_CODES, 60);
}

#[tokio::test]
#[ignore = "takes minutes; the figures are in docs/security.md"]
async fn a_million_guesses_at_sign_ups_with_one_mail() {
    a_million_guesses(1).await;
}

#[tokio::test]
#[ignore = "takes minutes; the figures are in docs/security.md"]
async fn a_million_guesses_at_sign_ups_with_all_mails_that_can_be_asked_for() {
    a_million_guesses(6).await;
}

#[tokio::test]
#[ignore = "takes minutes; the figures are in docs/security.md"]
async fn a_million_guesses_at_sign_ups_with_more_mails_than_codes_that_work() {
    a_million_guesses(14).await;
}

/// What keeps the figure above honest: codes are not refused altogether.
#[tokio::test]
async fn the_right_code_works_at_the_fifth_try_and_only_those_of_the_newest_twelve_mails_do() {
    for number in 0..14 {
        let mut guesser = Guesser::new(u64::try_from(number).unwrap());
        let (user, codes) = guesser.sign_up(14);
        let is_none = |code: &ConfirmationCode| codes.iter().all(|other| other.expose() != code.expose());
        for _ in 1..TRIES {
            let wrong = loop {
                let code = guesser.code();
                if is_none(&code) {
                    break code;
                }
            };
            assert_eq!(guesser.enter(&user, &wrong).await, 422);
        }

        let status = guesser.enter(&user, &codes[number]).await;

        let works = number >= codes.len() - NEWEST_CODES;
        assert_eq!(status, if works { 202 } else { 422 }, "mail {number}");
    }
}
