//! SES: sent mails are stored in the outbox.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use contracts::values::Timestamp;
use serde::{Deserialize, Serialize};

use super::Services;
use super::protocol::{self, ApiError};
use crate::outbox::{Channel, Mail};

/// The fields of the request that the outbox shows.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEmail {
    destination: Destination,
    content: Content,
    #[serde(default)]
    email_tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Destination {
    to_addresses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    simple: Simple,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Simple {
    subject: Text,
    body: Body,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    text: Option<Text>,
    html: Option<Text>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Text {
    data: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Sent {
    message_id: String,
}

pub(super) async fn send_email(State(services): State<Services>, body: Bytes) -> Result<Response, ApiError> {
    let request: SendEmail = protocol::parse(&body, "BadRequestException")?;
    let Ok([to]) = <[String; 1]>::try_from(request.destination.to_addresses) else {
        return Err(ApiError::new(
            "BadRequestException",
            "the outbox accepts mails with exactly one recipient",
        ));
    };
    // SES does not support SMTPUTF8, and takes internationalised domains as A-labels only.
    // Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html
    if !to.is_ascii() {
        return Err(ApiError::new(
            "BadRequestException",
            "the recipient's address must be ASCII, with its domain as A-labels",
        ));
    }
    let Simple { subject, body } = request.content.simple;
    let tags: Vec<_> = request
        .email_tags
        .into_iter()
        .map(|tag| (tag.name, tag.value))
        .collect();
    let id = tags.iter().find(|(name, _)| name == "mail-id");
    let mail = services.outbox.store(Mail {
        number: 0,
        channel: Channel::Mail,
        id: id.map(|(_, id)| id.clone()),
        at: Timestamp::now(),
        to,
        subject: subject.data,
        text: body.text.map(|text| text.data).unwrap_or_default(),
        html: body.html.map(|html| html.data).unwrap_or_default(),
    });
    let mail = mail.map_err(|_| ApiError::failed())?;
    services.mail_events.play(&mail.to, &tags);
    Ok(protocol::response(
        "application/json",
        &Sent {
            message_id: format!("local-{}", mail.number),
        },
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::aws::tests::services;

    async fn send_to(to: &str) -> (Services, Result<Response, ApiError>) {
        let services = services();
        let request = json!({
            "Destination": {"ToAddresses": [to]},
            "Content": {"Simple": {"Subject": {"Data": "Hello"}, "Body": {}}},
        });
        let result = send_email(State(services.clone()), request.to_string().into()).await;
        (services, result)
    }

    #[tokio::test]
    async fn an_address_in_ascii_gets_its_mail() {
        let (services, result) = send_to("ada@xn--bcher-kva.example").await;

        assert!(result.is_ok());
        assert_eq!(services.outbox.get(1).unwrap().to, "ada@xn--bcher-kva.example");
    }

    #[tokio::test]
    async fn an_address_that_is_not_ascii_is_rejected_as_by_ses() {
        for to in ["zoë@example.org", "zoe@bücher.example"] {
            let (services, result) = send_to(to).await;

            assert_eq!(result.unwrap_err().code, "BadRequestException", "{to}");
            assert!(services.outbox.all().is_empty());
        }
    }
}
