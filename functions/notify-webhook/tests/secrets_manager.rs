//! The Secrets Manager adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::get_secret_value::{GetSecretValueError, GetSecretValueOutput};
use aws_sdk_secretsmanager::types::error::{InternalServiceError, ResourceNotFoundException};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use notify_webhook::{CACHE_TIME, SigningSecret, StoredSecret};

const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

/// The version with this staging label.
fn version(stage: &'static str, text: &'static str) -> Rule {
    mock!(Client::get_secret_value)
        .match_requests(move |request| {
            request.secret_id() == Some("arn") && request.version_stage() == Some(stage)
        })
        .then_output(move || GetSecretValueOutput::builder().secret_string(text).build())
}

fn stored(text: &'static str) -> Rule {
    version("AWSCURRENT", text)
}

fn previous(error: fn() -> GetSecretValueError) -> Rule {
    mock!(Client::get_secret_value)
        .match_requests(|request| request.version_stage() == Some("AWSPREVIOUS"))
        .then_error(error)
}

fn not_found() -> GetSecretValueError {
    GetSecretValueError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
}

/// The secret with this current version, and no other.
fn secret(current: &Rule, cache_time: Duration) -> StoredSecret {
    with_previous(current, &previous(not_found), cache_time)
}

fn with_previous(current: &Rule, previous: &Rule, cache_time: Duration) -> StoredSecret {
    let client = mock_client!(aws_sdk_secretsmanager, RuleMode::MatchAny, [current, previous]);
    StoredSecret::new(client, "arn".to_owned(), cache_time)
}

#[tokio::test]
async fn the_secret_is_cached() {
    let rule = stored(SECRET);
    let secret = secret(&rule, CACHE_TIME);

    secret.get().await.unwrap();
    secret.get().await.unwrap();

    assert_eq!(rule.num_calls(), 1);
}

#[tokio::test]
async fn the_secret_is_read_again_after_the_cache_time() {
    let rule = stored(SECRET);
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
    let missing = mock!(Client::get_secret_value).then_error(not_found);

    assert!(secret(&missing, CACHE_TIME).get().await.is_err());
}

#[tokio::test]
async fn debug_hides_the_cached_secret() {
    let rule = stored(SECRET);
    let secret = secret(&rule, CACHE_TIME);

    secret.get().await.unwrap();

    let debug = format!("{secret:?}");
    assert!(debug.contains("Secret(hidden)"), "{debug}");
    assert!(!debug.contains("MDEy"), "{debug}");
}

#[tokio::test]
async fn both_versions_are_cached_together() {
    let (current, previous) = (stored(SECRET), version("AWSPREVIOUS", SECRET));
    let secret = with_previous(&current, &previous, CACHE_TIME);

    secret.get().await.unwrap();
    secret.get().await.unwrap();

    assert_eq!((current.num_calls(), previous.num_calls()), (1, 1));
}

#[tokio::test]
async fn a_previous_version_that_cannot_be_read_is_a_fault() {
    let previous =
        previous(|| GetSecretValueError::InternalServiceError(InternalServiceError::builder().build()));

    let result = with_previous(&stored(SECRET), &previous, CACHE_TIME).get().await;

    assert!(result.is_err());
}

#[tokio::test]
async fn a_malformed_previous_version_does_not_stop_events() {
    let previous = version("AWSPREVIOUS", "whsec_canary");

    let secret = with_previous(&stored(SECRET), &previous, CACHE_TIME).get().await;

    assert!(secret.is_ok());
}
