//! Ansible: plays, and the tasks of roles.

use super::add;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::File;
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Reads playbooks and roles.
#[derive(Clone, Copy)]
pub(super) struct Ansible;

/// Keys of a task that are no module.
const WORDS: &[&str] = &[
    "name",
    "when",
    "become",
    "become_user",
    "become_method",
    "register",
    "notify",
    "tags",
    "loop",
    "loop_control",
    "vars",
    "args",
    "changed_when",
    "failed_when",
    "ignore_errors",
    "delegate_to",
    "run_once",
    "no_log",
    "environment",
    "until",
    "retries",
    "delay",
    "listen",
    "check_mode",
    "diff",
    "block",
    "rescue",
    "always",
    "any_errors_fatal",
    "async",
    "poll",
    "remote_user",
    "throttle",
];

impl Extractor for Ansible {
    fn name(&self) -> &'static str {
        "ansible"
    }

    fn demand(&self) -> Demand {
        super::any_of(&["hosts:", "name:"])
    }

    fn wants(&self, file: &File) -> bool {
        let is_data = matches!(file.extension(), "yml" | "yaml");
        let path = file.path.to_ascii_lowercase();
        let is_place = is_tasks(&path) || path.contains("playbook") || path.contains("ansible");
        file.role.is_written() && is_data && !file.path.starts_with(".github/") && (is_place || !path.contains('/'))
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        // Plays are a list, so the first thing in the file is an item.
        let first = source
            .text()
            .lines()
            .map(str::trim_end)
            .find(|line| !line.is_empty() && !line.starts_with(['#', '%']) && *line != "---");
        if !first.is_some_and(|line| line.trim_start().starts_with("- ")) {
            return;
        }
        let Ok([root, ..]) = source.yaml() else { return };
        let is_role = is_tasks(&source.file.path);
        for item in root.items() {
            if let Some((key, hosts)) = item.entry("hosts") {
                add(found, key.span, "Ansible", "play", hosts.text().unwrap_or(""), Vec::new());
                for list in ["pre_tasks", "tasks", "post_tasks", "handlers"] {
                    tasks(item.get(list).map_or(&[][..], Node::items), found);
                }
            } else if is_role {
                tasks(std::slice::from_ref(item), found);
            }
        }
    }
}

/// `roles/web/tasks/main.yml`.
fn is_tasks(path: &str) -> bool {
    let mut parts = path.rsplit('/').skip(1);
    matches!(parts.next(), Some("tasks" | "handlers")) && path.contains("roles/")
}

fn tasks(list: &[Node], found: &mut Found<'_>) {
    let mut open: Vec<&Node> = list.iter().rev().collect();
    while let Some(task) = open.pop() {
        for inner in ["block", "rescue", "always"] {
            open.extend(task.get(inner).map_or(&[][..], Node::items).iter().rev());
        }
        let name = task.get("name").and_then(Node::text).unwrap_or("");
        let is_module = |key: &str| !WORDS.contains(&key) && !key.starts_with("with_");
        let module = task.entries().iter().find(|(key, _)| key.text().is_some_and(is_module));
        if let Some((key, _)) = module {
            add(found, key.span, "Ansible", key.text().unwrap_or(""), name, Vec::new());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::resources;
    use super::Ansible;

    #[test]
    fn plays_and_tasks() {
        let text = "---\n- hosts: web\n  tasks:\n    - name: Run it\n      community.docker.docker_container:\n        name: x\n    - block:\n        - apt: {name: nginx}\n";
        assert_eq!(
            resources(Ansible, "playbook.yml", text),
            ["2 Ansible play web", "5 Ansible community.docker.docker_container Run it", "8 Ansible apt "]
        );
        let role = "- name: Install\n  apt: {name: x}\n  when: a\n";
        assert_eq!(resources(Ansible, "ansible/roles/web/tasks/main.yml", role), ["2 Ansible apt Install"]);
    }

    #[test]
    fn a_list_of_other_things_is_none() {
        assert_eq!(resources(Ansible, "data.yml", "- name: a\n  kind: b\n"), [""; 0]);
    }
}
