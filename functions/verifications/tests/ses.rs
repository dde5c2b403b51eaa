//! The SES adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::ErrorMetadata;
use aws_sdk_sesv2::operation::send_email::{SendEmailError, SendEmailInput, SendEmailOutput};
use aws_sdk_sesv2::types::Content;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use contracts::values::EmailAddress;
use verifications::{Mail, MailFault, MailId, SendMail, SesMail};

fn address() -> EmailAddress {
    "canary@example.org".parse().unwrap()
}

const MAIL_ID: &str = "6f1d0c1b6a6f4d0b9b9f6d3a52a5c7e1-2";

fn mail() -> Mail {
    Mail {
        id: MailId::of(&"6f1d0c1b6a6f4d0b9b9f6d3a52a5c7e1".parse().unwrap(), 2),
        recipient: "ab".repeat(32).parse().unwrap(),
        subject: "subject".to_owned(),
        text: "text".to_owned(),
        html: "<p>html</p>".to_owned(),
    }
}

/// As many attempts as clients make by default, unless the adapter says otherwise.
fn ses(rule: &Rule) -> SesMail {
    let client = mock_client!(aws_sdk_sesv2, RuleMode::MatchAny, [rule]);
    SesMail::new(client, "hello@example.org".to_owned(), Some("sign-up".to_owned()))
}

fn is(content: Option<&Content>, text: &str) -> bool {
    content.is_some_and(|content| content.data() == text && content.charset() == Some("UTF-8"))
}

fn tags(request: &SendEmailInput) -> Vec<(&str, &str)> {
    let tags = request.email_tags().iter();
    tags.map(|tag| (tag.name(), tag.value())).collect()
}

#[tokio::test]
async fn a_mail_goes_to_one_person_in_both_bodies() {
    let send = mock!(Client::send_email)
        .match_requests(|request| {
            let message = request.content().unwrap().simple().unwrap();
            let body = message.body().unwrap();
            request.from_email_address() == Some("hello@example.org")
                && request.destination().unwrap().to_addresses() == ["canary@example.org"]
                && request.configuration_set_name() == Some("sign-up")
                && tags(request) == [("mail-id", MAIL_ID), ("recipient", &*"ab".repeat(32))]
                && is(message.subject(), "subject")
                && is(body.text(), "text")
                && is(body.html(), "<p>html</p>")
        })
        .then_output(|| SendEmailOutput::builder().build());

    ses(&send).send(&address(), &mail()).await.unwrap();

    assert_eq!(send.num_calls(), 1);
}

/// SES with this error code.
fn failing_with(code: &'static str) -> Rule {
    mock!(Client::send_email).then_error(move || {
        let meta = ErrorMetadata::builder().code(code).message("canary@example.org");
        SendEmailError::generic(meta.build())
    })
}

#[tokio::test]
async fn permanent_ses_errors_reject_the_mail() {
    for code in ["MessageRejected", "BadRequestException"] {
        let fault = ses(&failing_with(code))
            .send(&address(), &mail())
            .await
            .unwrap_err();

        assert!(matches!(fault, MailFault::Rejected(_)), "{code}: {fault:?}");
    }
}

#[tokio::test]
async fn an_identity_that_is_not_verified_may_be_later() {
    let refused = mock!(Client::send_email).then_error(|| {
        let message = "Email address is not verified. The following identities failed the check in region EU-WEST-1: \
                       canary@example.org";
        let meta = ErrorMetadata::builder().code("MessageRejected").message(message);
        SendEmailError::generic(meta.build())
    });

    let fault = ses(&refused).send(&address(), &mail()).await.unwrap_err();

    assert!(matches!(fault, MailFault::Unavailable(_)), "{fault:?}");
    assert!(!format!("{fault:?}").contains("canary"), "{fault:?}");
}

#[tokio::test]
async fn the_limits_of_the_account_are_faults_of_their_own() {
    type Is = fn(&MailFault) -> bool;
    let rate: Is = |fault| matches!(fault, MailFault::RateExceeded(_));
    let quota: Is = |fault| matches!(fault, MailFault::QuotaUsedUp(_));
    let calls: Is = |fault| matches!(fault, MailFault::Unavailable(_));
    for code in ["TooManyRequestsException", "ThrottlingException"] {
        for (message, is_expected) in [
            ("Maximum sending rate exceeded.", rate),
            ("Daily message quota exceeded.", quota),
            ("Too Many Requests", calls),
        ] {
            let limited = mock!(Client::send_email).then_error(move || {
                let meta = ErrorMetadata::builder().code(code).message(message);
                SendEmailError::generic(meta.build())
            });

            let fault = ses(&limited).send(&address(), &mail()).await.unwrap_err();

            assert!(is_expected(&fault), "{code}, {message}: {fault:?}");
        }
    }
}

/// As SES answers over HTTP, so that the SDK finds the message.
#[tokio::test]
async fn the_messages_of_limits_are_found_in_responses() {
    let body = r#"{"message":"Daily message quota exceeded."}"#;
    let limited = mock!(Client::send_email)
        .sequence()
        .http_response(move || {
            let mut response = HttpResponse::new(429_u16.try_into().unwrap(), SdkBody::from(body));
            let headers = response.headers_mut();
            headers.insert("x-amzn-ErrorType", "TooManyRequestsException");
            response
        })
        .build();

    let fault = ses(&limited).send(&address(), &mail()).await.unwrap_err();

    assert!(matches!(fault, MailFault::QuotaUsedUp(_)), "{fault:?}");
}

#[tokio::test]
async fn other_ses_errors_are_transient() {
    for code in [
        "AccountSuspendedException",
        "LimitExceededException",
        "MailFromDomainNotVerifiedException",
        "NotFoundException",
        "SendingPausedException",
        "TooManyRequestsException",
        "AccessDeniedException",
        "InternalServerError",
        "AnythingElse",
    ] {
        let fault = ses(&failing_with(code))
            .send(&address(), &mail())
            .await
            .unwrap_err();

        assert!(matches!(fault, MailFault::Unavailable(_)), "{code}: {fault:?}");
    }
}

#[tokio::test]
async fn ses_is_called_once_per_mail() {
    for status in [429, 500, 503] {
        let busy = mock!(Client::send_email)
            .sequence()
            .http_status(status, None)
            .repeatedly()
            .build();

        let fault = ses(&busy).send(&address(), &mail()).await.unwrap_err();

        assert!(matches!(fault, MailFault::Unavailable(_)), "{status}: {fault:?}");
        assert_eq!(busy.num_calls(), 1, "{status}");
    }
}

#[tokio::test]
async fn faults_do_not_contain_the_address() {
    for code in ["MessageRejected", "TooManyRequestsException"] {
        let fault = ses(&failing_with(code))
            .send(&address(), &mail())
            .await
            .unwrap_err();

        assert!(!format!("{fault:?}").contains("canary"), "{fault:?}");
    }
}
