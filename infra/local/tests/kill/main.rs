//! The process is killed again and again while people sign up, and nobody is lost.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod crowd;
mod killer;
mod outcome;
mod server;

use std::time::Instant;

use crowd::Crowd;
use killer::Killer;

/// The seed of when the process is killed, unless `KILL_SEED` gives another.
const SEED: u64 = 20_261_120;

/// Lets so many users sign up, in a process that is killed at least so many times, and looks what came of it.
async fn survive(users: usize, kills: usize) {
    let seed = std::env::var("KILL_SEED").map_or(SEED, |seed| seed.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let attacker = Killer::start(directory.path(), seed);
    let crowd = Crowd::new(users, attacker.url());

    let (ids, mut killed) = tokio::join!(crowd.sign_up(), attacker.run(crowd.progress(), 2 * users, kills));
    killed.stop();

    let twice = outcome::check(directory.path(), &ids).await;
    eprintln!(
        "seed {seed}: {users} users, {} kills, {:.1} s; sent twice: {twice} webhooks",
        killed.count(),
        begun.elapsed().as_secs_f64(),
    );
    assert!(killed.count() >= kills);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_few_kills_lose_nobody() {
    survive(40, 8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute; run it with `cargo test -p local --test kill -- --ignored --nocapture`"]
async fn fifty_kills_among_two_hundred_users_lose_nobody() {
    survive(200, 50).await;
}
