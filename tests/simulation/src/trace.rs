//! The trace of a run: an ordered record of what happened.

use std::fmt::Write;

use crate::fault::{Fault, FunctionId, Operation};

#[derive(Debug, Clone, Copy)]
pub(crate) struct TraceEntry {
    /// Milliseconds after the run's start.
    pub(crate) at: i64,
    /// The sign-up that it concerns, if only one.
    pub(crate) sign_up: Option<u8>,
    pub(crate) what: TraceEvent,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum TraceEvent {
    /// A person sends a request.
    Request(&'static str),
    /// A person gets a response: to which request, with which status.
    Response(&'static str, u16),
    /// A function is invoked.
    Called(FunctionId, &'static str),
    /// An operation takes effect, with its result.
    Did(FunctionId, Operation, &'static str),
    /// A fault is injected in an operation.
    Fault(FunctionId, Operation, Fault),
    /// An operation fails because of an outage.
    Outage(FunctionId, Operation),
    /// An invocation ends.
    Ended(FunctionId, &'static str),
    /// A fault is injected in the invocation of a task's function.
    CallFault(FunctionId, Fault),
    /// An execution ends, with its status.
    ExecutionEnded(&'static str),
    /// A mail arrives.
    Mail(&'static str),
    /// Something that concerns all sign-ups.
    Global(&'static str),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Trace {
    entries: Vec<TraceEntry>,
    hash: u64,
}

impl Trace {
    pub(crate) fn add(&mut self, entry: TraceEntry) {
        self.update_hash(&entry);
        self.entries.push(entry);
    }

    /// An order-sensitive, time-independent hash of the trace.
    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    fn update_hash(&mut self, entry: &TraceEntry) {
        let mut absorb = |bytes: &[u8]| {
            for byte in bytes {
                self.hash = (self.hash ^ u64::from(*byte))
                    .wrapping_mul(0x0100_0000_01b3)
                    .rotate_left(5);
            }
        };
        absorb(&[entry.sign_up.unwrap_or(u8::MAX)]);
        match entry.what {
            TraceEvent::Request(text)
            | TraceEvent::ExecutionEnded(text)
            | TraceEvent::Mail(text)
            | TraceEvent::Global(text) => absorb(text.as_bytes()),
            TraceEvent::Response(text, status) => {
                absorb(text.as_bytes());
                absorb(&status.to_le_bytes());
            }
            TraceEvent::Called(function, text) | TraceEvent::Ended(function, text) => {
                absorb(&[1, function as u8]);
                absorb(text.as_bytes());
            }
            TraceEvent::Did(function, operation, text) => {
                absorb(&[2, function as u8, operation as u8]);
                absorb(text.as_bytes());
            }
            TraceEvent::Fault(function, operation, fault) => {
                absorb(&[3, function as u8, operation as u8]);
                absorb(&fault.kind().to_le_bytes());
            }
            TraceEvent::Outage(function, operation) => absorb(&[4, function as u8, operation as u8]),
            TraceEvent::CallFault(function, fault) => {
                absorb(&[5, function as u8]);
                absorb(&fault.kind().to_le_bytes());
            }
        }
    }

    /// The trace as text, one line per entry; blocks of lines that recur are printed once.
    pub(crate) fn render(&self) -> String {
        let lines: Vec<String> = self.entries.iter().map(TraceEntry::render).collect();
        let mut text = String::new();
        let mut index = 0;
        while let (Some(entry), Some(line)) = (self.entries.get(index), lines.get(index)) {
            if let Some((length, times)) = repetition(&lines, index) {
                // Writing to a string does not fail.
                let _ = writeln!(
                    text,
                    "{:>16}  ... the last {length} lines, {times} more times",
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

/// The length of the block of lines before `index` that is repeated from there on, and how often, if that is often.
fn repetition(lines: &[String], index: usize) -> Option<(usize, usize)> {
    const MIN_TIMES: usize = 3;
    const MAX_LENGTH: usize = 12;

    (1..=MAX_LENGTH.min(index)).find_map(|length| {
        let block = lines.get(index - length..index)?;
        let rest = lines.get(index..)?;
        let times = rest.chunks(length).take_while(|chunk| *chunk == block).count();
        (times >= MIN_TIMES).then_some((length, times))
    })
}

impl TraceEntry {
    fn render(&self) -> String {
        match self.sign_up {
            Some(number) => format!("sign-up {number}  {}", self.what.render()),
            None => format!("all        {}", self.what.render()),
        }
    }
}

impl TraceEvent {
    fn render(self) -> String {
        match self {
            Self::Request(text) => format!("> {text}"),
            Self::Response(text, status) => format!("< {text}: {status}"),
            Self::Called(function, text) => format!("  {} {text}", function.name()),
            Self::Did(function, operation, text) => format!("    {} {operation:?}: {text}", function.name()),
            Self::Fault(function, operation, fault) => {
                format!("!   {} {operation:?}: {fault}", function.name())
            }
            Self::Outage(function, operation) => format!("!   {} {operation:?}: outage", function.name()),
            Self::Ended(function, text) => format!("  {} ended: {text}", function.name()),
            Self::CallFault(function, fault) => format!("! call of {}: {fault}", function.name()),
            Self::ExecutionEnded(status) => format!("= the execution ended: {status}"),
            Self::Mail(text) => format!("    @ {text}"),
            Self::Global(text) => format!("= {text}"),
        }
    }
}

/// Hours, minutes, seconds and milliseconds after the run's start.
fn time(at: i64) -> String {
    let (hours, minutes, seconds) = (at / 3_600_000, at / 60_000 % 60, at / 1_000 % 60);
    format!("+{hours:02}:{minutes:02}:{seconds:02}.{:03}", at % 1_000)
}
