//! Requests to confirm.

use contracts::values::{ConfirmationCode, LinkToken, UserId};
use kit::api::{Problem, Request};

/// What a request confirms with. A malformed value is `None`: it gets the same response as one that does not work.
pub(crate) enum ConfirmRequest {
    /// The code of a mail, and the sign-up that it was mailed for.
    Code(Option<(UserId, ConfirmationCode)>),
    /// The token of a mailed link.
    Link(Option<LinkToken>),
}

impl ConfirmRequest {
    /// # Errors
    ///
    /// If the body is not JSON, or has neither a token nor a user id and a code, or has both.
    pub(crate) fn read(request: &Request) -> Result<Self, Problem> {
        let mut fields = request.fields()?;
        let by_code = fields.has("userId") || fields.has("code");
        if !by_code {
            let token = fields.required::<String>("token");
            return Ok(Self::Link(fields.finish_with(token)?.parse().ok()));
        }
        if fields.has("token") {
            return Err(Problem::unacceptable_field(
                "token",
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
