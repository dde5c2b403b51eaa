//! The SNS adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use aws_sdk_sns::Client;
use aws_sdk_sns::error::ErrorMetadata;
use aws_sdk_sns::operation::publish::{PublishError, PublishOutput};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use contracts::values::PhoneNumber;
use validate_contacts::{SendSms, Sms, SmsFault, SnsSms};
use verifications::Language;

const NUMBER: &str = "+493012345678";

fn number() -> PhoneNumber {
    NUMBER.parse().unwrap()
}

fn sms() -> Sms {
    Sms::confirmation(Language::English, &"012345".parse().unwrap())
}

/// As many attempts as clients make by default, unless the adapter says otherwise.
fn sns(rule: &Rule, sender_id: Option<&str>) -> SnsSms {
    let client = mock_client!(aws_sdk_sns, RuleMode::MatchAny, [rule]);
    SnsSms::new(client, sender_id.map(|id| id.parse().unwrap()))
}

#[tokio::test]
async fn a_text_message_is_transactional_and_goes_to_one_number() {
    for sender_id in [None, Some("Example")] {
        let publish = mock!(Client::publish)
            .match_requests(move |request| {
                let attributes = request.message_attributes().unwrap();
                let value = |name: &str| attributes.get(name).and_then(|found| found.string_value());
                request.phone_number() == Some(NUMBER)
                    && request.message() == Some(sms().expose())
                    && request.topic_arn().is_none()
                    && value("AWS.SNS.SMS.SMSType") == Some("Transactional")
                    && value("AWS.SNS.SMS.SenderID") == sender_id
            })
            .then_output(|| PublishOutput::builder().build());

        sns(&publish, sender_id).send(&number(), &sms()).await.unwrap();

        assert_eq!(publish.num_calls(), 1);
    }
}

/// SNS with this error code.
fn failing_with(code: &'static str) -> Rule {
    mock!(Client::publish).then_error(move || {
        let meta = ErrorMetadata::builder().code(code).message(NUMBER);
        PublishError::generic(meta.build())
    })
}

#[tokio::test]
async fn a_number_that_sns_does_not_accept_is_refused() {
    for code in ["InvalidParameter", "ParameterValueInvalid", "ValidationException"] {
        let fault = sns(&failing_with(code), None)
            .send(&number(), &sms())
            .await
            .unwrap_err();

        assert!(matches!(fault, SmsFault::Refused(_)), "{code}: {fault:?}");
        assert!(!format!("{fault:?}").contains(NUMBER), "{fault:?}");
    }
}

#[tokio::test]
async fn what_is_not_sent_is_told_from_what_may_be_sent() {
    for (status, sent) in [(400, false), (403, false), (429, false), (500, true), (503, true)] {
        let failing = mock!(Client::publish)
            .sequence()
            .http_status(status, None)
            .repeatedly()
            .build();

        let fault = sns(&failing, None).send(&number(), &sms()).await.unwrap_err();

        assert_eq!(matches!(fault, SmsFault::Unknown(_)), sent, "{status}: {fault:?}");
        assert_eq!(
            matches!(fault, SmsFault::NotSent(_)),
            !sent,
            "{status}: {fault:?}"
        );
        assert_eq!(failing.num_calls(), 1, "{status}");
    }
}
