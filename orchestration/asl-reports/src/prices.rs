//! AWS prices.

/// Prices of a region at a date, in US cents.
///
/// ```
/// use asl_reports::PriceTable;
///
/// let dearer = PriceTable {
///     region: "elsewhere",
///     cents_per_million_transitions: 3_000,
///     ..PriceTable::US_EAST_1
/// };
///
/// assert_eq!(dearer.cents_per_million_requests, 20);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceTable {
    pub region: &'static str,
    /// The year and month in which the prices were last known to apply.
    pub date: &'static str,
    /// The pages on which the prices are published.
    pub sources: &'static [&'static str],
    /// The price of a million state transitions of Standard executions.
    pub cents_per_million_transitions: u64,
    /// The price of a million Lambda requests, without the compute time.
    pub cents_per_million_requests: u64,
}

impl PriceTable {
    /// US East (N. Virginia), without the free tier.
    ///
    /// Source: [Step Functions pricing](https://aws.amazon.com/step-functions/pricing/), "State transitions pricing
    /// table" (0.0250 USD per 1,000), and [How AWS Pricing
    /// Works](https://docs.aws.amazon.com/whitepapers/latest/how-aws-pricing-works/lambda.html), "Request pricing"
    /// (0.20 USD per million). Both were read in copies of these pages that bear no date; guides to AWS's prices up to
    /// May 2026 name the same price of a transition.
    /// See [`PriceTable`].
    pub const US_EAST_1: Self = Self {
        region: "us-east-1",
        date: "2026-05",
        sources: &[
            "https://aws.amazon.com/step-functions/pricing/",
            "https://docs.aws.amazon.com/whitepapers/latest/how-aws-pricing-works/lambda.html",
        ],
        cents_per_million_transitions: 2_500,
        cents_per_million_requests: 20,
    };
}
