//! Welch's t-test of durations, as tests of side channels use it.

/// Beyond this, two means differ for certain: the threshold of leakage tests.
///
/// Source: [Goodwill et al., A testing methodology for side-channel resistance validation](https://csrc.nist.gov/csrc/media/events/non-invasive-attack-testing-workshop/documents/08_goodwill.pdf), section 2.
pub(crate) const MAX_T: f64 = 4.5;

/// Mean and variance.
fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, squares / (count - 1.0))
}

/// Welch's t of two samples.
fn welch(one: &[f64], other: &[f64]) -> f64 {
    let ((mean, variance), (other_mean, other_variance)) = (moments(one), moments(other));
    let error = variance / one.len() as f64 + other_variance / other.len() as f64;
    (mean - other_mean) / error.sqrt()
}

/// Prints and returns t of the durations for taken and for new addresses, in milliseconds.
pub(crate) fn report(what: &str, taken: &[f64], new: &[f64]) -> f64 {
    let t = welch(taken, new);
    println!(
        "{what}: taken {:.4} ms, new {:.4} ms, t = {t:.2}",
        moments(taken).0,
        moments(new).0
    );
    t
}
