//! Mailed links.

use client::{InvalidLinkToken, LinkToken};

/// The token of a link, or the token itself.
pub(crate) fn token(text: &str) -> Result<LinkToken, InvalidLinkToken> {
    let (_, token) = text.rsplit_once('#').unwrap_or(("", text));
    token.trim().parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_in_its_link() {
        let expected = LinkToken::from_bytes([7; 32]);
        let text = expected.expose();

        assert_eq!(token(&text), Ok(expected.clone()));
        assert_eq!(token(&format!("https://example.org/verify#{text}")), Ok(expected));
        assert_eq!(token("https://example.org/verify"), Err(InvalidLinkToken));
    }
}
