//! What a demo prints when it is done.

use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::time::Duration;

use super::Run;
use super::client::Refusal;
use super::drive::{Done, Driven, End, Outcome};

/// Prints the report.
pub(super) fn print(run: &Run) {
    // Whoever closed the output has read enough.
    let _ = io::stdout().write_all(run.to_string().as_bytes());
}

impl fmt::Display for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timelines(formatter)?;
        self.refusals(formatter)?;
        self.summary(formatter)?;
        self.failures(formatter)
    }
}

impl Run {
    fn done(&self) -> impl Iterator<Item = (usize, &Done)> {
        self.lines.iter().filter_map(|driven| match &driven.end {
            End::Done(done) => Some((driven.line, done)),
            End::Refused(_) | End::Failed { .. } => None,
        })
    }

    fn ended(&self, outcome: Outcome) -> usize {
        self.done().filter(|(_, done)| done.outcome == outcome).count()
    }

    fn refused(&self) -> impl Iterator<Item = (usize, &Refusal)> {
        self.lines.iter().filter_map(|driven| match &driven.end {
            End::Refused(refusal) => Some((driven.line, refusal)),
            End::Done(_) | End::Failed { .. } => None,
        })
    }

    /// One line per user: when each step was done, in milliseconds since the sign-up was accepted.
    fn timelines(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.done().next().is_none() {
            return Ok(());
        }
        writeln!(
            formatter,
            "{:>5}  {:32}  {:>8}  {:>7}  {:>7}  {:>9}  {:>8}  end",
            "line", "user (times in ms)", "accepted", "stored", "mailed", "confirmed", "verified"
        )?;
        for (line, done) in self.done() {
            let offsets = &done.offsets;
            writeln!(
                formatter,
                "{line:>5}  {:32}  {:>8}  {:>7}  {:>7}  {:>9}  {:>8}  {}",
                done.user.as_str(),
                0,
                millis(offsets.stored),
                millis(offsets.mailed),
                millis(offsets.confirmed),
                millis(offsets.verified),
                done.outcome.name()
            )?;
        }
        writeln!(formatter)
    }

    fn refusals(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.refused().next().is_none() {
            return Ok(());
        }
        writeln!(formatter, "Refused")?;
        for (line, refusal) in self.refused() {
            writeln!(formatter, "{line:>5}  {}  {}", refusal.status, reasons(refusal))?;
        }
        writeln!(formatter)
    }

    fn summary(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let accepted = self.lines.iter().filter(|driven| is_accepted(driven)).count();
        let addresses: HashSet<_> = self.done().map(|(_, done)| &done.address).collect();
        let counts = [
            ("lines read", self.lines.len()),
            ("accepted", accepted),
            ("refused", self.refused().count()),
            ("distinct addresses", addresses.len()),
            ("verified", self.ended(Outcome::Verified)),
            ("superseded duplicates", self.ended(Outcome::Superseded)),
            ("held duplicates", self.ended(Outcome::Held)),
            ("duplicates over the cap", self.ended(Outcome::Withheld)),
            ("mails", self.mails),
            ("webhooks", self.webhooks),
        ];
        writeln!(formatter, "Summary")?;
        for (name, count) in counts {
            writeln!(formatter, "  {name:<24} {count:>8}")?;
        }
        let seconds = self.elapsed.as_secs_f64();
        writeln!(formatter, "  {:<24} {seconds:>8.2} s", "elapsed")?;
        writeln!(
            formatter,
            "  {:<24} {:>8.1}",
            "sign-ups per second",
            per_second(accepted, seconds)
        )
    }

    fn failures(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_good() {
            return writeln!(formatter, "\nEvery address has exactly one verified account.");
        }
        writeln!(formatter, "\nFailed")?;
        if self.nobody_signed_up() {
            writeln!(formatter, "  nobody signed up: no line was accepted")?;
        }
        for driven in &self.lines {
            if let End::Failed { user, reason } = &driven.end {
                let user = user
                    .as_ref()
                    .map(|user| format!("user {user}: "))
                    .unwrap_or_default();
                writeln!(formatter, "  line {}: {user}{reason}", driven.line)?;
            }
        }
        for problem in &self.problems {
            writeln!(formatter, "  {problem}")?;
        }
        Ok(())
    }
}

fn is_accepted(driven: &Driven) -> bool {
    match &driven.end {
        End::Done(_) => true,
        End::Refused(_) => false,
        End::Failed { user, .. } => user.is_some(),
    }
}

/// The fields that do not fit; where none is to blame, what the API said.
fn reasons(refusal: &Refusal) -> String {
    if refusal.errors.is_empty() {
        return refusal.detail.clone();
    }
    let mut text = String::new();
    for error in &refusal.errors {
        let separator = if text.is_empty() { "" } else { "; " };
        let pointer = if error.pointer.is_empty() {
            "the body"
        } else {
            &error.pointer
        };
        // Writing to a string does not fail.
        let _ = write!(text, "{separator}{pointer} {}", error.detail);
    }
    text
}

fn millis(offset: Option<Duration>) -> String {
    offset.map_or_else(|| "-".to_owned(), |offset| offset.as_millis().to_string())
}

#[expect(clippy::cast_precision_loss, reason = "a count of sign-ups is far below 2^53")]
fn per_second(count: usize, seconds: f64) -> f64 {
    if seconds > 0.0 {
        count as f64 / seconds
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::client::FieldError;
    use super::super::drive::Offsets;
    use super::*;

    fn run(ends: Vec<End>, problems: Vec<String>) -> Run {
        let lines = ends.into_iter().zip(1..);
        Run {
            lines: lines.map(|(end, line)| Driven { line, end }).collect(),
            elapsed: Duration::from_secs(2),
            mails: 1,
            webhooks: 1,
            problems,
        }
    }

    fn verified() -> End {
        End::Done(Done {
            user: "a".repeat(32).parse().unwrap(),
            address: "canary@example.org".parse().unwrap(),
            outcome: Outcome::Verified,
            offsets: Offsets {
                stored: Some(Duration::from_millis(12)),
                ..Offsets::default()
            },
        })
    }

    fn refused() -> End {
        let error = FieldError {
            pointer: "/email".to_owned(),
            detail: "is missing".to_owned(),
        };
        End::Refused(Refusal {
            status: 422,
            detail: String::new(),
            errors: vec![error],
        })
    }

    #[test]
    fn a_line_that_was_refused_is_listed_and_is_no_failure() {
        let run = run(vec![verified(), refused()], vec![]);

        let report = run.to_string();
        assert!(run.is_good());
        assert!(report.contains("    2  422  /email is missing\n"), "{report}");
        assert!(report.contains("sign-ups per second           0.5\n"), "{report}");
        assert!(!report.contains("canary"), "{report}");
    }

    #[test]
    fn a_line_that_failed_is_named_with_its_user_and_step() {
        let failed = End::Failed {
            user: Some("b".repeat(32).parse().unwrap()),
            reason: "mail: not done within 60 s".to_owned(),
        };
        let run = run(vec![verified(), failed], vec![]);

        let report = run.to_string();
        assert!(!run.is_good());
        let expected = format!(
            "Failed\n  line 2: user {}: mail: not done within 60 s\n",
            "b".repeat(32)
        );
        assert!(report.ends_with(&expected), "{report}");
    }

    #[test]
    fn a_table_that_does_not_agree_is_a_failure() {
        let run = run(
            vec![verified()],
            vec!["line 1: the webhook did not arrive".to_owned()],
        );

        assert!(!run.is_good());
        assert!(
            run.to_string()
                .ends_with("Failed\n  line 1: the webhook did not arrive\n")
        );
    }
}
