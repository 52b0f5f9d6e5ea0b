//! How a pipeline gets the runtime and the package manager. Actions of others are pinned to their commit, as a rule of
//! ours asks for; what a hosted machine brings is not installed again.

use serde::Serialize;

use super::stack::Stack;

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
            vec![action("actions/setup-go@v6", &[("go-version-file", &file)])]
        }
        "java" => {
            let tool = if manager == "gradle" { "gradle" } else { "maven" };
            let java = asked("java", "21");
            vec![action(
                "actions/setup-java@v5",
                &[("distribution", "temurin"), ("java-version", &java), ("cache", tool)],
            )]
        }
        "dotnet" => vec![action("actions/setup-dotnet@v5", &[("dotnet-version", &asked("dotnet", "9.0"))])],
        "ruby" => {
            let ruby = "ruby/setup-ruby@d45b1a4e94b71acab930e56e79c6aa188764e7f9 # v1.316.0";
            let version = stack.asked_runtime("ruby").map(|version| quoted(&version));
            let mut with = vec![("bundler-cache", "true")];
            with.extend(version.as_deref().map(|version| ("ruby-version", version)));
            vec![action(ruby, &with)]
        }
        _ => Vec::new(),
    }
}

fn node(manager: &str, version: &str) -> Vec<Step> {
    let node = |cache| match cache {
        Some(cache) => action("actions/setup-node@v6", &[("node-version", version), ("cache", cache)]),
        None => action("actions/setup-node@v6", &[("node-version", version)]),
    };
    match manager {
        "pnpm" => {
            vec![action("pnpm/action-setup@fc06bc1257f339d1d5d8b3a19a8cae5388b55320 # v5.0.0", &[]), node(Some("pnpm"))]
        }
        "yarn" => vec![command("corepack enable"), node(Some("yarn"))],
        "bun" => vec![node(None), command("npm install --global bun")],
        _ => vec![node(Some("npm"))],
    }
}

fn python(manager: &str, version: &str) -> Vec<Step> {
    let python = |cache| match cache {
        Some(cache) => action("actions/setup-python@v6", &[("python-version", version), ("cache", cache)]),
        None => action("actions/setup-python@v6", &[("python-version", version)]),
    };
    match manager {
        "uv" => vec![
            python(None),
            action("astral-sh/setup-uv@c771a70e6277c0a99b617c7a806ffedaca235ff9 # v9.0.0", &[("enable-cache", "true")]),
        ],
        "poetry" => vec![command("pipx install poetry"), python(Some("poetry"))],
        "pdm" => vec![command("pipx install pdm"), python(None)],
        "pipenv" => vec![command("pipx install pipenv"), python(Some("pipenv"))],
        _ => vec![python(Some("pip"))],
    }
}
