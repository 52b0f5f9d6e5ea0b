//! Git directories that are broken or lie: indexes, objects, references, links to elsewhere.

use std::fs;
use std::path::{Path, PathBuf};

use super::{messages, report, run};
use crate::support::trees::Tree;

fn repository() -> Tree {
    let tree = Tree::new(&[
        ("package.json", "{\"name\": \"x\", \"dependencies\": {\"express\": \"^5.0.0\"}}"),
        ("src/a.js", "console.log(1);\n"),
        ("aa/b.js", "console.log(2);\n"),
        ("auditor.toml", "[gates]\nfail-under = 0\n"),
    ])
    .git();
    tree.write("src/a.js", "console.log(3);\n");
    tree.commit("2026-11-02");
    tree
}

/// What every command that reads git must survive: an answer or an error, and neither a crash nor a hang.
fn survives(tree: &Tree, what: &str) {
    for arguments in [
        &[][..],
        &["--history"],
        &["--changed-since", "HEAD~1"],
        &["--changed-since", "main"],
        &["--policy-from", "HEAD"],
        &["--no-git"],
    ] {
        let ran = run(&[&["scan", ".", "--format", "json"], arguments].concat(), tree.path());
        assert!(matches!(ran.status, Some(0..=3)), "{what} {arguments:?}: {:?} {}", ran.status, ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{what} {arguments:?}: {}", ran.stderr);
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let all = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(|entry| entry.unwrap());
    all.filter(|entry| entry.file_type().is_file()).map(|entry| entry.path().to_owned()).collect()
}

/// Git makes its objects read-only; a new file takes their place.
fn replace(path: &Path, bytes: &[u8]) {
    let _ = fs::remove_file(path);
    fs::write(path, bytes).unwrap();
}

#[test]
fn broken_indexes() {
    let good = fs::read(repository().path().join(".git/index")).unwrap();
    let cut = |at: usize| good[..at].to_vec();
    let flipped = |at: usize| good.iter().enumerate().map(|(n, byte)| if n == at { !byte } else { *byte }).collect();
    let huge: Vec<u8> = [&good[..8], &[0xFF; 4], &good[12..]].concat();
    let broken: Vec<Vec<u8>> = vec![
        vec![],
        cut(3),
        cut(12),
        cut(40),
        cut(good.len() - 1),
        flipped(0),
        flipped(7),
        flipped(20),
        flipped(70),
        flipped(good.len() - 9),
        huge,
        vec![0; 5000],
        b"DIRC".repeat(4000),
    ];
    for (case, bytes) in broken.iter().enumerate() {
        let tree = repository();
        replace(&tree.path().join(".git/index"), bytes);
        survives(&tree, &format!("index {case}"));
    }
}

#[test]
fn an_index_that_cannot_be_read_is_said() {
    let tree = repository();
    replace(&tree.path().join(".git/index"), b"nonsense");
    let report = report(tree.path(), &[]);
    assert!(messages(&report).iter().any(|message| message.starts_with("error") && message.contains("index")));
}

#[test]
fn broken_objects() {
    let count = files(&repository().path().join(".git/objects")).len();
    assert!(count > 8);
    for nth in 0..count {
        for broken in [&b""[..], b"x\x9c\x03\0", &[0xFF; 300]] {
            let tree = repository();
            replace(&files(&tree.path().join(".git/objects"))[nth], broken);
            let ran = run(&["scan", ".", "--history", "--changed-since", "HEAD~1", "--format", "json"], tree.path());
            assert!(matches!(ran.status, Some(0..=3)), "object {nth}: {:?} {}", ran.status, ran.stderr);
            assert!(!ran.stderr.contains("panicked"), "object {nth}: {}", ran.stderr);
        }
    }
}

#[test]
fn broken_packs() {
    for ending in ["pack", "idx"] {
        for at in [0, 9, 40, 200, 1100] {
            let tree = repository();
            tree.run(&["gc", "-q"]);
            let pack = files(&tree.path().join(".git/objects/pack"));
            let pack = pack.iter().find(|path| path.extension().is_some_and(|own| own == ending)).unwrap();
            let mut bytes = fs::read(pack).unwrap();
            let at = at.min(bytes.len() - 1);
            bytes.truncate(if at % 2 == 0 { bytes.len() } else { at });
            if let Some(byte) = bytes.get_mut(at) {
                *byte = !*byte;
            }
            replace(pack, &bytes);
            survives(&tree, &format!("{ending} {at}"));
        }
    }
}

#[test]
fn broken_references_and_settings() {
    let cases: &[(&str, &[u8])] = &[
        (".git/HEAD", b""),
        (".git/HEAD", b"ref: refs/heads/../../../../etc/passwd\n"),
        (".git/HEAD", b"ref: HEAD\n"),
        (".git/HEAD", &[0xFF; 100]),
        (".git/refs/heads/main", b"ref: refs/heads/main\n"),
        (".git/refs/heads/main", b"0000000000000000000000000000000000000000\n"),
        (".git/refs/tags/t", b"not an id\n"),
        (".git/packed-refs", b"# pack-refs with: x\n^\n\xFF"),
        (".git/config", b"[core"),
        (".git/config", b"[include]\n\tpath = /etc/passwd\n[core]\n\trepositoryformatversion = 9\n"),
        (".git/config", b"[core]\n\tworktree = /etc\n\tfsmonitor = touch /tmp/hostile-was-here\n"),
        (".git/config", b"[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n"),
        (".git/objects/info/alternates", b"/etc\n../objects\n.\n"),
        (".git/shallow", b"nonsense\n"),
        (".git/info/exclude", b"[\n\xFF"),
        (".git/commondir", b"../../../..\n"),
    ];
    for (path, bytes) in cases {
        let tree = repository();
        replace(&tree.path().join(path), bytes);
        survives(&tree, &format!("{path} {:?}", String::from_utf8_lossy(bytes)));
    }
    assert!(!Path::new("/tmp/hostile-was-here").exists(), "a setting of the repository was executed");
}

#[test]
fn a_git_file_leads_nowhere_else() {
    let outside = repository();
    outside.write("secret.js", "console.log('outside-of-the-tree');\n");
    outside.commit("2026-11-03");
    let there = outside.path().join(".git").display().to_string();
    for text in [
        format!("gitdir: {there}\n"),
        "gitdir: /etc\n".to_owned(),
        "gitdir: .git\n".to_owned(),
        "x".repeat(1 << 20),
        String::new(),
    ] {
        let tree = Tree::new(&[("package.json", "{}"), ("src/a.js", "console.log(1);\n"), (".git", &text)]);
        survives(&tree, &format!("a .git file of {} bytes", text.len()));
        let ran = run(&["scan", ".", "--format", "json"], tree.path());
        assert!(!String::from_utf8_lossy(&ran.stdout).contains("outside-of-the-tree"), "{text}");
    }
}

#[test]
fn paths_of_an_index_do_not_lead_out() {
    let tree = repository();
    let index = tree.path().join(".git/index");
    let good = fs::read(&index).unwrap();
    for name in [&b"../b.js"[..], b"//b.jsx", b"/etc/pw", b".git/HE", b"aa/..\0s", b"a\\..\\bx"] {
        let at = good.windows(7).position(|bytes| bytes == b"aa/b.js").unwrap();
        let mut bytes = [&good[..at], &name[..7], &good[at + 7..]].concat();
        // Git takes an index whose hash is nothing but zeros as one that was never hashed.
        let end = bytes.len();
        bytes[end - 20..].fill(0);
        replace(&index, &bytes);
        fs::write(tree.path().parent().unwrap().join("b.js"), "console.log('outside-of-the-tree');\n").unwrap();
        survives(&tree, &format!("{:?}", String::from_utf8_lossy(name)));
        let ran = run(&["scan", ".", "--format", "json"], tree.path());
        let _ = fs::remove_file(tree.path().parent().unwrap().join("b.js"));
        let told = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert!(
            !told.contains("outside-of-the-tree") && !told.contains("\"path\": \"../"),
            "{:?}",
            String::from_utf8_lossy(name)
        );
        assert!(!told.contains("\"path\": \".git/"), "git's own files are read");
    }
}
