//! Logging.

use std::{env, io};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Registry, registry};

/// Crates that log whole events and requests at `debug` and `trace`, and with them addresses and tokens.
const NOISY_CRATES: [&str; 8] = [
    "lambda_runtime",
    "lambda_runtime_api_client",
    "aws_config",
    "aws_smithy_runtime",
    "aws_runtime",
    "hyper",
    "hyper_util",
    "rustls",
];

/// Sets up the log: one line per event, as JSON if `AWS_LAMBDA_LOG_FORMAT` says so, at the level of `AWS_LAMBDA_LOG_LEVEL`
/// (by default `info`), which may also list crates, such as `warn,create_user=info`.
///
/// Each JSON line has the fields `timestamp` and `level`, by which Lambda filters, too: without a time in the format of RFC 3339,
/// it would take every line for `INFO` ([Log-level filtering]).
///
/// `debug` and `trace` of [`NOISY_CRATES`] stay off even if `AWS_LAMBDA_LOG_LEVEL` asks for them: they may contain personal data.
/// Release builds have no other `debug` and `trace` either.
///
/// [Log-level filtering]: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
pub(crate) fn init() {
    let targets = targets(&env::var("AWS_LAMBDA_LOG_LEVEL").unwrap_or_default());
    let json = env::var("AWS_LAMBDA_LOG_FORMAT").is_ok_and(|format| format.eq_ignore_ascii_case("json"));
    // Fails if a subscriber is already set, which then stays.
    let _ = if json {
        registry()
            .with(json_lines(io::stdout).with_filter(targets))
            .try_init()
    } else {
        let lines = fmt::layer().with_target(false).without_time().with_ansi(false);
        registry().with(lines.with_filter(targets)).try_init()
    };
}

fn json_lines<W>(writer: W) -> impl Layer<Registry>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    fmt::layer().json().with_target(false).with_writer(writer)
}

/// The levels of crates, by this text: one of Lambda's levels, or a list of `crate=level` and at most one level for the others.
/// Another text means `info`.
fn targets(levels: &str) -> Targets {
    let info = || Targets::new().with_default(LevelFilter::INFO);
    // The most severe of Lambda's levels, which `tracing` lacks.
    let levels = levels.to_lowercase().replace("fatal", "error");
    let targets = if levels.is_empty() {
        info()
    } else {
        levels.parse().unwrap_or_else(|_| info())
    };
    let at_most_info = |name| {
        let level = LevelFilter::INFO.min(targets.default_level().unwrap_or(LevelFilter::OFF));
        (name, level)
    };
    targets.clone().with_targets(NOISY_CRATES.map(at_most_info))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use contracts::values::Timestamp;
    use http::StatusCode;
    use serde_json::{Value, json};
    use tracing::Level;

    use super::*;
    use crate::api::{self, ApiFunction, Problem, Request, Response, Route};

    #[test]
    fn the_default_is_info() {
        for levels in ["", "nonsense=nonsense", "INFO"] {
            let targets = targets(levels);

            assert!(targets.would_enable("create_user", &Level::INFO), "{levels}");
            assert!(!targets.would_enable("create_user", &Level::DEBUG), "{levels}");
        }
    }

    #[test]
    fn noisy_crates_stay_at_info_at_every_level() {
        for levels in ["TRACE", "hyper=trace,trace"] {
            let targets = targets(levels);

            assert!(targets.would_enable("create_user", &Level::TRACE));
            assert!(targets.would_enable("hyper::client", &Level::INFO));
            assert!(!targets.would_enable("hyper::client", &Level::DEBUG), "{levels}");
        }
    }

    #[test]
    fn a_level_holds_for_noisy_crates() {
        for (levels, level) in [
            ("WARN", Level::INFO),
            ("FATAL", Level::WARN),
            ("off", Level::ERROR),
        ] {
            let targets = targets(levels);

            assert!(!targets.would_enable("create_user", &level), "{levels}");
            assert!(!targets.would_enable("hyper", &level), "{levels}");
        }
    }

    #[test]
    fn a_crate_can_have_a_level_of_its_own() {
        let targets = targets("warn,create_user=info");

        assert!(targets.would_enable("create_user::app", &Level::INFO));
        assert!(!targets.would_enable("kit", &Level::INFO));
    }

    /// The lines that something logs, as Lambda gets them.
    fn lines_of(logs: impl FnOnce()) -> Vec<Value> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log");
        let subscriber = registry().with(json_lines(File::create(&file).unwrap()));
        tracing::subscriber::with_default(subscriber, logs);
        let text = fs::read_to_string(file).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Refuses a body that is not JSON.
    struct Picky;

    impl ApiFunction for Picky {
        const ROUTES: &'static [Route] = &[Route::new("POST", "/users")];

        async fn respond(&self, request: Request) -> Result<Response, Problem> {
            request.fields()?;
            Ok(Response::json(StatusCode::ACCEPTED, &"accepted"))
        }

        fn source_hash(&self, _: &Request) -> Option<String> {
            Some("hash".to_owned())
        }
    }

    /// The fields are those of the metric filters in `infra/template.yaml`.
    #[test]
    fn a_request_is_a_line_with_the_hash_of_its_source_and_the_kind_of_its_refusal() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let event = |body| {
            json!({
                "version": "2.0",
                "rawPath": "/users",
                "headers": {"content-type": "application/json"},
                "body": body,
                "isBase64Encoded": false,
                "requestContext": {"http": {"method": "POST", "path": "/users", "sourceIp": "192.0.2.77"}},
            })
        };

        let lines = lines_of(|| {
            for body in ["{}", "canary"] {
                runtime.block_on(api::handle(&Picky, event(body)));
            }
        });

        let fields: Vec<_> = lines.iter().map(|line| &line["fields"]).collect();
        let route = "POST /users";
        assert_eq!(
            fields,
            [
                &json!({"message": "responded", "source": "hash", "route": route, "status": 202}),
                &json!({"message": "responded", "source": "hash", "route": route, "status": 400, "refusal": "invalid"}),
            ]
        );
    }

    #[test]
    fn a_json_line_has_the_time_and_level_that_lambda_filters_by() {
        let lines = lines_of(|| tracing::warn!("late"));

        let line = &lines[0];
        assert_eq!(line["level"], "WARN");
        assert!(
            line["timestamp"].as_str().unwrap().parse::<Timestamp>().is_ok(),
            "{line}"
        );
    }
}
