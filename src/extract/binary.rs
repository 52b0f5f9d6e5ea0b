//! Files without text: which of them are code, by their first bytes and their names.

use crate::facts::{Binary, Data, Fact, File, Place, Span};

/// Formats by their first bytes.
const MAGIC: &[(&[u8], &str, &str)] = &[
    (b"\x7fELF", "executable", "ELF"),
    (b"\xfe\xed\xfa\xce", "executable", "Mach-O"),
    (b"\xfe\xed\xfa\xcf", "executable", "Mach-O"),
    (b"\xce\xfa\xed\xfe", "executable", "Mach-O"),
    (b"\xcf\xfa\xed\xfe", "executable", "Mach-O"),
    (b"\0asm", "executable", "WebAssembly"),
    (b"!<arch>\n", "library", "static library"),
];

/// Packages of code, by their extensions. Their bytes are those of an archive.
const PACKAGES: &[&str] = &[
    "jar", "war", "ear", "aar", "apk", "aab", "ipa", "whl", "egg", "gem", "nupkg", "snupkg", "vsix", "crx", "xpi",
    "deb", "rpm", "msi", "dmg", "pkg", "phar", "crate",
];

/// Archives of anything, by their first bytes.
const ARCHIVES: &[(&[u8], &str)] = &[
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"\xfd7zXZ\0", "xz"),
    (b"BZh", "bzip2"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
];

/// Extensions under which an archive may hold code. Documents, models and data are archives too.
const ARCHIVE_ENDINGS: &[&str] = &["zip", "tar", "tgz", "gz", "xz", "bz2", "7z", "rar", "zst"];

/// What a file without text is, from its first bytes; nothing for images, fonts, documents and data.
pub fn binary(file: &File, head: &[u8]) -> Option<Fact> {
    let (kind, format) = recognise(file, head)?;
    let place = Place { path: file.path.clone(), span: Span::START };
    let data = Data::Binary(Binary { kind, format, name: file.name().to_owned() });
    Some(Fact { place, role: file.role, data })
}

fn recognise(file: &File, head: &[u8]) -> Option<(&'static str, &'static str)> {
    let extension = file.extension().to_ascii_lowercase();
    // Java's byte code and Apple's universal binaries start alike.
    if head.starts_with(b"\xca\xfe\xba\xbe") {
        return Some(if extension == "class" { ("byte code", "Java class") } else { ("executable", "Mach-O") });
    }
    // A Windows executable says where its header is; `MZ` alone may start anything.
    if head.starts_with(b"MZ") && matches!(&*extension, "exe" | "dll" | "sys" | "com" | "node" | "pyd" | "scr" | "ocx")
    {
        return Some((if extension == "exe" { "executable" } else { "library" }, "Windows"));
    }
    if matches!(&*extension, "pyc" | "pyo") {
        return Some(("byte code", "Python"));
    }
    if let Some((_, kind, format)) = MAGIC.iter().find(|(magic, ..)| head.starts_with(magic)) {
        let is_object = matches!(&*extension, "so" | "dylib" | "a" | "o" | "node") || file.name().contains(".so.");
        return Some((if is_object { "library" } else { kind }, format));
    }
    let archive = ARCHIVES.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, format)| *format);
    if let Some(package) = PACKAGES.iter().find(|package| **package == extension)
        && (archive.is_some() || head.is_empty() || !head.starts_with(b"%PDF-"))
    {
        return Some(("package", package));
    }
    archive.filter(|_| ARCHIVE_ENDINGS.contains(&&*extension)).map(|format| ("archive", format))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Role;

    fn kind(path: &str, head: &[u8]) -> Option<(&'static str, &'static str)> {
        let file = File { path: path.into(), bytes: 1, role: Role::Product, language: None, lines: 0 };
        recognise(&file, head)
    }

    #[test]
    fn code_is_told_by_its_first_bytes() {
        assert_eq!(kind("bin/server", b"\x7fELF\x02\x01"), Some(("executable", "ELF")));
        assert_eq!(kind("lib/x.so", b"\x7fELF\x02\x01"), Some(("library", "ELF")));
        assert_eq!(kind("App.class", b"\xca\xfe\xba\xbe\0"), Some(("byte code", "Java class")));
        assert_eq!(kind("tool.exe", b"MZ\x90\0"), Some(("executable", "Windows")));
        assert_eq!(kind("libs/x.jar", b"PK\x03\x04"), Some(("package", "jar")));
        assert_eq!(kind("old.zip", b"PK\x03\x04"), Some(("archive", "ZIP")));
    }

    #[test]
    fn images_fonts_and_documents_are_no_code() {
        assert_eq!(kind("logo.png", b"\x89PNG\r\n"), None);
        assert_eq!(kind("a.docx", b"PK\x03\x04"), None);
        assert_eq!(kind("icons/bin", b"\0\0\x01\0"), None);
        assert_eq!(kind("a.dat", b"MZ not a program"), None);
    }
}
