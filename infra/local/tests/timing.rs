//! Whether times tell an address with an account from one without, measured over HTTP.
//!
//! It takes minutes and an idle machine, so it runs on demand:
//!
//!     cargo test --release -p local --test timing -- --ignored --nocapture
//!
//! `PAIRS` sets the number of pairs, by default 2,000.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and this one is read"
)]

#[expect(dead_code, reason = "the server's tests use the rest")]
mod support;
#[path = "../../../tests/suite/welch.rs"]
mod welch;

use std::time::{Duration, Instant};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use support::{Fixture, json, token_in};
use welch::{MAX_T, report};

/// What a client sees of one sign-up.
struct Observed {
    /// The duration of `POST /users`, in milliseconds.
    post: f64,
    /// Whether the first look at the status, right after the 202, shows `pending`.
    pending: bool,
    /// The time from the 202 until the status shows `mailed`, in milliseconds.
    mailed: f64,
}

fn pairs() -> usize {
    std::env::var("PAIRS").map_or(2_000, |pairs| pairs.parse().unwrap())
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}

async fn observe(fixture: &Fixture, email: &str) -> Observed {
    let body = json!({"email": email}).to_string();
    let sent = Instant::now();
    let response = fixture.post("/users", body).send().await.unwrap();
    let post = millis(sent);
    assert_eq!(response.status(), 202);
    let id = json(response).await["id"].as_str().unwrap().to_owned();
    let accepted = Instant::now();
    let path = format!("/users/{id}");
    let first: Value = fixture.get_json(&path).await;
    let mut user = first.clone();
    while user["steps"]["mailed"] != true {
        user = fixture.get_json(&path).await;
    }
    let mailed = millis(accepted);
    // What follows the mail should not slow the next sign-up down.
    tokio::time::sleep(Duration::from_millis(20)).await;
    Observed {
        post,
        pending: first["status"] == "pending",
        mailed,
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; docs/reliability.md says how to run it"]
async fn no_time_tells_a_taken_address_from_a_new_one() {
    let pairs = pairs();
    let fixture = Fixture::new().await;
    for number in 0..pairs {
        let email = format!("taken-{number}@example.org");
        fixture.sign_up(json!({"email": email})).await;
        let mail = fixture.mail(2 * number + 1).await;
        assert_eq!(fixture.confirm(&token_in(&mail)).await.status(), 202);
        // The other address was signed up as well, and nobody confirmed it: a bucket that is not full costs one more write, whether or
        // not there is an account.
        fixture
            .sign_up(json!({"email": format!("new-{number}@example.org")}))
            .await;
        fixture.mail(2 * number + 2).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;

    let mut random = ChaCha8Rng::seed_from_u64(11);
    let (mut taken, mut new) = (Vec::new(), Vec::new());
    // In random order, so that drifts of the machine meet both. Not in pairs: a sign-up leaves work behind, a webhook if the address is new,
    // and each kind must come after each kind equally often.
    let mut order: Vec<_> = ["taken", "new"]
        .into_iter()
        .flat_map(|kind| (0..pairs).map(move |number| (kind, number)))
        .collect();
    order.sort_by_cached_key(|_| random.next_u64());
    for (kind, number) in order {
        let seen = observe(&fixture, &format!("{kind}-{number}@example.org")).await;
        if kind == "taken" {
            taken.push(seen);
        } else {
            new.push(seen);
        }
    }

    let times = |observed: &[Observed], time: fn(&Observed) -> f64| -> Vec<f64> {
        observed.iter().map(time).collect()
    };
    let post = report(
        "POST /users",
        &times(&taken, |seen| seen.post),
        &times(&new, |seen| seen.post),
    );
    let mailed = report(
        "202 until mailed",
        &times(&taken, |seen| seen.mailed),
        &times(&new, |seen| seen.mailed),
    );
    let share =
        |observed: &[Observed]| observed.iter().filter(|seen| seen.pending).count() as f64 / pairs as f64;
    let (of_taken, of_new) = (share(&taken), share(&new));
    let error = ((of_taken * (1.0 - of_taken) + of_new * (1.0 - of_new)) / pairs as f64).sqrt();
    // 99 %, normal approximation.
    let interval = 2.58 * error;
    println!(
        "pending at the first look: taken {:.1} %, new {:.1} %, difference {:+.1} ± {:.1} points",
        100.0 * of_taken,
        100.0 * of_new,
        100.0 * (of_taken - of_new),
        100.0 * interval
    );
    assert!(post.abs() < MAX_T && mailed.abs() < MAX_T);
    assert!((of_taken - of_new).abs() <= interval.max(1.0 / pairs as f64));
}
