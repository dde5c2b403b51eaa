//! The SDK's calls of the services in this process, without sockets.
//!
//! Tools from outside use the same services over HTTP, with the [checks](super::protected) of their requests.

use std::sync::{Arc, OnceLock};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response};
use tower::ServiceExt;

/// The HTTP client of the SDK's clients in this process. Clones share the services.
#[derive(Debug, Clone, Default)]
pub(crate) struct InProcess(Arc<OnceLock<Router>>);

#[derive(Debug, thiserror::Error)]
#[error("the service has not started yet")]
struct NotStarted;

impl InProcess {
    /// Calls these services from now on. The first call counts: services need clients, and clients services.
    pub(crate) fn serve(&self, services: Router) {
        let _ = self.0.set(services);
    }

    async fn call(self, request: Request<SdkBody>) -> Result<HttpResponse, ConnectorError> {
        let services = self
            .0
            .get()
            .ok_or_else(|| ConnectorError::io(NotStarted.into()))?;
        let request = request.map(|body| match body.bytes() {
            Some(bytes) => Body::from(Bytes::copy_from_slice(bytes)),
            None => Body::new(body),
        });
        let Ok(response) = services.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX)
            .await
            .map_err(|error| ConnectorError::io(error.into()))?;
        HttpResponse::try_from(Response::from_parts(parts, SdkBody::from(body)))
            .map_err(|error| ConnectorError::other(error.into(), None))
    }
}

impl HttpClient for InProcess {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        match request.try_into_http1x() {
            Ok(request) => HttpConnectorFuture::new(self.clone().call(request)),
            Err(error) => HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        }
    }
}
