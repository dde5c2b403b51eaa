//! Ids of mails.

use std::str::FromStr;

use super::UserId;

/// The id of a mail: the sign-up and the number of the attempt. Stable across retries of one attempt.
///
/// The mail service reports it with each event of the mail, such as a bounce. It is not personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailId {
    user: UserId,
    attempt: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a user id and the number of an attempt")]
pub struct InvalidMailId;

impl MailId {
    /// The mail of this attempt of the user's sign-up.
    pub fn of(user: &UserId, attempt: u64) -> Self {
        let user = user.clone();
        Self { user, attempt }
    }

    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// Letters, digits and a hyphen.
    pub fn to_text(&self) -> String {
        format!("{}-{}", self.user, self.attempt)
    }
}

impl FromStr for MailId {
    type Err = InvalidMailId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (user, attempt) = text.split_once('-').ok_or(InvalidMailId)?;
        let user = user.parse().map_err(|_| InvalidMailId)?;
        let attempt = attempt.parse().map_err(|_| InvalidMailId)?;
        Ok(Self { user, attempt })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let user: UserId = "6f1d0c1b6a6f4d0b9b9f6d3a52a5c7e1".parse().unwrap();
        let id = MailId::of(&user, 1_002);

        assert_eq!(id.to_text(), "6f1d0c1b6a6f4d0b9b9f6d3a52a5c7e1-1002");
        assert_eq!(id.to_text().parse(), Ok(id.clone()));
        assert_eq!(*id.user(), user);
    }

    #[test]
    fn anything_else_is_no_id() {
        for text in [
            "",
            "6f1d0c1b6a6f4d0b9b9f6d3a52a5c7e1",
            "6f1d0c1b6a6f4d0b9b9f6d3a52a5c7e1-x",
            "x-1",
        ] {
            assert_eq!(text.parse::<MailId>(), Err(InvalidMailId), "{text}");
        }
    }
}
