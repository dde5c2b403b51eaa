//! Reports: how often each verdict was given, and which cases are wrong.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use crate::outcome::Nothing;
use crate::random::Compared;
use crate::verdict::Verdict;

#[derive(Debug, Default)]
pub(crate) struct Report {
    /// How often each was given, and the number of the first case.
    counts: BTreeMap<Verdict, (u64, u64)>,
    /// The numbers of the cases that are wrong, in order.
    pub(crate) wrong: Vec<u64>,
}

impl Report {
    pub(crate) fn note(&mut self, compared: &Compared, number: u64) {
        self.count(compared.verdict.clone(), 1, number);
        if compared.verdict == Verdict::Wrong {
            self.wrong.push(number);
        }
    }

    fn count(&mut self, verdict: Verdict, count: u64, number: u64) {
        let (total, first) = self.counts.entry(verdict).or_insert((0, number));
        *total += count;
        *first = number.min(*first);
    }

    pub(crate) fn add(&mut self, other: Self) {
        for (verdict, (count, first)) in other.counts {
            self.count(verdict, count, first);
        }
        self.wrong.extend(other.wrong);
        self.wrong.sort_unstable();
    }
}

impl Display for Report {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut line = |verdict: &Verdict, what: &str| {
            let (count, first) = self.counts.get(verdict).copied().unzip();
            let such_as = first.map_or_else(String::new, |first| format!("  (first: {first})"));
            writeln!(formatter, "{:>8} {what}{such_as}", count.unwrap_or_default())
        };
        line(&Verdict::Value, "the same value")?;
        line(
            &Verdict::ValueOfPower,
            "the same value but for the last digits of `$power`",
        )?;
        line(&Verdict::Error, "the same error")?;
        line(&Verdict::ErrorInOtherWords, "the same error in other words")?;
        line(
            &Verdict::Nothing(Nothing::Undefined),
            "nothing (undefined) in both",
        )?;
        line(&Verdict::Nothing(Nothing::Function), "a function in both")?;
        line(
            &Verdict::Nothing(Nothing::Surrogate),
            "text that is not Unicode in both",
        )?;
        line(
            &Verdict::Nothing(Nothing::Limit),
            "beyond a limit of the reference",
        )?;
        for verdict in self.counts.keys() {
            if let Verdict::Refusal(reason) = verdict {
                line(verdict, &format!("refused: {reason}"))?;
            }
        }
        write!(formatter, "{:>8} wrong", self.wrong.len())
    }
}
