//! npm, Yarn, pnpm and Bun: which script of which package a command runs.

use super::{Invocation, Scope, VALUED, scripts, skip_word, values};

/// Commands of package managers that are no scripts.
const BUILT_IN: &[&str] = &[
    "install",
    "i",
    "ci",
    "add",
    "remove",
    "rm",
    "uninstall",
    "update",
    "up",
    "upgrade",
    "publish",
    "pack",
    "audit",
    "exec",
    "x",
    "dlx",
    "config",
    "cache",
    "link",
    "login",
    "whoami",
    "version",
    "init",
    "create",
    "why",
    "list",
    "ls",
    "outdated",
    "store",
    "fetch",
    "rebuild",
    "dedupe",
    "set",
    "workspaces",
    "workspace",
    "pm",
    "info",
    "view",
    "prune",
    "import",
    "node",
    "deploy",
    "licenses",
    "env",
    "plugin",
    "constraints",
    "patch",
    "self-update",
    "setup",
    "approve-builds",
    "help",
    "global",
];

/// `npm run x`, `yarn x`, `pnpm -r x`, `bun run x`.
pub(super) fn package_manager(manager: &str, arguments: &[&str]) -> Invocation {
    let arguments = match (manager, arguments) {
        ("corepack", [_, rest @ ..]) => rest,
        ("yarn", ["workspace", package, rest @ ..]) => {
            return in_scope(manager, rest, Scope::Package((*package).to_owned()));
        }
        ("yarn", ["workspaces", rest @ ..]) => {
            let rest = skip_word(rest, "foreach");
            let at = rest.iter().position(|word| *word == "run").unwrap_or(0);
            return in_scope(manager, rest.get(at..).unwrap_or_default(), Scope::Packages(Vec::new()));
        }
        _ => arguments,
    };
    let before_script: Vec<&str> = if manager == "npm" { arguments.to_vec() } else { until_script(arguments) };
    let folder = values(&before_script, &["--prefix", "-C", "--dir", "--cwd"]).pop();
    let packages = values(&before_script, &["-w", "--workspace"]);
    let filters = values(&before_script, &["-F", "--filter", "--scope"]);
    let has =
        |options: &[&str]| before_script.iter().take_while(|word| **word != "--").any(|word| options.contains(word));
    let scope = match (folder, packages.first()) {
        (Some(folder), _) => Scope::Folder(folder),
        // With pnpm, `-w` means the root and takes no value.
        (None, Some(package)) if manager == "npm" && packages.len() == 1 => Scope::Package(package.clone()),
        (None, Some(_)) if manager == "npm" => Scope::Packages(packages),
        _ if !filters.is_empty() => Scope::Packages(filters),
        _ if has(&["-r", "--recursive", "--workspaces", "-ws", "--ws"]) => Scope::Packages(Vec::new()),
        _ => Scope::Folder(String::new()),
    };
    in_scope(manager, arguments, scope)
}

/// The arguments of the package manager itself, up to the name of the script.
fn until_script<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut is_value = false;
    for argument in arguments {
        if !is_value && !argument.starts_with('-') && *argument != "run" && *argument != "run-script" {
            break;
        }
        found.push(*argument);
        is_value = VALUED.contains(argument) && *argument != "-w";
    }
    found
}

fn in_scope(manager: &str, arguments: &[&str], scope: Scope) -> Invocation {
    let mut rest = arguments;
    let mut is_run = false;
    let name = loop {
        let Some((first, after)) = rest.split_first() else { return Invocation::Itself };
        rest = after;
        match *first {
            "run" | "run-script" | "rum" | "urn" if !is_run => is_run = true,
            option if option.starts_with('-') => {
                if VALUED.contains(&option) && !(manager != "npm" && option == "-w") {
                    rest = rest.get(1..).unwrap_or_default();
                }
            }
            name => break name,
        }
    };
    let name = match (manager, name) {
        ("npm", "t" | "tst") | ("pnpm", "t") if !is_run => "test",
        (_, name) => name,
    };
    let is_short = matches!(name, "test" | "start" | "stop" | "restart");
    let is_script = match manager {
        "npm" => is_run || is_short,
        // `bun test` is Bun's own runner.
        "bun" => is_run || !(BUILT_IN.contains(&name) || matches!(name, "test" | "build")),
        _ => is_run || !BUILT_IN.contains(&name),
    };
    if !is_script {
        return Invocation::Itself;
    }
    let passed: Vec<&str> = if manager == "npm" {
        rest.iter().skip_while(|word| **word != "--").skip(1).copied().collect()
    } else {
        skip_word(rest, "--").to_vec()
    };
    scripts(vec![name.to_owned()], scope, &passed, manager != "npm")
}
