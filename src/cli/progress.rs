//! A line on a terminal while a scan takes long, which disappears when it is done.

use std::io::{IsTerminal as _, Write as _};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Shorter scans say nothing.
const PATIENCE: Duration = Duration::from_millis(1500);
const INTERVAL: Duration = Duration::from_millis(500);

/// While this lives, a long scan says that it goes on.
pub(super) struct Progress(Option<(Sender<()>, JoinHandle<()>)>);

impl Progress {
    /// Says nothing where nobody looks on, or where that is wanted.
    pub(super) fn start(is_quiet: bool, name: &str) -> Self {
        if is_quiet || !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let (done, wait) = channel::<()>();
        let name = auditor::report::one_line(name);
        let thread = std::thread::spawn(move || {
            let mut elapsed = PATIENCE;
            if wait.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            while wait.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                elapsed += INTERVAL;
                let _ = write!(std::io::stderr(), "\r\x1b[Kreading {name}: {} s", elapsed.as_secs());
            }
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        });
        Self(Some((done, thread)))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((done, thread)) = self.0.take() {
            drop(done);
            let _ = thread.join();
        }
    }
}
