//! How much memory a sign-up takes that waits for its link to be followed.
//!
//! 10,000 of them are held at once, and the growth of the process's resident memory is divided among them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement stops where something is wrong, and prints what it found"
)]

use std::fs;
use std::hint::black_box;

use simulator::Execution;

#[path = "sign_up/mod.rs"]
mod sign_up;

const WAITING: u64 = 10_000;
const MOST_BYTES: u64 = 20 * 1024;

/// The resident memory of this process, as [proc(5)](https://man7.org/linux/man-pages/man5/proc_pid_status.5.html)
/// gives it.
fn resident_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib * 1024
}

fn main() {
    let machine = sign_up::machine();
    let before = resident_bytes();
    let waiting: Vec<Execution> = (0..WAITING)
        .map(|number| {
            let mut execution = sign_up::start(&machine, number);
            sign_up::run_until_mailed(&mut execution);
            execution
        })
        .collect();
    let each = (resident_bytes() - before) / WAITING;
    assert!(
        black_box(&waiting)
            .iter()
            .all(|execution| execution.status().is_running())
    );
    println!("{WAITING} waiting executions take {each} bytes each");
    assert!(each < MOST_BYTES, "more than {MOST_BYTES}");
}
