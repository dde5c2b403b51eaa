//! The Secrets Manager adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::get_secret_value::{GetSecretValueError, GetSecretValueOutput};
use aws_sdk_secretsmanager::types::error::ResourceNotFoundException;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use notify_webhook::{CACHE_TIME, SigningSecret, StoredSecret};

fn stored(text: &'static str) -> Rule {
    mock!(Client::get_secret_value)
        .match_requests(|request| request.secret_id() == Some("arn"))
        .then_output(move || GetSecretValueOutput::builder().secret_string(text).build())
}

fn secret(rule: &Rule, cache_time: Duration) -> StoredSecret {
    let client = mock_client!(aws_sdk_secretsmanager, RuleMode::MatchAny, [rule]);
    StoredSecret::new(client, "arn".to_owned(), cache_time)
}

#[tokio::test]
async fn the_secret_is_cached() {
    let rule = stored("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz");
    let secret = secret(&rule, CACHE_TIME);

    secret.get().await.unwrap();
    secret.get().await.unwrap();

    assert_eq!(rule.num_calls(), 1);
}

#[tokio::test]
async fn the_secret_is_read_again_after_the_cache_time() {
    let rule = stored("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz");
    let secret = secret(&rule, Duration::ZERO);

    secret.get().await.unwrap();
    secret.get().await.unwrap();

    assert_eq!(rule.num_calls(), 2);
}

#[tokio::test]
async fn malformed_secrets_are_neither_cached_nor_shown() {
    let rule = stored("whsec_canary");
    let secret = secret(&rule, CACHE_TIME);

    let first = secret.get().await.unwrap_err();
    let second = secret.get().await.unwrap_err();

    assert_eq!(rule.num_calls(), 2);
    assert!(!format!("{first:?} {second} {secret:?}").contains("canary"));
}

#[tokio::test]
async fn a_missing_secret_is_a_fault() {
    let missing = mock!(Client::get_secret_value).then_error(|| {
        GetSecretValueError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
    });

    assert!(secret(&missing, CACHE_TIME).get().await.is_err());
}

#[tokio::test]
async fn debug_hides_the_cached_secret() {
    let rule = stored("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz");
    let secret = secret(&rule, CACHE_TIME);

    secret.get().await.unwrap();

    let debug = format!("{secret:?}");
    assert!(debug.contains("Secret(hidden)"), "{debug}");
    assert!(!debug.contains("MDEy"), "{debug}");
}
