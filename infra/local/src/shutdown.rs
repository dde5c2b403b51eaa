//! Graceful shutdown.

use tokio::sync::watch;

/// Signals the shutdown when it is dropped.
#[derive(Debug)]
pub(crate) struct ShutdownTrigger {
    /// Closing the channel is the signal.
    _channel: watch::Sender<()>,
}

#[derive(Debug, Clone)]
pub(crate) struct Shutdown(watch::Receiver<()>);

pub(crate) fn channel() -> (ShutdownTrigger, Shutdown) {
    let (sender, receiver) = watch::channel(());
    (ShutdownTrigger { _channel: sender }, Shutdown(receiver))
}

impl Shutdown {
    /// Returns when the [`ShutdownTrigger`] is dropped.
    pub(crate) async fn wait(mut self) {
        while self.0.changed().await.is_ok() {}
    }
}
