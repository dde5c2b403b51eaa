//! The use case: which page or file a request gets.

use http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE};
use http::{HeaderValue, StatusCode};
use kit::api::{
    ASSET, ApiFunction, PAGES, Problem, Request, Response, Route, SIGN_UP_PAGE, VERIFY_PAGE, WEBHOOK_KEYS,
};

use crate::assets::Assets;
use crate::language::Language;
use crate::pages::{self, Pages};
use crate::public_keys::PublicKeys;

/// How long caches may keep the public keys: as long as the sender caches its secret.
const CACHE_KEYS: &str = "public, max-age=300";

/// Serves the pages and their files, which are made once.
#[derive(Debug)]
pub struct App {
    assets: Assets,
    english: Pages,
    german: Pages,
    webhook_keys: PublicKeys,
}

impl App {
    pub fn new(webhook_keys: PublicKeys) -> Self {
        let assets = Assets::embedded();
        Self {
            english: pages::render(Language::English, &assets),
            german: pages::render(Language::German, &assets),
            assets,
            webhook_keys,
        }
    }

    fn pages(&self, language: Language) -> &Pages {
        match language {
            Language::English => &self.english,
            Language::German => &self.german,
        }
    }

    /// A page in the language that the browser asks for.
    fn page(&self, request: &Request, choose: impl Fn(&Pages) -> &str) -> Response {
        let accepted = request.header(ACCEPT_LANGUAGE.as_str()).unwrap_or_default();
        let language = Language::preferred(accepted);
        let html = choose(self.pages(language)).to_owned();
        Response::page(html).header(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()))
    }
}

impl ApiFunction for App {
    const ROUTES: &'static [Route] = &PAGES;

    async fn respond(&self, request: Request) -> Result<Response, Problem> {
        let not_found = || Problem::not_found("there is no resource at this path");
        match request.route() {
            Some(SIGN_UP_PAGE) => Ok(self.page(&request, |pages| &pages.sign_up)),
            Some(VERIFY_PAGE) => Ok(self.page(&request, |pages| &pages.verify)),
            Some(ASSET) => {
                let asset = self.assets.find(request.parameter()).ok_or_else(not_found)?;
                Ok(Response::asset(asset.content_type, asset.content))
            }
            Some(WEBHOOK_KEYS) => {
                let response = Response::json(StatusCode::OK, &self.webhook_keys);
                Ok(response.header(CACHE_CONTROL, HeaderValue::from_static(CACHE_KEYS)))
            }
            _ => Err(not_found()),
        }
    }
}
