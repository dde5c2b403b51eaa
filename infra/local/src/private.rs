//! Files for their owner's eyes only.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

/// Makes the file before a database engine does, which would let everybody read it. The engine gives its other files
/// the same mode.
pub(crate) fn make(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};

        options.mode(0o600);
        if path.exists() {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
        }
    }
    options.open(path).map(|_| ())
}
