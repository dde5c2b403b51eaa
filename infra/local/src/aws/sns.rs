//! SNS: text messages are stored in the outbox. Other messages are not served.

use std::collections::HashMap;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use contracts::values::{PhoneNumber, Timestamp};

use super::Services;
use crate::outbox::{Channel, Mail};

/// An error of the query protocol: its code, and what is wrong.
struct QueryError(StatusCode, &'static str, &'static str);

/// The response to a request in the query protocol.
pub(super) fn respond(services: &Services, body: &[u8]) -> Response {
    let (status, document) = match publish(services, body) {
        Ok(number) => (
            StatusCode::OK,
            format!(
                "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>\
                 <MessageId>local-{number}</MessageId></PublishResult></PublishResponse>"
            ),
        ),
        Err(QueryError(status, code, message)) => (
            status,
            format!(
                "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type>\
                 <Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
            ),
        ),
    };
    (status, [(header::CONTENT_TYPE, "text/xml")], document).into_response()
}

/// Stores a text message, and returns its number.
fn publish(services: &Services, body: &[u8]) -> Result<usize, QueryError> {
    let bad = |code, message| QueryError(StatusCode::BAD_REQUEST, code, message);
    let fields: HashMap<_, _> = form_urlencoded::parse(body).collect();
    let field = |name: &str| fields.get(name).map(AsRef::as_ref);
    if field("Action") != Some("Publish") {
        return Err(bad(
            "InvalidAction",
            "the local server does not serve this operation",
        ));
    }
    let number = field("PhoneNumber").and_then(|number| number.parse::<PhoneNumber>().ok());
    let (Some(number), Some(text)) = (number, field("Message")) else {
        return Err(bad(
            "InvalidParameter",
            "the local server takes a message for one phone number",
        ));
    };
    let stored = services.outbox.store(Mail {
        number: 0,
        channel: Channel::Sms,
        id: None,
        at: Timestamp::now(),
        to: number.expose().to_owned(),
        subject: "Text message".to_owned(),
        text: text.to_owned(),
        html: String::new(),
    });
    let failed = QueryError(
        StatusCode::INTERNAL_SERVER_ERROR,
        "InternalError",
        "the local server failed; its log says why",
    );
    stored.map(|mail| mail.number).map_err(|_| failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::tests::services;

    #[tokio::test]
    async fn a_text_message_is_in_the_outbox() {
        let services = services();

        let response = respond(
            &services,
            b"Action=Publish&Version=2010-03-31&PhoneNumber=%2B493012345678&Message=012345+is+it",
        );

        assert_eq!(response.status(), StatusCode::OK);
        let stored = services.outbox.get(1).unwrap();
        assert_eq!(
            (stored.to.as_str(), stored.text.as_str(), stored.channel),
            ("+493012345678", "012345 is it", Channel::Sms)
        );
    }

    #[tokio::test]
    async fn what_is_no_text_message_is_rejected() {
        for body in [
            "Action=Publish&PhoneNumber=030&Message=x",
            "Action=Publish&TopicArn=arn&Message=x",
            "Action=CreateTopic&Name=x",
            "",
        ] {
            let services = services();

            let response = respond(&services, body.as_bytes());

            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{body}");
            assert!(services.outbox.all().is_empty());
        }
    }
}
