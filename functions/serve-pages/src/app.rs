//! The use case: which page or file a request gets.

use http::HeaderValue;
use http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE};
use kit::api::{ASSET, ApiFunction, PAGES, Problem, Request, Response, Route, SIGN_UP_PAGE, VERIFY_PAGE};

use crate::assets::Assets;
use crate::language::Language;
use crate::pages::{self, Pages};

/// Serves the pages and their files, which are made once.
#[derive(Debug)]
pub struct App {
    assets: Assets,
    english: Pages,
    german: Pages,
}

impl App {
    pub fn new() -> Self {
        let assets = Assets::embedded();
        Self {
            english: pages::render(Language::English, &assets),
            german: pages::render(Language::German, &assets),
            assets,
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

impl Default for App {
    fn default() -> Self {
        Self::new()
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
            _ => Err(not_found()),
        }
    }
}
