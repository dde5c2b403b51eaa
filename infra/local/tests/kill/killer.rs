//! Kills and restarts the local server's process.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use tokio::sync::watch;
use tokio::time::sleep;

use crate::server::{Addresses, Server};

/// Kills the local server and starts it again, at moments derived from a seed.
pub(crate) struct Killer {
    directory: PathBuf,
    server: Server,
    addresses: watch::Sender<Addresses>,
    random: ChaCha8Rng,
    count: usize,
}

impl Killer {
    pub(crate) fn start(directory: &Path, seed: u64) -> Self {
        let mut server = Server::spawn(directory);
        let (addresses, _) = watch::channel(server.addresses());
        Self {
            directory: directory.to_owned(),
            server,
            addresses,
            random: ChaCha8Rng::seed_from_u64(seed),
            count: 0,
        }
    }

    /// The addresses of the local server, which change at each start.
    pub(crate) fn addresses(&self) -> watch::Receiver<Addresses> {
        self.addresses.subscribe()
    }

    /// Kills the process `kills` times while the progress goes from 0 to `all`, and some of the restarted processes while
    /// they start.
    pub(crate) async fn run(
        mut self,
        mut progress: watch::Receiver<usize>,
        all: usize,
        kills: usize,
    ) -> Self {
        let mut moments: Vec<usize> = (0..kills).map(|_| self.below(all)).collect();
        moments.sort_unstable();
        for moment in moments {
            progress.wait_for(|progress| *progress >= moment).await.unwrap();
            self.pause(30).await;
            self.kill();
            if self.below(4) == 0 {
                // Once more, during the start.
                self.server = Server::spawn(&self.directory);
                self.pause(150).await;
                self.kill();
            }
            self.server = Server::spawn(&self.directory);
            let addresses = tokio::task::block_in_place(|| self.server.addresses());
            self.addresses.send(addresses).unwrap();
        }
        self
    }

    /// Kills the last process.
    pub(crate) fn stop(&mut self) {
        self.server.kill();
    }

    /// The number of kills.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    fn kill(&mut self) {
        self.server.kill();
        self.count += 1;
    }

    async fn pause(&mut self, max_millis: usize) {
        let millis = self.below(max_millis);
        sleep(Duration::from_millis(u64::try_from(millis).unwrap())).await;
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.random.next_u64() % u64::try_from(bound).unwrap()).unwrap()
    }
}
