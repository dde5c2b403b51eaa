//! The adapter: what it asks of SES, and what it makes of the answers.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::Builder;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::error::ErrorMetadata;
use aws_sdk_sesv2::operation::send_email::{SendEmailError, SendEmailOutput};
use aws_sdk_sesv2::types::Content;
use aws_sdk_sesv2::types::error::{MessageRejected, TooManyRequestsException};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use contracts::values::EmailAddress;
use validate_email::{Mail, MailFault, SendMail, SesMail};

fn address() -> EmailAddress {
    "canary@example.org".parse().unwrap()
}

fn mail() -> Mail {
    Mail {
        subject: "subject".to_owned(),
        text: "text".to_owned(),
        html: "<p>html</p>".to_owned(),
    }
}

fn ses(rule: &Rule) -> SesMail {
    let once = |config: Builder| config.retry_config(RetryConfig::disabled());
    let client = mock_client!(aws_sdk_sesv2, RuleMode::Sequential, [rule], once);
    SesMail::new(client, "hello@example.org".to_owned(), Some("sign-up".to_owned()))
}

fn is(content: Option<&Content>, text: &str) -> bool {
    content.is_some_and(|content| content.data() == text && content.charset() == Some("UTF-8"))
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
                && is(message.subject(), "subject")
                && is(body.text(), "text")
                && is(body.html(), "<p>html</p>")
        })
        .then_output(|| SendEmailOutput::builder().build());

    ses(&send).send(&address(), &mail()).await.unwrap();

    assert_eq!(send.num_calls(), 1);
}

#[tokio::test]
async fn a_throttled_mail_may_be_sent_later() {
    let throttled = mock!(Client::send_email).then_error(|| {
        let meta = ErrorMetadata::builder().code("TooManyRequestsException").build();
        SendEmailError::TooManyRequestsException(TooManyRequestsException::builder().meta(meta).build())
    });

    let fault = ses(&throttled).send(&address(), &mail()).await.unwrap_err();

    assert!(matches!(fault, MailFault::Unavailable(_)), "{fault:?}");
}

#[tokio::test]
async fn a_rejected_mail_is_refused_without_quoting_the_address() {
    let rejected = mock!(Client::send_email).then_error(|| {
        let message = "canary@example.org is not verified";
        SendEmailError::MessageRejected(MessageRejected::builder().message(message).build())
    });

    let fault = ses(&rejected).send(&address(), &mail()).await.unwrap_err();

    assert!(matches!(fault, MailFault::Refused(_)), "{fault:?}");
    assert!(!format!("{fault:?}").contains("canary"), "{fault:?}");
}
