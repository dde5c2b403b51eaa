//! Tails of the binomial distribution, for few successes in many trials.

/// The number of successes among `trials` independent trials.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binomial {
    pub(crate) trials: u32,
    /// The probability that one trial succeeds, below 1.
    pub(crate) probability: f64,
}

impl Binomial {
    pub(crate) fn mean(self) -> f64 {
        f64::from(self.trials) * self.probability
    }

    /// The probability of each number of successes, from 0 on.
    fn masses(self) -> impl Iterator<Item = f64> {
        let odds = self.probability / (1.0 - self.probability);
        let none = (f64::from(self.trials) * (-self.probability).ln_1p()).exp();
        (0..self.trials).scan(none, move |mass, successes| {
            let this = *mass;
            *mass *= odds * f64::from(self.trials - successes) / f64::from(successes + 1);
            Some(this)
        })
    }

    /// The numbers of successes, from the first to the second, below and above which there are fewer than `tail` of all
    /// outcomes each.
    pub(crate) fn interval(self, tail: f64) -> (usize, usize) {
        let mut below = 0.0;
        let mut low = None;
        for (successes, mass) in self.masses().enumerate() {
            below += mass;
            if below > tail && low.is_none() {
                low = Some(successes);
            }
            if 1.0 - below < tail {
                return (low.unwrap_or(0), successes);
            }
        }
        unreachable!("all outcomes together are certain")
    }
}

#[test]
fn the_interval_of_a_fair_coin_is_the_known_one() {
    let coin = Binomial {
        trials: 20,
        probability: 0.5,
    };

    // The tables of the sign test: 20 tosses, 2.5 % on each side.
    assert_eq!(coin.interval(0.025), (6, 14));
}
