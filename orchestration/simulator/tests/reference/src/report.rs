//! Reports: how often each verdict was given, and which cases are wrong.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use crate::outcome::Nothing;
use crate::random::Compared;
use crate::verdict::Verdict;

#[derive(Debug, Default)]
pub(crate) struct Report {
    counts: BTreeMap<Verdict, u64>,
    /// The numbers of the cases that are wrong, in order.
    pub(crate) wrong: Vec<u64>,
}

impl Report {
    pub(crate) fn note(&mut self, compared: &Compared, number: u64) {
        *self.counts.entry(compared.verdict.clone()).or_default() += 1;
        if compared.verdict == Verdict::Wrong {
            self.wrong.push(number);
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        for (verdict, count) in other.counts {
            *self.counts.entry(verdict).or_default() += count;
        }
        self.wrong.extend(other.wrong);
        self.wrong.sort_unstable();
    }
}

impl Display for Report {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let count = |verdict| self.counts.get(&verdict).copied().unwrap_or_default();
        writeln!(formatter, "{:>8} the same value", count(Verdict::Value))?;
        writeln!(formatter, "{:>8} the same error", count(Verdict::Error))?;
        writeln!(
            formatter,
            "{:>8} the same error in other words",
            count(Verdict::ErrorInOtherWords)
        )?;
        for (nothing, what) in [
            (Nothing::Undefined, "nothing (undefined) in both"),
            (Nothing::Function, "a function in both"),
            (Nothing::Surrogate, "text that is not Unicode in both"),
            (Nothing::Limit, "beyond a limit of the reference"),
        ] {
            writeln!(formatter, "{:>8} {what}", count(Verdict::Nothing(nothing)))?;
        }
        for (verdict, count) in &self.counts {
            if let Verdict::Refusal(reason) = verdict {
                writeln!(formatter, "{count:>8} refused: {reason}")?;
            }
        }
        write!(formatter, "{:>8} wrong", self.wrong.len())
    }
}
