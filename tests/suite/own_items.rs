//! The items that each function may touch: those of its contract page, which its role is bounded by.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use crate::contract_pages::{FUNCTIONS, page, rows};
use crate::template::pascal_case;
use crate::world::{TextFailure, World};

/// The actions on items that the page of a function lists, each with the beginning of the keys: "`dynamodb:PutItem` on `user#`,
/// `request#`". A semicolon begins the next list.
pub(crate) fn items_of_page(function: &str) -> BTreeSet<(String, String)> {
    let mut items = BTreeSet::new();
    for row in rows(&page(function), "port") {
        for list in row[1].split("; ") {
            let words: Vec<_> = list.split('`').collect();
            let actions = words.iter().filter(|word| word.starts_with("dynamodb:"));
            for action in actions {
                let keys = words.iter().filter(|word| word.ends_with('#'));
                items.extend(keys.map(|key| ((*action).to_owned(), (*key).to_owned())));
            }
        }
    }
    items
}

#[tokio::test]
async fn functions_touch_the_items_of_their_pages_and_no_others() {
    let mut world = World::new().await;
    let key = [("content-type", "application/json"), ("idempotency-key", "once")];
    for _ in 0..2 {
        let response = world
            .request("POST", "/users", &key, r#"{"email": "ada@example.org"}"#)
            .await;
        assert_eq!(response.status, 202);
    }
    // By link, after a look at it; then for a held address.
    let ada = world.sign_up("grace@example.org").await;
    let link = json!({"token": world.mails.link_tokens().last()});
    assert_eq!(world.post("/verifications/preview", &link).await.status, 200);
    assert_eq!(world.post("/verifications", &link).await.status, 202);
    world.advance(Duration::from_mins(1)).await;
    assert_eq!(world.public_status(&ada).await, "verified");
    world.sign_up("grace@example.org").await;
    // By code, one of them after another mail, of two sign-ups for one address: the second is superseded.
    let first = world.sign_up("linus@example.org").await;
    let second = world.sign_up("linus@example.org").await;
    world.advance(Duration::from_mins(2)).await;
    assert_eq!(world.ask_for_mail(&first).await.status, 202);
    world.advance(Duration::from_mins(1)).await;
    let codes = world.mails.codes();
    let [.., of_second, of_first] = codes.as_slice() else {
        panic!("two mails have codes");
    };
    assert_eq!(world.enter(&first, of_first).await.status, 202);
    assert_eq!(world.enter(&second, of_second).await.status, 202);
    // Nobody confirms.
    world.sign_up("alan@example.org").await;
    world.advance(Duration::from_hours(48)).await;
    // The mail bounces.
    world.sign_up("edsger@example.org").await;
    world.report_mail("bounce").await;
    world.advance(Duration::from_mins(1)).await;
    // The webhook is refused and redelivered; then its endpoint is gone.
    world.endpoint.respond_once(404);
    world.sign_up("barbara@example.org").await;
    world.advance(Duration::from_mins(1)).await;
    world.endpoint.respond_once(410);
    world.sign_up("donald@example.org").await;
    world.advance(Duration::from_mins(1)).await;

    // A phone is confirmed as well; before, its text message is not sent, and its number refused.
    let mut with_phones = World::with_phones().await;
    with_phones.phones.fail_next(TextFailure::NotSent);
    with_phones.phones.fail_next(TextFailure::Refused);
    let phone = json!({"email": "ada@example.org", "phone": "+493012345678"});
    with_phones.sign_up_as(&phone).await;
    with_phones.advance(Duration::from_mins(5)).await;
    assert_eq!(with_phones.mails.codes().len(), 1);

    let mut accesses: Vec<_> = world.calls.accesses().into_iter().collect();
    accesses.extend(with_phones.calls.accesses());
    let of_pages: BTreeSet<_> = FUNCTIONS
        .into_iter()
        .flat_map(|function| {
            items_of_page(function)
                .into_iter()
                .map(move |(action, item)| (pascal_case(function), action, item))
        })
        .collect();
    let accesses: BTreeSet<_> = accesses
        .into_iter()
        .map(|(function, action, item)| (function.to_owned(), action, item))
        .collect();

    assert_eq!(accesses, of_pages);
}
