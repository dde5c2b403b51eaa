//! Crash recovery: the process is killed repeatedly during sign-ups, and no sign-up is lost.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod killer;
mod results;
mod server;
mod users;

use std::time::Instant;

use killer::Killer;
use users::Users;

/// The default seed of the moments of the kills; `KILL_SEED` overrides it.
const SEED: u64 = 20_261_120;

/// Signs users up in a process that is killed at least `kills` times, and checks the results.
async fn survive(users: usize, kills: usize) {
    let seed = std::env::var("KILL_SEED").map_or(SEED, |seed| seed.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let killer = Killer::start(directory.path(), seed);
    let signing_up = Users::new(users, killer.addresses());

    let (ids, mut last) = tokio::join!(
        signing_up.sign_up(),
        killer.run(signing_up.progress(), 2 * users, kills)
    );
    last.stop();

    let repeated = results::check(directory.path(), &ids).await;
    eprintln!(
        "seed {seed}: {users} users, {} kills, {:.1} s; {repeated} webhooks delivered more than once",
        last.count(),
        begun.elapsed().as_secs_f64(),
    );
    assert!(last.count() >= kills);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_sign_up_is_lost_in_8_kills() {
    survive(40, 8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute; run it with `cargo test -p local --test kill -- --ignored --nocapture`"]
async fn no_sign_up_is_lost_in_50_kills() {
    survive(200, 50).await;
}
