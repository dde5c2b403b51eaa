//! Output: results on standard output, everything else on standard error.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use client::{Confirmation, Contact, Receipt, Steps, User};
use indicatif::ProgressBar;
use serde::Serialize;

use crate::failure::Failure;

/// The interval between two frames of the spinner.
const FRAME: Duration = Duration::from_millis(100);

/// Standard output and standard error of the program.
///
/// While it waits, a spinner runs on standard error, if that is a terminal. Closed outputs are ignored.
pub(crate) struct Console {
    json: bool,
    /// Draws nothing without a terminal.
    spinner: ProgressBar,
    /// The spinner is on the screen.
    spinning: Cell<bool>,
    /// A question is on the screen, and the cursor behind it.
    asking: Cell<bool>,
}

impl Console {
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            spinner: ProgressBar::new_spinner(),
            spinning: Cell::new(false),
            asking: Cell::new(false),
        }
    }

    /// Prints an accepted request.
    pub(crate) fn receipt(&self, receipt: &Receipt) {
        self.result(receipt, || format!("{}  {}", receipt.id, receipt.status));
    }

    /// Prints where a sign-up is.
    pub(crate) fn user(&self, user: &User) {
        self.result(user, || {
            let line = format!("{}  {}  {}", user.id, user.status, steps(user.steps));
            let line = line.trim_end();
            // The address is what every sign-up asks for.
            if user.unconfirmed.contains(&Contact::Phone) {
                format!("{line}  unconfirmed: {}", contacts(&user.unconfirmed))
            } else {
                line.to_owned()
            }
        });
    }

    /// Prints that a confirmation was accepted.
    pub(crate) fn accepted(&self, confirmation: &Confirmation) {
        #[derive(Serialize)]
        struct Accepted<'a> {
            status: &'static str,
            #[serde(skip_serializing_if = "BTreeSet::is_empty")]
            unconfirmed: &'a BTreeSet<Contact>,
        }
        let unconfirmed = &confirmation.unconfirmed;
        let status = "accepted";
        let accepted = Accepted { status, unconfirmed };
        self.result(&accepted, || {
            if unconfirmed.is_empty() {
                status.to_owned()
            } else {
                format!("{status}  unconfirmed: {}", contacts(unconfirmed))
            }
        });
    }

    /// Prints a message for people on standard error.
    pub(crate) fn note(&self, message: &str) {
        self.print(&mut io::stderr(), message);
    }

    /// Shows what the program waits for.
    pub(crate) fn busy(&self, message: &'static str) {
        if self.asking.get() {
            return;
        }
        if self.spinner.is_finished() {
            self.spinner.reset();
        }
        self.spinner.set_message(message);
        if !self.spinning.replace(true) {
            self.spinner.enable_steady_tick(FRAME);
        }
    }

    /// Asks, if a person is there to read it. The answer comes from [`Questions`](crate::questions::Questions).
    pub(crate) fn ask(&self, question: &str) {
        self.idle();
        if is_interactive() {
            self.asking.set(true);
            let _ = write!(io::stderr(), "{} ", printable(question));
        }
    }

    /// The person has answered, and with that begun a new line.
    pub(crate) fn answered(&self) {
        self.asking.set(false);
    }

    /// Prints the failure and returns its exit code.
    pub(crate) fn fail(&self, failure: &Failure) -> ExitCode {
        self.idle();
        if self.json {
            self.note(&failure.to_json());
        } else {
            self.note(&format!("sign-up: {failure}"));
        }
        ExitCode::from(failure.exit_code())
    }

    fn result(&self, value: &impl Serialize, line: impl FnOnce() -> String) {
        let text = if self.json {
            serde_json::to_string(value).unwrap_or_default()
        } else {
            line()
        };
        self.print(&mut io::stdout(), &text);
    }

    fn print(&self, output: &mut dyn Write, line: &str) {
        if self.asking.take() {
            let _ = writeln!(io::stderr());
        }
        let mut write = || {
            let _ = writeln!(output, "{}", printable(line));
        };
        if self.spinning.get() {
            self.spinner.suspend(write);
        } else {
            write();
        }
    }

    /// Removes the spinner.
    fn idle(&self) {
        if self.spinning.replace(false) {
            self.spinner.disable_steady_tick();
            self.spinner.finish_and_clear();
        }
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.idle();
    }
}

/// Whether a person answers: both the question and the answer are on a terminal.
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn contacts(contacts: &BTreeSet<Contact>) -> String {
    let names: Vec<_> = contacts.iter().map(|contact| contact.as_str()).collect();
    names.join(", ")
}

fn steps(steps: Steps) -> String {
    let names = [
        (steps.stored, "stored"),
        (steps.mailed, "mailed"),
        (steps.confirmed, "confirmed"),
    ];
    let complete: Vec<_> = names
        .into_iter()
        .filter_map(|(complete, name)| complete.then_some(name))
        .collect();
    complete.join(", ")
}

/// The text without control characters: what strangers entered, and what a server sends, must not command a terminal.
fn printable(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        assert_eq!(
            printable("a\u{1b}[2Jb\r\u{9b}c"),
            "a\u{fffd}[2Jb\u{fffd}\u{fffd}c"
        );
    }

    #[test]
    fn complete_steps_are_listed_in_order() {
        let listed = steps(Steps {
            stored: true,
            mailed: true,
            confirmed: false,
        });

        assert_eq!(listed, "stored, mailed");
    }
}
