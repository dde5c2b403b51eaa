//! Addresses: what is accepted has one normal form, and what is sent to it is plain.

use contracts::values::EmailAddress;

pub(crate) fn target(data: &[u8]) {
    let Some(text) = crate::text(data) else { return };
    let Ok(address) = text.parse::<EmailAddress>() else {
        return;
    };
    let normal = address.expose();
    // SES takes no other local part, and a header with a line end would be two.
    assert!(normal.is_ascii(), "an address with other characters");
    assert!(
        !normal
            .chars()
            .any(|letter| letter.is_control() || letter.is_whitespace()),
        "an address with white space"
    );
    let (local, domain) = normal.rsplit_once('@').expect("an address has an @");
    assert!((1..=64).contains(&local.len()) && domain.len() <= 253);

    let again: EmailAddress = normal.parse().expect("the normal form is an address");
    assert!(again == address, "the normal form has another normal form");
    assert_eq!(again.hash().as_str(), address.hash().as_str());
    let shouted: EmailAddress = normal
        .to_uppercase()
        .parse()
        .expect("an address in capitals is one");
    assert_eq!(shouted.hash().as_str(), address.hash().as_str());
    assert_eq!(shouted.mailbox().as_str(), address.mailbox().as_str());
}
