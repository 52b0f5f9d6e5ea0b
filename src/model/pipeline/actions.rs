//! Actions that stand for a command: what they run is in their inputs.

use super::without_version;
use crate::facts::{PipelineRun, TriggerKind};

/// Inputs of actions that hold shell text.
const TEXT_INPUTS: &[&str] =
    &["run", "command", "script", "cmd", "runCmd", "test-command", "test_command", "run-command"];

/// The run of an action whose `push` input is an expression that leaves pull requests out: it pushes, and not for them.
pub(super) fn without_changes(given: &[(String, String)], base: &PipelineRun) -> PipelineRun {
    let mut run = base.clone();
    let leaves_out = |text: &str| text.contains("!= 'pull_request'") || text.contains("!='pull_request'");
    if given.iter().any(|(key, value)| key == "push" && leaves_out(value)) {
        run.triggers.retain(|trigger| *trigger != TriggerKind::ChangeRequest);
        run.on_change = false;
    }
    run
}

/// Whether an exporter of `BuildKit` pushes: `type=registry`, `type=image,…,push=true`.
fn exports_to_registry(text: &str) -> bool {
    let words = text.split(|c: char| c.is_whitespace() || c == ',');
    words
        .map(|word| word.rsplit_once(".output=").map_or(word, |(_, value)| value))
        .any(|word| matches!(word, "type=registry" | "push=true"))
}

/// The shell text that an action is given.
pub(super) fn text_of_action(name: &str, given: &[(String, String)]) -> String {
    let name = without_version(name);
    let input = |key: &str| given.iter().find(|(own, _)| own == key).map_or("", |(_, value)| value.as_str());
    match name {
        "actions/github-script" => String::new(),
        // An expression pushes at least sometimes.
        "docker/build-push-action"
        | "docker/bake-action"
        | "depot/build-push-action"
        | "depot/bake-action"
        | "useblacksmith/build-push-action"
            if !matches!(input("push"), "" | "false")
                || [input("outputs"), input("set")].iter().any(|text| exports_to_registry(text)) =>
        {
            let provenance = input("provenance");
            let given = if provenance.is_empty() { String::new() } else { format!(" --provenance={provenance}") };
            let program = if name.starts_with("depot/") { "depot" } else { "docker buildx" };
            format!("{program} build --push{given}")
        }
        "actions-rs/cargo" => format!("cargo {} {}", input("command"), input("args")),
        "gradle/gradle-build-action" | "burrunan/gradle-cache-action" if !input("arguments").is_empty() => {
            format!("./gradlew {}", input("arguments"))
        }
        "borales/actions-yarn" | "Borales/actions-yarn" => format!("yarn {}", input("cmd")),
        _ => {
            let texts = given.iter().filter(|(key, _)| TEXT_INPUTS.contains(&key.as_str()));
            texts.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join("\n")
        }
    }
}
