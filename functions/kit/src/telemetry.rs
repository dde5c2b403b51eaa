//! The log.

use lambda_runtime::tracing::subscriber::{EnvFilter, fmt};

/// Libraries that log whole events and requests at their finer levels, and with them addresses and tokens.
const TALKATIVE: [&str; 8] = [
    "lambda_runtime",
    "lambda_runtime_api_client",
    "aws_config",
    "aws_smithy_runtime",
    "aws_runtime",
    "hyper",
    "hyper_util",
    "reqwest",
];

/// Writes one line per event to the log, as JSON where the function is configured so (`AWS_LAMBDA_LOG_FORMAT`), from the
/// level on that it is configured with (`AWS_LAMBDA_LOG_LEVEL`, or `info`).
///
/// What libraries say in detail is left out at every level: it may be personal.
pub fn init_telemetry() {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").unwrap_or_else(|_| "info".to_owned());
    let json = std::env::var("AWS_LAMBDA_LOG_FORMAT").is_ok_and(|format| format.eq_ignore_ascii_case("json"));
    let builder = fmt()
        .with_env_filter(filter(&level))
        .with_target(false)
        .without_time();
    // A second call finds a subscriber set already, which is as good.
    let _ = if json {
        builder.json().try_init()
    } else {
        builder.with_ansi(false).try_init()
    };
}

fn filter(level: &str) -> EnvFilter {
    let libraries = TALKATIVE.map(|library| format!("{library}=info")).join(",");
    EnvFilter::new(format!("{},{libraries}", level.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_do_not_speak_in_detail_at_any_level() {
        let filter = filter("TRACE").to_string();

        assert!(filter.contains("trace"), "{filter}");
        assert!(filter.contains("lambda_runtime=info"), "{filter}");
    }
}
