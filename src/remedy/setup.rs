//! How a pipeline gets the runtime and the package manager. Actions of others are pinned to their commit, as a rule of
//! ours asks for; what a hosted machine brings is not installed again.

use serde::Serialize;

use super::stack::Stack;

// Newer releases are proposed by the bot that another remedy sets up.
const SETUP_NODE: &str = "actions/setup-node@48b55a011bda9f5d6aeb4c2d9c7362e8dae4041e # v6.4.0";
const SETUP_PYTHON: &str = "actions/setup-python@ece7cb06caefa5fff74198d8649806c4678c61a1 # v6.3.0";
const SETUP_GO: &str = "actions/setup-go@924ae3a1cded613372ab5595356fb5720e22ba16 # v6.5.0";
const SETUP_JAVA: &str = "actions/setup-java@b6effb05e454b25005698d916606bdc6ffcbf961 # v5.7.0";
const SETUP_DOTNET: &str = "actions/setup-dotnet@d4c94342e560b34958eacfc5d055d21461ed1c5d # v5.0.0";
const SETUP_RUBY: &str = "ruby/setup-ruby@0dafeac902942906541bc140009cdbf32665b601 # v1.315.0";
const SETUP_PHP: &str = "shivammathur/setup-php@f3e473d116dcccaddc5834248c87452386958240 # 2.37.2";
const SETUP_BEAM: &str = "erlef/setup-beam@54075bcc5e249e4758d363f27d099f55d843f124 # v1.24.1";
const SETUP_UV: &str = "astral-sh/setup-uv@c771a70e6277c0a99b617c7a806ffedaca235ff9 # v9.0.0";

/// One step of a job.
#[derive(Debug, Serialize)]
pub(super) struct Step {
    pub uses: Option<&'static str>,
    pub run: Option<&'static str>,
    pub with: Vec<Input>,
}

#[derive(Debug, Serialize)]
pub(super) struct Input {
    pub key: &'static str,
    pub value: String,
}

fn action(uses: &'static str, with: &[(&'static str, &str)]) -> Step {
    let input = |&(key, value): &(&'static str, &str)| Input { key, value: value.to_owned() };
    Step { uses: Some(uses), run: None, with: with.iter().map(input).collect() }
}

fn command(run: &'static str) -> Step {
    Step { uses: None, run: Some(run), with: Vec::new() }
}

/// A version in quotes, since `3.10` is a number otherwise.
fn quoted(version: &str) -> String {
    format!("\"{version}\"")
}

pub(super) fn setup(stack: &Stack<'_>, name: &str, manager: &str) -> Vec<Step> {
    let asked = |runtime: &str, usual: &str| quoted(&stack.asked_runtime(runtime).unwrap_or_else(|| usual.to_owned()));
    match name {
        "node" => node(manager, &asked("node", "24")),
        "python" => python(manager, &asked("python", "3.13")),
        "go" => {
            let file = format!("{}go.mod", stack.dir());
            vec![action(SETUP_GO, &[("go-version-file", &file)])]
        }
        "java" => {
            let tool = if manager == "gradle" { "gradle" } else { "maven" };
            let java = asked("java", "21");
            vec![action(SETUP_JAVA, &[("distribution", "temurin"), ("java-version", &java), ("cache", tool)])]
        }
        "dotnet" => vec![action(SETUP_DOTNET, &[("dotnet-version", &asked("dotnet", "9.0"))])],
        "ruby" => {
            let version = stack.asked_runtime("ruby").map(|version| quoted(&version));
            let mut with = vec![("bundler-cache", "true")];
            with.extend(version.as_deref().map(|version| ("ruby-version", version)));
            vec![action(SETUP_RUBY, &with)]
        }
        "php" => vec![action(SETUP_PHP, &[("php-version", &asked("php", "8.4")), ("coverage", "none")])],
        "elixir" => {
            // A version of Elixir runs on the three versions of Erlang that are current when it appears.
            let elixir = stack.asked_runtime("elixir").unwrap_or_else(|| "1.18".to_owned());
            let erlang = if matches!(elixir.as_str(), "1.14" | "1.15" | "1.16") { "26" } else { "27" };
            vec![action(SETUP_BEAM, &[("elixir-version", &quoted(&elixir)), ("otp-version", &quoted(erlang))])]
        }
        _ => Vec::new(),
    }
}

fn node(manager: &str, version: &str) -> Vec<Step> {
    let node = |cache| match cache {
        Some(cache) => action(SETUP_NODE, &[("node-version", version), ("cache", cache)]),
        None => action(SETUP_NODE, &[("node-version", version)]),
    };
    match manager {
        // The version that `packageManager` names, and the newest where nothing does. It comes before Node, whose cache
        // asks it for its folder.
        "pnpm" | "yarn" => vec![command("corepack enable"), node(Some(manager))],
        "bun" => vec![node(None), command("npm install --global bun")],
        _ => vec![node(Some("npm"))],
    }
}

fn python(manager: &str, version: &str) -> Vec<Step> {
    let python = |cache| match cache {
        Some(cache) => action(SETUP_PYTHON, &[("python-version", version), ("cache", cache)]),
        None => action(SETUP_PYTHON, &[("python-version", version)]),
    };
    match manager {
        "uv" => vec![python(None), action(SETUP_UV, &[("enable-cache", "true")])],
        "poetry" => vec![command("pipx install poetry"), python(Some("poetry"))],
        "pdm" => vec![command("pipx install pdm"), python(None)],
        "pipenv" => vec![command("pipx install pipenv"), python(Some("pipenv"))],
        _ => vec![python(Some("pip"))],
    }
}
