//! Requests to confirm.

use contracts::values::{ConfirmationCode, ConfirmationScope, LinkToken, UserId};
use kit::api::{Problem, Request};

/// What a request confirms with. A malformed value is `None`: it gets the same response as one that does not work.
pub(crate) enum ConfirmRequest {
    /// The code of a mail, and the sign-up that it was mailed for.
    Code(Option<(UserId, ConfirmationCode)>),
    /// The token of a mailed link, and what to confirm.
    Link(Option<LinkToken>, ConfirmationScope),
}

impl ConfirmRequest {
    /// # Errors
    ///
    /// If the body is not JSON, or has neither a token nor a user id and a code, or has both, or a code with `confirm`.
    pub(crate) fn read(request: &Request) -> Result<Self, Problem> {
        let mut fields = request.fields()?;
        let by_code = fields.has("userId") || fields.has("code");
        if !by_code {
            let token = fields.required::<String>("token");
            let scope = fields.optional("confirm").unwrap_or(ConfirmationScope::All);
            return Ok(Self::Link(fields.finish_with(token)?.parse().ok(), scope));
        }
        if let Some(name) = ["token", "confirm"].into_iter().find(|name| fields.has(name)) {
            // A code is entered where the sign-up was made, so it confirms all of it.
            return Err(Problem::unacceptable_field(
                name,
                "is given together with a code; give one of them",
            ));
        }
        let (user, code) = (
            fields.required::<String>("userId"),
            fields.required::<String>("code"),
        );
        let (user, code) = fields.finish_with(user.zip(code))?;
        Ok(Self::Code(user.parse().ok().zip(code.parse().ok())))
    }
}

/// The token of a request to show what a link confirms; `None` if it is malformed.
///
/// # Errors
///
/// If the body is not JSON, or has no token.
pub(crate) fn preview_token(request: &Request) -> Result<Option<LinkToken>, Problem> {
    let mut fields = request.fields()?;
    let token = fields.required::<String>("token");
    Ok(fields.finish_with(token)?.parse().ok())
}
