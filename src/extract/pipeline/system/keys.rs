//! Keys that a system does not know: it refuses the file, or does not do what the key says. The table of keys follows the
//! published schemas.

use super::keys_table::{PARTS, Part};
use crate::extract::Found;
use crate::syntax::data::Node;

/// Reports unknown keys.
pub(super) fn check(system: &str, documents: &[Node], found: &mut Found<'_>) {
    for part in PARTS.iter().filter(|part| part.system == system) {
        for document in documents {
            for node in at(document, part.path) {
                part_keys(part, node, found);
            }
        }
    }
}

fn part_keys(part: &Part, node: &Node, found: &mut Found<'_>) {
    for (key, _) in node.entries() {
        let Some(name) = key.text().filter(|name| !is_free(name) && !part.known.contains(name)) else { continue };
        let nearest = part.known.iter().find(|known| is_misspelt(name, known));
        let (what, system) = (part.what, part.system);
        if let Some(known) = nearest {
            found.warn(key.span, format!("`{name}` is no key of {what} of {system}: `{known}` is"));
        } else if part.is_closed {
            found.warn(key.span, format!("`{name}` is no key of {what} of {system}"));
        }
    }
}

/// Keys that are for people and for anchors, and expressions that stand as keys.
fn is_free(name: &str) -> bool {
    name == "<<"
        || name.starts_with(['.', '_', '$'])
        || name.starts_with("x-")
        || name.contains("${{")
        || name.contains("<<")
}

/// The nodes of a path: a name, `*` for every value of a mapping, `[]` for every item of a list.
fn at<'a>(root: &'a Node, path: &[&str]) -> Vec<&'a Node> {
    let mut nodes = vec![root];
    for segment in path {
        nodes = nodes
            .into_iter()
            .flat_map(|node| -> Vec<&Node> {
                match *segment {
                    "*" => node.entries().iter().map(|(_, value)| value).collect(),
                    "[]" => node.items().iter().collect(),
                    name => node.get(name).into_iter().collect(),
                }
            })
            .collect();
    }
    nodes
}

/// Whether a word is another one with one letter more, less, changed or swapped.
fn is_misspelt(word: &str, known: &str) -> bool {
    let (word, known): (Vec<char>, Vec<char>) = (word.chars().collect(), known.chars().collect());
    if word.len() < 4 || word == known {
        return false;
    }
    let same = word.iter().zip(&known).take_while(|(a, b)| a == b).count();
    let (rest, other) = (word.get(same..).unwrap_or_default(), known.get(same..).unwrap_or_default());
    let behind = |list: &[char], count: usize| list.get(count..).unwrap_or_default().to_vec();
    let is_swapped =
        matches!((rest, other), ([a, b, ..], [c, d, ..]) if a == d && b == c) && behind(rest, 2) == behind(other, 2);
    is_swapped
        || !rest.is_empty() && !other.is_empty() && behind(rest, 1) == behind(other, 1)
        || !rest.is_empty() && behind(rest, 1) == other
        || !other.is_empty() && rest == behind(other, 1)
}

#[cfg(test)]
mod tests {
    use super::super::Systems;
    use super::is_misspelt;
    use crate::extract::pipeline::testing::file;
    use crate::extract::{Extractor, Found};
    use crate::syntax::Source;

    fn remarks(path: &str, text: &str) -> Vec<String> {
        let file = file(path);
        let source = Source::new(&file, text);
        let mut found = Found::new(&file);
        Systems.extract(&source, &[], &mut found);
        let remark = |it: &crate::facts::Diagnostic| format!("{} {}", it.span.map_or(0, |span| span.line), it.message);
        found.diagnostics().iter().map(remark).collect()
    }

    #[test]
    fn a_letter_makes_a_misspelt_word() {
        assert!(is_misspelt("scrpit", "script"));
        assert!(is_misspelt("scripts", "script"));
        assert!(is_misspelt("scipt", "script"));
        assert!(is_misspelt("skript", "script"));
        assert!(!is_misspelt("before_script", "script"));
        assert!(!is_misspelt("env", "end"));
    }

    #[test]
    fn values_of_a_chart_are_no_pipeline() {
        let text = "jobs:\n  - name: clean\nresources:\n  limits: {cpu: 1}\nservice: {port: 80}\n";
        assert!(remarks("deploy/chart/values.yaml", text).is_empty());
    }

    #[test]
    fn each_system_has_its_own_keys() {
        for (path, text, remark) in [
            (
                ".circleci/config.yml",
                "version: 2.1\naliases:\n  - &a {}\njobs:\n  build:\n    docker: [{image: go}]\n    step: []\n    steps: [checkout]\nworkflows:\n  all:\n    jobs: [build]\n",
                "7 `step` is no key of a job of CircleCI: `steps` is",
            ),
            (
                "azure-pipelines.yml",
                "trigger: [main]\njobs:\n- job: a\n  ${{ if true }}:\n    pool: x\n  requires: b\n  steps:\n  - script: ls\n    displayname: x\n",
                "6 `requires` is no key of a job of Azure Pipelines",
            ),
            (
                "bitbucket-pipelines.yml",
                "definitions:\n  steps:\n    - step: &t\n        script: [ls]\npipelines:\n  default:\n    - step:\n        commands: [ls]\n        script: [ls]\n",
                "8 `commands` is no key of a step of Bitbucket Pipelines",
            ),
            (
                ".buildkite/pipeline.yml",
                "common: &c {}\nsteps:\n  - label: a\n    command: make\n    run: make\n",
                "5 `run` is no key of a step of Buildkite",
            ),
            (
                ".travis.yml",
                "language: go\nsrcipt: make\nmy_own: 1\n",
                "2 `srcipt` is no key of a file of Travis CI: `script` is",
            ),
            (
                ".woodpecker.yml",
                "steps:\n  - name: a\n    image: go\n    command: [ls]\n    commands: [ls]\n",
                "4 `command` is no key of a step of Woodpecker CI: `commands` is",
            ),
            (
                ".drone.yml",
                "kind: pipeline\nname: a\nsteps:\n- name: a\n  image: go\n  comands: [ls]\n  commands: [ls]\n",
                "6 `comands` is no key of a step of Drone: `commands` is",
            ),
            (
                ".cirrus.yml",
                "task:\n  name: a\n  only_fi: $CIRRUS_PR != ''\n  test_script: make\n  my_cache:\n    folder: x\n",
                "3 `only_fi` is no key of a task of Cirrus CI: `only_if` is",
            ),
            (
                "appveyor.yml",
                "test_scripts: [ls]\ntest_script: [ls]\n",
                "1 `test_scripts` is no key of a file of AppVeyor: `test_script` is",
            ),
            (
                "cloudbuild.yaml",
                "steps:\n- name: go\n  arguments: [test]\n  args: [test]\n",
                "3 `arguments` is no key of a step of Google Cloud Build",
            ),
            (
                "buildspec.yml",
                "version: 0.2\nphases:\n  build:\n    command: [make]\n    commands: [make]\n",
                "4 `command` is no key of a phase of AWS CodeBuild: `commands` is",
            ),
            (
                ".tekton/push.yaml",
                "apiVersion: tekton.dev/v1\nkind: PipelineRun\nmetadata:\n  name: a\n  annotations:\n    pipelinesascode.tekton.dev/on-event: '[pull_request]'\nspec:\n  pipelineSpec:\n    task: []\n    tasks:\n    - name: a\n      taskSpec:\n        steps:\n        - image: go\n          script: make\n",
                "9 `task` is no key of a pipeline of Tekton: `tasks` is",
            ),
        ] {
            assert_eq!(remarks(path, text).first().map(String::as_str), Some(remark), "{path}");
        }
    }
}
