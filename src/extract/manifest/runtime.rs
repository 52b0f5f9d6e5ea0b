//! Version files: what they ask a version manager for. They stand for no package.

use super::{Found, blank};
use crate::facts::{Data, Ecosystem, Manifest, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// The runtime that a file of one version is about.
fn runtime_of(name: &str) -> Option<(&'static str, Ecosystem)> {
    Some(match name {
        ".nvmrc" | ".node-version" => ("node", Ecosystem::Npm),
        ".python-version" | "runtime.txt" => ("python", Ecosystem::PyPi),
        ".ruby-version" => ("ruby", Ecosystem::RubyGems),
        ".go-version" => ("go", Ecosystem::Go),
        ".java-version" => ("java", Ecosystem::Maven),
        ".php-version" => ("php", Ecosystem::Composer),
        ".dvmrc" => ("deno", Ecosystem::Deno),
        _ => return None,
    })
}

/// The ecosystem of a runtime by the name that version managers give it.
fn ecosystem_of(runtime: &str) -> Option<(&'static str, Ecosystem)> {
    Some(match runtime {
        "node" | "nodejs" => ("node", Ecosystem::Npm),
        "bun" => ("bun", Ecosystem::Npm),
        "python" => ("python", Ecosystem::PyPi),
        "ruby" => ("ruby", Ecosystem::RubyGems),
        "go" | "golang" => ("go", Ecosystem::Go),
        "rust" => ("rust", Ecosystem::Cargo),
        "java" => ("java", Ecosystem::Maven),
        "dotnet" | "dotnet-core" => ("dotnet", Ecosystem::NuGet),
        "php" => ("php", Ecosystem::Composer),
        "elixir" => ("elixir", Ecosystem::Hex),
        "deno" => ("deno", Ecosystem::Deno),
        _ => return None,
    })
}

pub(super) fn is_version_file(name: &str) -> bool {
    runtime_of(name).is_some()
        || matches!(
            name,
            ".tool-versions"
                | "mise.toml"
                | ".mise.toml"
                | "rust-toolchain"
                | "rust-toolchain.toml"
                | "global.json"
                | ".sdkmanrc"
        )
}

pub(super) fn read(source: &Source<'_>, found: &mut Found<'_>) {
    let mut add = |span: Span, runtime: &str, ecosystem, version: &str| {
        let version = version.trim().to_owned();
        if !version.is_empty() {
            let mut manifest = Manifest { is_package: false, ..blank(ecosystem) };
            manifest.runtimes.insert(runtime.to_owned(), version);
            found.add(span, Data::Manifest(manifest));
        }
    };
    let first_line = || source.text().lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let name = source.file.name();
    if let Some((runtime, ecosystem)) = runtime_of(name) {
        let prefixes = ["python-", "ruby-", "v"];
        let version = first_line().unwrap_or("");
        let bare = prefixes.iter().find_map(|prefix| version.strip_prefix(prefix)).unwrap_or(version);
        return add(Span::START, runtime, ecosystem, bare);
    }
    match name {
        "rust-toolchain" | "rust-toolchain.toml" => {
            let channel = source.toml().ok().and_then(|root| root.at(&["toolchain", "channel"])).and_then(Node::text);
            let version = channel.or_else(|| first_line().filter(|line| !line.contains('=') && !line.starts_with('[')));
            add(Span::START, "rust", Ecosystem::Cargo, version.unwrap_or(""));
        }
        "global.json" => {
            let version = source.json().ok().and_then(|root| root.at(&["sdk", "version"])).and_then(Node::text);
            add(Span::START, "dotnet", Ecosystem::NuGet, version.unwrap_or(""));
        }
        "mise.toml" | ".mise.toml" => {
            let tools = source.toml().ok().and_then(|root| root.get("tools")).map(Node::entries).unwrap_or_default();
            for (key, value) in tools {
                if let Some((runtime, ecosystem)) = key.text().and_then(ecosystem_of) {
                    add(key.span, runtime, ecosystem, value.texts().first().copied().unwrap_or(""));
                }
            }
        }
        _ => {
            for (index, line) in (1_u32..).zip(source.text().lines()) {
                let (tool, version) = line.split_once(['=', ' ']).unwrap_or((line, ""));
                if let Some((runtime, ecosystem)) = ecosystem_of(tool.trim()) {
                    let span = Span { line: index, column: 1, end_line: index, end_column: 1 };
                    add(span, runtime, ecosystem, version.split_whitespace().next().unwrap_or(""));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;

    #[test]
    fn version_files_ask_for_runtimes() {
        assert!(read(".nvmrc", "v22.3\n")[0].contains(r#"{"node": "22.3"}"#));
        assert!(read(".tool-versions", "# x\nnodejs 22\n")[0].contains(r#"{"node": "22"}"#));
        assert!(read("rust-toolchain.toml", "[toolchain]\nchannel = \"1.90\"\n")[0].contains(r#"{"rust": "1.90"}"#));
    }
}
