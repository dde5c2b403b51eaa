//! How everything is told to stop.

use tokio::sync::watch;

/// When it is dropped, it stops everything that holds its [`Stopped`].
#[derive(Debug)]
pub(crate) struct Switch {
    /// Closing the channel is the signal.
    _channel: watch::Sender<()>,
}

/// Waits for the end.
#[derive(Debug, Clone)]
pub(crate) struct Stopped(watch::Receiver<()>);

/// A signal to stop, and who waits for it.
pub(crate) fn stop() -> (Switch, Stopped) {
    let (sender, receiver) = watch::channel(());
    (Switch { _channel: sender }, Stopped(receiver))
}

impl Stopped {
    /// Returns when the [`Switch`] is gone.
    pub(crate) async fn wait(mut self) {
        while self.0.changed().await.is_ok() {}
    }
}
