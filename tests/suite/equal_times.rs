//! No route takes longer for an address with an account than for one without: measured in process.
//!
//! The real handlers with their DynamoDB adapters, on the embedded engine. It takes a quarter of an hour and an idle machine, so it
//! runs on demand:
//!
//!     cargo test --release -p tests --test suite equal_times -- --ignored --nocapture
//!
//! `PAIRS` sets the number of pairs, by default 20,000. How long the workflow takes, `infra/local/tests/timing.rs` measures.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use contracts::values::{EmailAddress, UserId};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::welch::{MAX_T, report};
use crate::world::World;

/// The pairs of one world, whose store and executions stay small.
const PAIRS_PER_WORLD: usize = 200;

/// The part of all durations, the shortest, that is compared once more: without the pauses of the machine, small differences show.
///
/// Source: [Reparaz et al., Dude, is my code constant time?](https://eprint.iacr.org/2016/1123), on cropping before the test.
const SHORTEST_PERCENT: usize = 90;

/// Durations in milliseconds, by what was requested: for taken and for new addresses.
type Durations = BTreeMap<&'static str, [Vec<f64>; 2]>;

fn pairs() -> usize {
    std::env::var("PAIRS").map_or(20_000, |pairs| pairs.parse().unwrap())
}

/// Two sign-ups, for a taken address and for a new one.
struct Pair {
    number: usize,
    users: [Option<UserId>; 2],
}

impl Pair {
    /// Addresses of one length.
    fn email(&self, new: usize) -> String {
        format!("{}-{:05}@example.org", ["taken", "fresh"][new], self.number)
    }

    fn user(&self, new: usize) -> &UserId {
        self.users[new].as_ref().unwrap()
    }
}

struct Measurement {
    world: World,
    durations: Durations,
    random: ChaCha8Rng,
}

impl Measurement {
    /// Sends a request for the taken and one for the new address, in random order, so that drifts of the machine meet both.
    async fn both(
        &mut self,
        what: &'static str,
        pair: &mut Pair,
        expected: u64,
        request: impl Fn(&Pair, usize) -> (&'static str, String, Value),
    ) -> [Value; 2] {
        let first = usize::from(self.random.next_u32().is_multiple_of(2));
        let mut bodies = [Value::Null, Value::Null];
        for new in [first, 1 - first] {
            let (method, path, body) = request(pair, new);
            // One for each, so that no bucket is half empty.
            let source = format!("192.{new}.{}.1", pair.number % PAIRS_PER_WORLD);
            let (took, response) = self.world.time(method, &path, &source, &body).await;
            assert_eq!(response.status, expected, "{what}: {response:?}");
            let durations = self.durations.entry(what).or_default();
            durations[new].push(took.as_secs_f64() * 1_000.0);
            bodies[new] = response.body;
        }
        bodies
    }

    async fn observe(&mut self, number: usize) {
        let mut pair = Pair {
            number,
            users: [None, None],
        };
        let accepted = self
            .both("POST /users", &mut pair, 202, |pair, new| {
                ("POST", "/users".to_owned(), json!({"email": pair.email(new)}))
            })
            .await;
        pair.users = accepted.map(|body| Some(body["id"].as_str().unwrap().parse().unwrap()));
        let look = |pair: &Pair, new| ("GET", format!("/users/{}", pair.user(new)), Value::Null);
        self.both("GET /users/{id}, pending", &mut pair, 200, look).await;
        self.world.run_until_idle().await;
        let seen = self.both("GET /users/{id}, mailed", &mut pair, 200, look).await;
        assert!(
            seen.iter().all(|body| body["steps"]["mailed"] == true),
            "{seen:?}"
        );
        self.world.advance(Duration::from_secs(61)).await;
        self.both("POST /users/{id}/mails", &mut pair, 202, |pair, new| {
            ("POST", format!("/users/{}/mails", pair.user(new)), Value::Null)
        })
        .await;
        self.world.run_until_idle().await;
        let code = format!("{:06}", self.random.next_u32() % 1_000_000);
        self.both("POST /verifications, wrong code", &mut pair, 422, |pair, new| {
            (
                "POST",
                "/verifications".to_owned(),
                json!({"userId": pair.user(new), "code": code}),
            )
        })
        .await;
    }
}

/// A world in which the taken addresses have accounts.
async fn world_with_accounts(numbers: Range<usize>) -> World {
    let world = World::new().await;
    for number in numbers {
        let email: EmailAddress = format!("taken-{number:05}@example.org").parse().unwrap();
        world.give_to_another(&email).await;
    }
    world
}

/// The durations below the quantile of both samples together.
fn shortest([taken, new]: &[Vec<f64>; 2]) -> [Vec<f64>; 2] {
    let mut all: Vec<_> = taken.iter().chain(new).copied().collect();
    all.sort_by(f64::total_cmp);
    let limit = all[all.len() * SHORTEST_PERCENT / 100];
    [taken, new].map(|sample| sample.iter().copied().filter(|time| *time < limit).collect())
}

#[tokio::test]
#[ignore = "takes minutes; docs/reliability.md says how to run it"]
async fn no_route_takes_longer_for_a_taken_address() {
    let pairs = pairs();
    let mut durations = Durations::new();
    let mut random = ChaCha8Rng::seed_from_u64(11);
    for first in (0..pairs).step_by(PAIRS_PER_WORLD) {
        let numbers = first..pairs.min(first + PAIRS_PER_WORLD);
        let world = world_with_accounts(numbers.clone()).await;
        let mut measurement = Measurement {
            world,
            durations: std::mem::take(&mut durations),
            random,
        };
        for number in numbers {
            measurement.observe(number).await;
        }
        Measurement {
            durations,
            random,
            ..
        } = measurement;
    }

    let mut differing = Vec::new();
    for (what, samples) in &durations {
        let [taken, new] = samples;
        let all = report(what, taken, new);
        let [taken, new] = shortest(samples);
        let shortest = report(&format!("{what}, shortest 90 %"), &taken, &new);
        if all.abs() > MAX_T || shortest.abs() > MAX_T {
            differing.push(what);
        }
    }
    assert!(
        differing.is_empty(),
        "a clock tells taken addresses by {differing:?}"
    );
}
