//! No value of a credential leaves the program: neither in a report of any format, nor on standard error, nor in what the
//! other commands print or write.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::fakes::{base64, fake, make};

const FORMATS: &[&str] = &[
    "terminal",
    "markdown",
    "html",
    "json",
    "sarif",
    "sarif-full",
    "codequality",
    "junit",
    "annotations",
    "step-summary",
    "csv",
    "badge",
    "shields",
    "oscal",
];

/// One credential for each way in which they are found, with its file.
fn credentials() -> Vec<(&'static str, String, String)> {
    let pem = fake("private-key", "secrecy");
    let token = fake("github-token", "secrecy");
    let live = fake("stripe-live-key", "secrecy");
    let word = |seed: &str| make("{A-Za-z0-9:32}", seed);
    let hex = make("{a-f0-9:32}", "secrecy");
    let password = make("{A-Za-z:4}{0-9:4}{A-Za-z:6}", "secrecy");
    let (assigned, wrapped, kubernetes, state) = (word("assigned"), word("wrapped"), word("kubernetes"), word("state"));
    let of = |text: &str, value: &str| text.replace('@', value);
    vec![
        ("src/token.py", of("token = \"@\"\n", &token), token),
        ("src/pay.js", of("const key = '@';\n", &live), live),
        ("src/key.pem", of("-----BEGIN PRIVATE KEY-----@-----END PRIVATE KEY-----\n", &pem), pem.trim().to_owned()),
        ("config/app.yml", of("jwt_secret: @\n", &assigned), assigned),
        ("src/sign.go", of("package a\n\nvar jwtSecret = []byte(\"@\")\n", &wrapped), wrapped),
        ("config/weather.ini", of("[weatherbit]\nweatherbit_key = @\n", &hex), hex),
        (
            "config/db.env",
            of("DATABASE_URL=postgres://billing:@#db.acme-labs.io/ledger\n", &password).replace('#', "@"),
            password,
        ),
        (
            "k8s/secret.yaml",
            of(
                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\ndata:\n  TOKEN: @\n",
                &base64(kubernetes.as_bytes()),
            ),
            kubernetes,
        ),
        (
            "infra/terraform.tfstate",
            of(
                "{\"version\": 4, \"outputs\": {\"db_password\": {\"value\": \"@\", \"type\": \"string\", \"sensitive\": true}}, \"resources\": []}\n",
                &state,
            ),
            state,
        ),
    ]
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Whether twelve characters of a value that follow one another, past its first four, stand in a text.
fn reveals(text: &str, value: &str) -> bool {
    let letters: Vec<char> = value.chars().filter(|c| !c.is_whitespace()).skip(4).collect();
    letters.chunks(12).filter(|part| part.len() == 12).any(|part| text.contains(&part.iter().collect::<String>()))
        || value.len() < 16 && text.contains(value)
}

#[test]
fn no_output_of_any_command_holds_a_credential() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let credentials = credentials();
    for (path, text, _) in &credentials {
        fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        fs::write(root.join(path), text).unwrap();
    }
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=Ann", "-c", "user.email=ann@acme-labs.io", "-c", "commit.gpgsign=false"];
        run("git", &[&identity, arguments].concat(), root);
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "Add"]);
    // One of them lies in the history alone.
    fs::write(root.join("src/token.py"), "token = read()\n").unwrap();
    git(&["commit", "-q", "-a", "-m", "Read"]);

    let auditor = env!("CARGO_BIN_EXE_auditor");
    let mut said = Vec::new();
    for format in FORMATS {
        let arguments = ["scan", "--history", "--verbose", "--timings", "--format", format];
        said.push((format!("scan {format}"), run(auditor, &arguments, root)));
    }
    said.push(("write".to_owned(), run(auditor, &["scan", "--history", "-q", "-o", "out.json"], root)));
    said.push(("executive".to_owned(), run(auditor, &["scan", "--audience", "executive", "-f", "markdown"], root)));
    said.push(("inspect".to_owned(), run(auditor, &["inspect"], root)));
    said.push(("fix".to_owned(), run(auditor, &["fix", "secrets/hardcoded"], root)));
    said.push(("explain-score".to_owned(), run(auditor, &["explain-score"], root)));
    said.push(("baseline".to_owned(), run(auditor, &["baseline"], root)));
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            said.push((path.display().to_string(), fs::read_to_string(&path).unwrap_or_default()));
        }
    }
    let found = said.iter().find(|(what, _)| what == "scan json").map(|(_, text)| text.as_str()).unwrap();
    for (path, _, value) in &credentials {
        assert!(found.contains(path), "{path} has no finding");
        for (what, text) in &said {
            assert!(!reveals(text, value), "{what} shows the value of {path}");
        }
    }
}
