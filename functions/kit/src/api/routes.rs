//! Routes of the HTTP API, and the response to unmatched requests.

use http::Method;

use super::{Problem, Request};
use crate::Handler;

/// A method and a path, which may have one path parameter, written as `{name}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
}

/// All routes of the API. With [those of the pages](PAGES), every function knows them, since each can serve `$default`.
pub const ROUTES: [Route; 5] = [
    Route::new("POST", "/users"),
    Route::new("GET", "/users/{id}"),
    Route::new("POST", "/users/{id}/mails"),
    Route::new("POST", "/verifications"),
    Route::new("POST", "/verifications/preview"),
];

/// The page on which people sign up.
pub const SIGN_UP_PAGE: Route = Route::new("GET", "/");

/// The page that mailed links open.
pub const VERIFY_PAGE: Route = Route::new("GET", "/verify");

/// A script, a style or an image of a page.
pub const ASSET: Route = Route::new("GET", "/assets/{file}");

/// The public keys of the webhook, for programs that receive it.
pub const WEBHOOK_KEYS: Route = Route::new("GET", "/webhook-keys");

/// The routes of the pages, which are not a part of the API. They also answer `HEAD`, with which mail clients
/// check links; API Gateway has no route for it, so that it arrives under `$default`.
pub const PAGES: [Route; 4] = [SIGN_UP_PAGE, VERIFY_PAGE, ASSET, WEBHOOK_KEYS];

impl Route {
    pub const fn new(method: &'static str, path: &'static str) -> Self {
        Self { method, path }
    }

    /// The key of the route in API Gateway: `POST /users`.
    pub fn key(self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The request with its path parameter, if it matches this route.
    pub(super) fn matches(self, request: &Request) -> Option<Request> {
        if !self.methods().contains(&request.method().as_str()) {
            return None;
        }
        let parameter = self.parameter(request.path())?;
        Some(request.clone().matched(self, parameter))
    }

    /// The methods that the route answers.
    fn methods(self) -> &'static [&'static str] {
        match self.method {
            "GET" if PAGES.contains(&self) => &["GET", "HEAD"],
            "GET" => &["GET"],
            "POST" => &["POST"],
            _ => &[],
        }
    }

    /// The path parameter, if the path matches this route; empty for a route without one.
    fn parameter(self, path: &str) -> Option<String> {
        let (mut expected, mut given) = (self.path.split('/'), path.split('/'));
        let mut parameter = String::new();
        loop {
            match (expected.next(), given.next()) {
                (None, None) => return Some(parameter),
                (Some(name), Some(part)) if name.starts_with('{') && !part.is_empty() => {
                    part.clone_into(&mut parameter);
                }
                (Some(fixed), Some(part)) if fixed == part => {}
                _ => return None,
            }
        }
    }
}

/// The function that the API calls for a request, with the key of the route. Unmatched requests go to the last API function
/// under `$default`, as in the template; `None` if there is no API function.
pub fn find_route<'a>(handlers: &'a [Handler], method: &str, path: &str) -> Option<(&'a Handler, String)> {
    let matches = |route: &&Route| route.method == method && route.parameter(path).is_some();
    let found = handlers
        .iter()
        .find_map(|handler| Some((handler, handler.routes().iter().find(matches)?.key())));
    let default = || {
        let handler = handlers.iter().rfind(|handler| !handler.routes().is_empty())?;
        Some((handler, "$default".to_owned()))
    };
    found.or_else(default)
}

/// The response to an unmatched request: 405 if the path has routes with other methods, else 404.
pub fn no_route_response(request: &Request) -> Problem {
    let routes = ROUTES
        .iter()
        .chain(&PAGES)
        .filter(|route| route.parameter(request.path()).is_some());
    let allowed: Vec<_> = routes.flat_map(|route| route.methods()).copied().collect();
    if allowed.is_empty() || allowed.contains(&Method::as_str(request.method())) {
        return Problem::not_found("there is no resource at this path");
    }
    Problem::method_not_allowed(request, &allowed.join(", "))
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn request(method: Method, path: &str) -> Request {
        Request::new(method, path, HeaderMap::new(), "")
    }

    #[test]
    fn the_path_parameter_is_extracted() {
        let route = Route::new("GET", "/users/{id}");

        let matched = route.matches(&request(Method::GET, "/users/42")).unwrap();

        assert_eq!(matched.parameter(), "42");
        assert!(route.matches(&request(Method::GET, "/users/")).is_none());
        assert!(route.matches(&request(Method::GET, "/users/42/more")).is_none());
    }

    #[test]
    fn an_unknown_path_is_not_found() {
        assert_eq!(no_route_response(&request(Method::GET, "/nowhere")).status(), 404);
    }

    #[test]
    fn a_wrong_method_gets_405_with_allow() {
        let response = super::super::Response::from(no_route_response(&request(Method::DELETE, "/users")));

        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()["allow"], "POST");
    }

    #[test]
    fn pages_answer_head_and_say_so() {
        for page in PAGES {
            let path = page.path.replace("{file}", "page.css");

            let refused = super::super::Response::from(no_route_response(&request(Method::POST, &path)));

            assert!(page.matches(&request(Method::HEAD, &path)).is_some(), "{path}");
            assert_eq!(refused.headers()["allow"], "GET, HEAD", "{path}");
        }
        assert!(
            ROUTES
                .iter()
                .all(|route| route.matches(&request(Method::HEAD, route.path)).is_none())
        );
    }
}
