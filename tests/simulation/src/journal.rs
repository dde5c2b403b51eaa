//! What happened in a run, in order.

use std::fmt::Write;

use crate::fault::{Fault, Function, Step};

/// One thing that happened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// When, in milliseconds after the run's start.
    pub(crate) at: i64,
    /// Whose sign-up it was about.
    pub(crate) sign_up: Option<u8>,
    pub(crate) what: What,
}

/// What happened.
#[derive(Debug, Clone, Copy)]
pub(crate) enum What {
    /// A person asks for something.
    Asked(&'static str),
    /// And is answered, by whom and with which status.
    Answered(&'static str, u16),
    /// A function is called.
    Called(Function, &'static str),
    /// A step was done, and what came of it.
    Did(Function, Step, &'static str),
    /// A step came to nothing, as the plan says.
    Broke(Function, Step, Fault),
    /// A step came to nothing, because of an outage.
    Down(Function, Step),
    /// The function has ended, with what.
    Ended(Function, &'static str),
    /// The call of a function goes wrong, as the plan says.
    CallBroke(Function, Fault),
    /// The workflow has ended.
    WorkflowEnded(&'static str),
    /// A mail with a link, or a notice.
    Mail(&'static str),
    /// Something for all.
    Everybody(&'static str),
}

/// All that happened.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal {
    entries: Vec<Entry>,
    mark: u64,
}

impl Journal {
    pub(crate) fn add(&mut self, entry: Entry) {
        self.mark_down(&entry);
        self.entries.push(entry);
    }

    /// A number that two runs have in common in which the same happened in the same order, at whatever times.
    pub(crate) fn mark(&self) -> u64 {
        self.mark
    }

    fn mark_down(&mut self, entry: &Entry) {
        let mut absorb = |bytes: &[u8]| {
            for byte in bytes {
                self.mark = (self.mark ^ u64::from(*byte))
                    .wrapping_mul(0x0100_0000_01b3)
                    .rotate_left(5);
            }
        };
        absorb(&[entry.sign_up.map_or(255, |number| number)]);
        match entry.what {
            What::Asked(text) | What::WorkflowEnded(text) | What::Mail(text) | What::Everybody(text) => {
                absorb(text.as_bytes());
            }
            What::Answered(text, status) => {
                absorb(text.as_bytes());
                absorb(&status.to_le_bytes());
            }
            What::Called(function, text) | What::Ended(function, text) => {
                absorb(&[1, function as u8]);
                absorb(text.as_bytes());
            }
            What::Did(function, step, text) => {
                absorb(&[2, function as u8, step as u8]);
                absorb(text.as_bytes());
            }
            What::Broke(function, step, fault) => {
                absorb(&[
                    3,
                    function as u8,
                    step as u8,
                    u8::try_from(fault.kind()).unwrap_or(0),
                ]);
            }
            What::Down(function, step) => absorb(&[4, function as u8, step as u8]),
            What::CallBroke(function, fault) => {
                absorb(&[5, function as u8, u8::try_from(fault.kind()).unwrap_or(0)]);
            }
        }
    }

    /// A line for each entry: when, whose, and what. What repeats itself again and again stands there once.
    pub(crate) fn render(&self) -> String {
        let lines: Vec<String> = self.entries.iter().map(Entry::words).collect();
        let mut text = String::new();
        let mut index = 0;
        while let (Some(entry), Some(line)) = (self.entries.get(index), lines.get(index)) {
            if let Some((length, times)) = repeated(&lines, index) {
                // Writing to a string does not fail.
                let _ = writeln!(
                    text,
                    "{:>16}  ... the last {length} lines, {times} times more",
                    ""
                );
                index += length * times;
                continue;
            }
            let _ = writeln!(text, "{:>16}  {line}", time(entry.at));
            index += 1;
        }
        text
    }
}

/// How many lines before this one come again right here, and how often, if that is more often than anybody reads.
fn repeated(lines: &[String], index: usize) -> Option<(usize, usize)> {
    const FEWEST: usize = 3;
    const LONGEST: usize = 12;

    (1..=LONGEST.min(index)).find_map(|length| {
        let block = lines.get(index - length..index)?;
        let rest = lines.get(index..)?;
        let times = rest.chunks(length).take_while(|chunk| *chunk == block).count();
        (times >= FEWEST).then_some((length, times))
    })
}

impl Entry {
    fn words(&self) -> String {
        match self.sign_up {
            Some(number) => format!("sign-up {number}  {}", self.what.words()),
            None => format!("everybody  {}", self.what.words()),
        }
    }
}

impl What {
    fn words(self) -> String {
        match self {
            Self::Asked(text) => format!("> {text}"),
            Self::Answered(text, status) => format!("< {text}: {status}"),
            Self::Called(function, text) => format!("  {} {text}", function.name()),
            Self::Did(function, step, text) => format!("    {} {step:?}: {text}", function.name()),
            Self::Broke(function, step, fault) => format!("!   {} {step:?}: {fault}", function.name()),
            Self::Down(function, step) => format!("!   {} {step:?}: down", function.name()),
            Self::Ended(function, text) => format!("  {} ended: {text}", function.name()),
            Self::CallBroke(function, fault) => format!("! {} is called: {fault}", function.name()),
            Self::WorkflowEnded(text) => format!("= the workflow has ended: {text}"),
            Self::Mail(text) => format!("    @ {text}"),
            Self::Everybody(text) => format!("= {text}"),
        }
    }
}

/// Hours, minutes, seconds and milliseconds after the start.
pub(crate) fn time(at: i64) -> String {
    let (hours, minutes, seconds) = (at / 3_600_000, at / 60_000 % 60, at / 1_000 % 60);
    format!("+{hours:02}:{minutes:02}:{seconds:02}.{:03}", at % 1_000)
}
