//! Logging.

use lambda_runtime::tracing::subscriber::{EnvFilter, fmt};

/// Crates that log whole events and requests at `debug` and `trace`, and with them addresses and tokens.
const NOISY_CRATES: [&str; 8] = [
    "lambda_runtime",
    "lambda_runtime_api_client",
    "aws_config",
    "aws_smithy_runtime",
    "aws_runtime",
    "hyper",
    "hyper_util",
    "reqwest",
];

/// Sets up the log: one line per event, as JSON if `AWS_LAMBDA_LOG_FORMAT` says so, at the level of `AWS_LAMBDA_LOG_LEVEL`
/// (by default `info`).
///
/// `debug` and `trace` of [`NOISY_CRATES`] stay off even if `AWS_LAMBDA_LOG_LEVEL` asks for them: they may contain personal data.
pub(crate) fn init() {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").unwrap_or_else(|_| "info".to_owned());
    let json = std::env::var("AWS_LAMBDA_LOG_FORMAT").is_ok_and(|format| format.eq_ignore_ascii_case("json"));
    let builder = fmt()
        .with_env_filter(filter(&level))
        .with_target(false)
        .without_time();
    // Fails if a subscriber is already set, which then stays.
    let _ = if json {
        builder.json().try_init()
    } else {
        builder.with_ansi(false).try_init()
    };
}

fn filter(level: &str) -> EnvFilter {
    let libraries = NOISY_CRATES.map(|library| format!("{library}=info")).join(",");
    EnvFilter::new(format!("{},{libraries}", level.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noisy_crates_stay_at_info_at_every_level() {
        let filter = filter("TRACE").to_string();

        assert!(filter.contains("trace"), "{filter}");
        assert!(filter.contains("lambda_runtime=info"), "{filter}");
    }
}
