//! The demo's report.

use std::collections::HashSet;
use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use client::Problem;

use super::DemoResult;
use super::user::{CompletedSignUp, FinalState, LineResult, SignUpResult};

pub(super) fn print(run: &DemoResult) {
    // A closed standard output is ignored.
    let _ = io::stdout().write_all(run.to_string().as_bytes());
}

impl fmt::Display for DemoResult {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timelines(formatter)?;
        self.rejections(formatter)?;
        self.summary(formatter)?;
        self.failures(formatter)
    }
}

impl DemoResult {
    fn completed(&self) -> impl Iterator<Item = (usize, &CompletedSignUp)> {
        self.lines.iter().filter_map(LineResult::completed)
    }

    fn count(&self, state: FinalState) -> usize {
        self.completed()
            .filter(|(_, done)| done.final_state == state)
            .count()
    }

    fn rejected(&self) -> impl Iterator<Item = (usize, &Problem)> {
        self.lines.iter().filter_map(|line| match &line.result {
            SignUpResult::Rejected(problem) => Some((line.number, problem)),
            SignUpResult::Completed(_) | SignUpResult::Failed { .. } => None,
        })
    }

    /// One line per user: the time until the 202, and when each step was completed, since the sign-up was accepted.
    fn timelines(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.completed().next().is_none() {
            return Ok(());
        }
        writeln!(
            formatter,
            "{:>5}  {:32}  {:>8}  {:>7}  {:>7}  {:>9}  {:>8}  final state",
            "line", "user (times in ms)", "answered", "stored", "mailed", "confirmed", "verified"
        )?;
        for (line, done) in self.completed() {
            let offsets = &done.offsets;
            writeln!(
                formatter,
                "{line:>5}  {:32}  {:>8}  {:>7}  {:>7}  {:>9}  {:>8}  {}",
                done.user.as_str(),
                done.answered.as_millis(),
                millis(offsets.stored),
                millis(offsets.mailed),
                millis(offsets.confirmed),
                millis(offsets.verified),
                done.final_state.name()
            )?;
        }
        writeln!(formatter)
    }

    fn rejections(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rejected().next().is_none() {
            return Ok(());
        }
        writeln!(formatter, "Rejected")?;
        for (line, problem) in self.rejected() {
            writeln!(formatter, "{line:>5}  {}  {problem}", problem.status)?;
        }
        writeln!(formatter)
    }

    fn summary(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let accepted = self.lines.iter().filter(|line| is_accepted(line)).count();
        let addresses: HashSet<_> = self.completed().map(|(_, done)| &done.address).collect();
        let counts = [
            ("lines read", self.lines.len()),
            ("accepted", accepted),
            ("rejected", self.rejected().count()),
            ("distinct addresses", addresses.len()),
            ("verified", self.count(FinalState::Verified)),
            ("superseded duplicates", self.count(FinalState::Superseded)),
            ("held duplicates", self.count(FinalState::Held)),
            ("mail-limited duplicates", self.count(FinalState::MailLimited)),
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
        )?;
        let mut answered: Vec<_> = self.completed().map(|(_, done)| done.answered).collect();
        answered.sort_unstable();
        for (name, percent) in [("median", 50), ("99th percentile", 99)] {
            if let Some(time) = percentile(&answered, percent) {
                let name = format!("answered, {name}");
                writeln!(formatter, "  {name:<24} {:>8} ms", time.as_millis())?;
            }
        }
        Ok(())
    }

    fn failures(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_success() {
            return writeln!(formatter, "\nEvery address has exactly one verified account.");
        }
        writeln!(formatter, "\nFailed")?;
        if self.nobody_signed_up() {
            writeln!(formatter, "  nobody signed up: no line was accepted")?;
        }
        for line in &self.lines {
            if let SignUpResult::Failed { user, reason } = &line.result {
                let user = user
                    .as_ref()
                    .map(|user| format!("user {user}: "))
                    .unwrap_or_default();
                writeln!(formatter, "  line {}: {user}{reason}", line.number)?;
            }
        }
        for problem in &self.inconsistencies {
            writeln!(formatter, "  {problem}")?;
        }
        Ok(())
    }
}

fn is_accepted(line: &LineResult) -> bool {
    match &line.result {
        SignUpResult::Completed(_) => true,
        SignUpResult::Rejected(_) => false,
        SignUpResult::Failed { user, .. } => user.is_some(),
    }
}

/// The smallest of the sorted times that so many percent of them do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
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
    use client::FieldError;

    use super::super::user::Offsets;
    use super::*;

    fn run(results: Vec<SignUpResult>, inconsistencies: Vec<String>) -> DemoResult {
        let lines = results.into_iter().zip(1..);
        DemoResult {
            lines: lines
                .map(|(result, number)| LineResult { number, result })
                .collect(),
            elapsed: Duration::from_secs(2),
            mails: 1,
            webhooks: 1,
            inconsistencies,
        }
    }

    fn verified() -> SignUpResult {
        SignUpResult::Completed(CompletedSignUp {
            user: "a".repeat(32).parse().unwrap(),
            address: "canary@example.org".parse().unwrap(),
            final_state: FinalState::Verified,
            answered: Duration::from_millis(7),
            offsets: Offsets {
                stored: Some(Duration::from_millis(12)),
                ..Offsets::default()
            },
        })
    }

    fn rejected() -> SignUpResult {
        let error = FieldError {
            pointer: "/email".to_owned(),
            detail: "is missing".to_owned(),
        };
        SignUpResult::Rejected(Problem {
            title: String::new(),
            status: 422,
            detail: String::new(),
            errors: vec![error],
            retry_after: None,
        })
    }

    #[test]
    fn refused_lines_are_listed_and_are_no_failure() {
        let run = run(vec![verified(), rejected()], vec![]);

        let report = run.to_string();
        assert!(run.is_success());
        assert!(report.contains("    2  422  /email is missing\n"), "{report}");
        assert!(report.contains("sign-ups per second           0.5\n"), "{report}");
        assert!(
            report.contains("answered, 99th percentile        7 ms\n"),
            "{report}"
        );
        assert!(!report.contains("canary"), "{report}");
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let times: Vec<_> = (1..=200).map(Duration::from_millis).collect();

        assert_eq!(percentile(&times, 50), Some(Duration::from_millis(100)));
        assert_eq!(percentile(&times, 99), Some(Duration::from_millis(198)));
        assert_eq!(percentile(&times[..1], 99), Some(Duration::from_millis(1)));
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn failed_lines_are_listed_with_user_and_step() {
        let failed = SignUpResult::Failed {
            user: Some("b".repeat(32).parse().unwrap()),
            reason: "mail: not completed within 60 s".to_owned(),
        };
        let run = run(vec![verified(), failed], vec![]);

        let report = run.to_string();
        assert!(!run.is_success());
        let expected = format!(
            "Failed\n  line 2: user {}: mail: not completed within 60 s\n",
            "b".repeat(32)
        );
        assert!(report.ends_with(&expected), "{report}");
    }

    #[test]
    fn an_inconsistency_is_a_failure() {
        let run = run(
            vec![verified()],
            vec!["line 1: the webhook did not arrive".to_owned()],
        );

        assert!(!run.is_success());
        assert!(
            run.to_string()
                .ends_with("Failed\n  line 1: the webhook did not arrive\n")
        );
    }
}
