//! Control flow: whether a flow continues, and which compensations it adds.

use super::Flow;

impl Flow {
    /// Whether a path through it continues to what follows. One that ends in `succeed` or `fail` does not.
    pub(crate) fn continues(&self) -> bool {
        match self {
            Self::Task(_) | Self::Parallel(_) | Self::Map(_) => self
                .arms()
                .is_some_and(|arms| arms.then.is_none() || arms.flows().any(Self::continues)),
            Self::Choose(_) => self.children().into_iter().any(Self::continues),
            Self::Pass(_) | Self::Wait(_) => true,
            Self::Succeed(_) | Self::Fail(_) => false,
            Self::Repeat(repeat) => repeat.then.continues() || repeat.exhausted.continues(),
            Self::Saga(saga) => saga.body.continues() || saga.handler.continues(),
            Self::Compensated(compensated) => compensated.step.continues(),
            Self::Then { first, rest, .. } => first.continues() && rest.continues(),
        }
    }

    /// The entries of the compensations that it adds to the saga around it; the one added last runs first.
    ///
    /// ```text
    /// charge.compensate(Refund).then(pack.compensate(Unpack))   adds Refund, then Unpack
    /// saga(charge.compensate(Refund)).catch_all(..)             adds none: a complete saga drops its own
    /// ```
    ///
    /// Paths that join have to add the same: those of the first one count.
    pub(crate) fn compensations(&self) -> Vec<&str> {
        match self {
            Self::Compensated(compensated) => {
                let mut all = compensated.step.compensations();
                let position = compensated.value.map_or(0, |_| all.len());
                all.insert(position, compensated.compensation.entry());
                all
            }
            Self::Then { first, rest, .. } => [first.compensations(), rest.compensations()].concat(),
            _ => self.joining().into_iter().next().unwrap_or_default(),
        }
    }

    /// The compensations of each of the paths that join after this flow.
    pub(crate) fn joining(&self) -> Vec<Vec<&str>> {
        let (without_steps, flows) = match self {
            Self::Saga(saga) => (saga.body.continues(), vec![&saga.handler]),
            Self::Repeat(repeat) => (false, vec![&repeat.then, &repeat.exhausted]),
            Self::Choose(_) => (false, self.children()),
            _ => match self.arms() {
                Some(arms) => (arms.then.is_none(), arms.flows().collect()),
                None => return Vec::new(),
            },
        };
        let mut paths = vec![Vec::new(); usize::from(without_steps)];
        let flows = flows.into_iter().filter(|flow| flow.continues());
        paths.extend(flows.map(Self::compensations));
        paths
    }
}
