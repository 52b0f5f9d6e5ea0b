//! The content of a file, read once, as text where it is text.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::listing::cause;
use crate::facts::{Diagnostic, Encoding, Level, RepoPath};

/// How many bytes decide whether a file is text.
const PROBE: usize = 8 * 1024;

/// How many bytes tell what a file without text is.
const HEAD: usize = 64;

/// What reading a file gave.
#[derive(Debug)]
pub struct Content {
    /// The text; empty where there is none.
    pub text: String,
    /// The first bytes of a file without text.
    pub head: Vec<u8>,
    /// How the bytes were understood.
    pub encoding: Encoding,
    /// The number of bytes on disk.
    pub bytes: u64,
    /// Why it was not read or not read as it is.
    pub diagnostic: Option<Diagnostic>,
}

/// Reads a file of the tree, unless it is larger than the limit.
pub fn read(root: &Path, system_path: &Path, path: &RepoPath, limit: u64) -> Content {
    let say = |level, message: String| Diagnostic { path: Some(path.clone()), span: None, level, message };
    let none = |bytes, diagnostic| Content {
        text: String::new(),
        head: Vec::new(),
        encoding: Encoding::Binary,
        bytes,
        diagnostic: Some(diagnostic),
    };
    let mut bytes = Vec::new();
    let outcome = open(&root.join(system_path)).and_then(|opened| {
        let Some((file, size)) = opened else { return Ok(None) };
        if size <= limit {
            bytes.reserve(usize::try_from(size).unwrap_or(0));
            file.take(limit + 1).read_to_end(&mut bytes)?;
        } else {
            file.take(HEAD as u64).read_to_end(&mut bytes)?;
        }
        Ok(Some(size))
    });
    let size = match outcome {
        Ok(Some(size)) => size,
        Ok(None) => return none(0, say(Level::Warning, "not read: no regular file".to_owned())),
        Err(error) => return none(0, say(Level::Error, format!("not read: {}", cause(&error)))),
    };
    if size > limit || bytes.len() as u64 > limit {
        let message = format!("not read: {} is over the limit of {}", mebibytes(size), mebibytes(limit));
        bytes.truncate(HEAD);
        return Content { head: bytes, ..none(size, say(Level::Warning, message)) };
    }
    decode(bytes, size, &say)
}

/// Opens a regular file, with its size; `None` for anything else. What is opened is what is looked at: a file that is replaced by a link
/// or a pipe in between leads nowhere and blocks nothing.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<Option<(File, u64)>> {
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::OFlags;
    use rustix::io::Errno;

    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let flags = i32::try_from(flags.bits()).unwrap_or(0);
    match File::options().read(true).custom_flags(flags).open(path) {
        Ok(file) => {
            let metadata = file.metadata()?;
            Ok(metadata.is_file().then_some((file, metadata.len())))
        }
        // A link, or a socket.
        Err(error) if [Errno::LOOP, Errno::NXIO].iter().any(|it| error.raw_os_error() == Some(it.raw_os_error())) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<Option<(File, u64)>> {
    let metadata = std::fs::symlink_metadata(path)?;
    if metadata.is_file() { Ok(Some((File::open(path)?, metadata.len()))) } else { Ok(None) }
}

fn decode(bytes: Vec<u8>, size: u64, say: &dyn Fn(Level, String) -> Diagnostic) -> Content {
    let content = |text, encoding, diagnostic| Content { text, head: Vec::new(), encoding, bytes: size, diagnostic };
    if let Some(text) = utf16(&bytes) {
        return content(text, Encoding::Utf16, None);
    }
    let probe = bytes.get(..PROBE).unwrap_or(&bytes);
    // A PDF may start like a text, and without a NUL byte.
    if memchr::memchr(0, probe).is_some() || probe.starts_with(b"%PDF-") {
        let head = bytes.get(..HEAD).unwrap_or(&bytes).to_vec();
        return Content { head, ..content(String::new(), Encoding::Binary, None) };
    }
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if text.starts_with('\u{feff}') {
                text.remove(0);
            }
            content(text, Encoding::Utf8, None)
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let message = format!("not valid UTF-8 at byte {at}; read with replacement characters");
            content(text, Encoding::Lossy, Some(say(Level::Note, message)))
        }
    }
}

/// The text of bytes that start with a UTF-16 byte-order mark.
fn utf16(bytes: &[u8]) -> Option<String> {
    let (read, rest): (fn([u8; 2]) -> u16, _) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (u16::from_le_bytes, rest),
        [0xFE, 0xFF, rest @ ..] => (u16::from_be_bytes, rest),
        _ => return None,
    };
    let (pairs, _) = rest.as_chunks::<2>();
    let units = pairs.iter().map(|&pair| read(pair));
    Some(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

fn mebibytes(bytes: u64) -> String {
    const MEBI: u64 = 1024 * 1024;
    let tenths = bytes.saturating_mul(10) / MEBI;
    if tenths.is_multiple_of(10) {
        format!("{} MiB", tenths / 10)
    } else {
        format!("{}.{} MiB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_bytes(bytes: &[u8], limit: u64) -> Content {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("f"), bytes).unwrap();
        read(folder.path(), Path::new("f"), &RepoPath::from("f"), limit)
    }

    #[test]
    fn byte_order_marks_are_dropped_and_utf16_is_converted() {
        assert_eq!(read_bytes(b"\xEF\xBB\xBFa", 99).text, "a");
        assert_eq!(read_bytes(b"\xFF\xFEa\0\xFC\0", 99).text, "aü");
        assert_eq!(read_bytes(b"\xFE\xFF\0a", 99).text, "a");
    }

    #[test]
    fn binary_files_have_no_text() {
        for bytes in [b"\x7FELF\0\0", b"%PDF-1"] {
            let content = read_bytes(bytes, 99);
            assert_eq!((content.text.as_str(), content.encoding), ("", Encoding::Binary));
        }
    }

    #[test]
    fn invalid_sequences_are_replaced_and_said() {
        let content = read_bytes(b"caf\xE9 = 1", 99);
        assert_eq!(content.text, "caf\u{fffd} = 1");
        assert!(content.diagnostic.unwrap().message.contains("byte 3"));
    }

    #[test]
    fn a_file_over_the_limit_is_said_and_not_read() {
        let content = read_bytes(&vec![b'a'; 3 * 1024 * 1024], 1024 * 1024);
        assert_eq!(content.text, "");
        assert_eq!(content.diagnostic.unwrap().message, "not read: 3 MiB is over the limit of 1 MiB");
    }

    #[test]
    fn an_absent_file_makes_the_scan_incomplete_and_names_no_path_of_the_machine() {
        let content = read(Path::new("/nowhere"), Path::new("f"), &RepoPath::from("f"), 9);
        let diagnostic = content.diagnostic.unwrap();
        assert_eq!((diagnostic.level, diagnostic.message.as_str()), (Level::Error, "not read: entity not found"));
    }
}
