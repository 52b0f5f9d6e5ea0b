//! Text that an outsider controls and that is expanded where code stands. Through `env:` it stays data.

use super::{Part, add, events};
use crate::extract::Found;
use crate::facts::{RiskKind, Span};
use crate::syntax::data::{Node, Style};

/// Contexts of `github.` that outsiders write: titles, texts, names of branches and of people.
const CONTEXTS: &[&str] = &[
    "github.head_ref",
    "github.event.issue.title",
    "github.event.issue.body",
    "github.event.pull_request.title",
    "github.event.pull_request.body",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.label",
    "github.event.pull_request.head.repo.default_branch",
    "github.event.pull_request.head.repo.description",
    "github.event.pull_request.head.repo.homepage",
    "github.event.comment.body",
    "github.event.review.body",
    "github.event.review_comment.body",
    "github.event.discussion.title",
    "github.event.discussion.body",
    "github.event.head_commit.message",
    "github.event.head_commit.author.email",
    "github.event.head_commit.author.name",
    "github.event.head_commit.committer.email",
    "github.event.head_commit.committer.name",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.display_title",
    "github.event.workflow_run.head_commit.message",
    "github.event.workflow_run.head_commit.author.email",
    "github.event.workflow_run.head_commit.author.name",
    "github.event.workflow_run.head_repository.description",
];

/// Contexts with a part that stands for any item: the beginning and the end.
const LISTED: &[(&str, &str)] = &[
    ("github.event.commits", ".message"),
    ("github.event.commits", ".author.email"),
    ("github.event.commits", ".author.name"),
    ("github.event.pages", ".page_name"),
    ("github.event.workflow_run.pull_requests", ".head.ref"),
];

/// Objects that hold such text, for `toJSON`.
const OBJECTS: &[&str] =
    &["github", "github.event", "github.event.pull_request", "github.event.issue", "github.event.comment"];

/// Actions whose outputs are names of files that outsiders choose.
const FILE_LISTS: &[&str] = &["tj-actions/changed-files", "dorny/paths-filter", "jitterbit/get-changed-files"];

/// Inputs of actions that are code.
const CODE_INPUTS: &[&str] = &["script", "run", "command", "cmd", "inlineScript", "inline-script", "runCmd"];

pub(super) fn find(root: &Node, part: &Part<'_>, found: &mut Found<'_>) {
    let outer = [root, part.body];
    let is_after_run = events(root).contains(&"workflow_run");
    let mut has_artifact = false;
    let mut lists: Vec<String> = Vec::new();
    for step in part.steps() {
        let uses = step.get("uses").and_then(Node::text).unwrap_or("");
        let inputs = step.get("with").map_or(&[][..], Node::entries).iter();
        let is_code = |name: &Node| name.text().is_some_and(|name| CODE_INPUTS.contains(&name));
        let codes = inputs.filter(|(name, _)| !uses.is_empty() && is_code(name)).map(|(_, value)| (value, uses));
        for (node, holder) in step.get("run").map(|run| (run, "run")).into_iter().chain(codes) {
            let scopes = outer.iter().copied().chain([step]);
            let tainted: Vec<&str> = scopes.flat_map(tainted_variables).collect();
            for (span, expression) in expressions(node) {
                if let Some(context) = untrusted(expression, &tainted, &lists) {
                    let holder = holder.split('@').next().unwrap_or(holder);
                    let problem = format!("expanded inside the code of `{holder}`");
                    add(found, span, RiskKind::Injection, part.id, &context, &problem);
                }
            }
            if is_after_run && has_artifact && holder == "run" {
                for span in artifact_writes(node) {
                    let subject = "the content of an artifact";
                    add(
                        found,
                        span,
                        RiskKind::Injection,
                        part.id,
                        subject,
                        "written to the environment of later steps",
                    );
                }
            }
            has_artifact |=
                node.text().is_some_and(|text| text.contains("gh run download") || text.contains("downloadArtifact"));
        }
        has_artifact |= uses.contains("download-artifact");
        if FILE_LISTS.iter().any(|action| uses.starts_with(action)) {
            lists.extend(step.get("id").and_then(Node::text).map(|id| format!("steps.{id}.outputs.")));
        }
    }
}

/// The expressions of a scalar, each with its place.
fn expressions(node: &Node) -> Vec<(Span, &str)> {
    let Some(scalar) = node.scalar() else { return Vec::new() };
    let mut list = Vec::new();
    for (index, line) in scalar.text.lines().enumerate() {
        let mut rest = line;
        while let Some((_, inner)) = rest.split_once("${{") {
            let Some((expression, after)) = inner.split_once("}}") else { break };
            list.push((place(node, scalar.style, index), expression.trim()));
            rest = after;
        }
    }
    list
}

fn place(node: &Node, style: Style, index: usize) -> Span {
    if style != Style::Block {
        return node.span;
    }
    let line = node.line_of_text(u32::try_from(index).unwrap_or(u32::MAX));
    Span { line, column: 1, end_line: line, end_column: 1 }
}

/// The variables of `env` whose values are text of outsiders.
fn tainted_variables(scope: &Node) -> Vec<&str> {
    let entries = scope.get("env").map_or(&[][..], Node::entries).iter();
    let is_tainted = |value: &Node| expressions(value).iter().any(|(_, it)| untrusted(it, &[], &[]).is_some());
    entries.filter(|(_, value)| is_tainted(value)).filter_map(|(name, _)| name.text()).collect()
}

/// The context of an outsider that an expression evaluates to, as far as it can.
fn untrusted(expression: &str, tainted: &[&str], lists: &[String]) -> Option<String> {
    // Of `a && b || c` the value is that of `b` or of `c`.
    let values = expression.split("||").filter_map(|part| part.rsplit("&&").next());
    values.map(str::trim).find_map(|value| {
        let lower = value.to_ascii_lowercase();
        let is_verdict =
            ["contains(", "startswith(", "endswith(", "!", "hashfiles("].iter().any(|it| lower.starts_with(it));
        if is_verdict || value.contains("==") || value.contains("!=") {
            return None;
        }
        let object = lower.strip_prefix("tojson(").and_then(|rest| rest.strip_suffix(')'));
        if object.is_some_and(|object| OBJECTS.contains(&object.trim())) {
            return Some(value.to_owned());
        }
        names(value).into_iter().find(|name| is_untrusted(name, tainted, lists)).map(str::to_owned)
    })
}

/// The dotted names of an expression, outside its quotes.
fn names(expression: &str) -> Vec<&str> {
    let unquoted = expression.split('\'').step_by(2);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '*' | '[' | ']');
    unquoted.flat_map(|text| text.split(move |c: char| !is_part(c))).filter(|name| name.contains('.')).collect()
}

fn is_untrusted(name: &str, tainted: &[&str], lists: &[String]) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_listed = |(start, end): &(&str, &str)| {
        lower.strip_prefix(start).is_some_and(|rest| rest.starts_with(['.', '[']) && rest.ends_with(end))
    };
    CONTEXTS.contains(&lower.as_str())
        || LISTED.iter().any(is_listed)
        || name.strip_prefix("env.").is_some_and(|name| tainted.contains(&name))
        || lists.iter().any(|list| {
            name.strip_prefix(list.as_str()).is_some_and(|output| output.ends_with("_files") || output == "files")
        })
}

/// Lines that write the content of a file to what later steps read as variables.
fn artifact_writes(node: &Node) -> Vec<Span> {
    let Some(scalar) = node.scalar() else { return Vec::new() };
    let writes = |line: &str| {
        (line.contains("GITHUB_ENV") || line.contains("GITHUB_OUTPUT") || line.contains("GITHUB_PATH"))
            && ["$(cat ", "cat ", "$(<", "`cat "].iter().any(|read| line.contains(read))
    };
    let lines = scalar.text.lines().enumerate().filter(|(_, line)| writes(line));
    lines.map(|(index, _)| place(node, scalar.style, index)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::risks;

    fn step(step: &str) -> Vec<String> {
        risks(&format!(
            "on: issues\npermissions: {{}}\njobs:\n  a:\n    env:\n      T: ${{{{ github.head_ref }}}}\n    steps:\n{step}"
        ))
    }

    #[test]
    fn text_of_outsiders_in_a_script_is_code() {
        let run = "      - run: |\n          echo a\n          echo \"${{ github.event.issue.title }}\"\n";
        assert_eq!(step(run), ["injection 10 github.event.issue.title"]);
        let commits = "      - run: echo ${{ github.event.commits[0].message }}\n";
        assert_eq!(step(commits), ["injection 8 github.event.commits[0].message"]);
        let script = "      - uses: actions/github-script@v7\n        with:\n          script: x(`${{ github.event.comment.body }}`)\n";
        assert_eq!(step(script), ["injection 10 github.event.comment.body"]);
        assert_eq!(step("      - run: echo ${{ toJSON(github.event) }}\n"), ["injection 8 toJSON(github.event)"]);
    }

    #[test]
    fn a_variable_is_data_for_the_shell_and_code_where_it_is_expanded_before() {
        assert!(step("      - run: echo \"$T\"\n").is_empty());
        assert_eq!(step("      - run: echo ${{ env.T }}\n"), ["injection 8 env.T"]);
    }

    #[test]
    fn verdicts_numbers_and_hashes_are_safe() {
        for expression in [
            "contains(github.event.issue.title, 'x')",
            "github.head_ref == 'main'",
            "github.event.issue.number",
            "github.event.pull_request.head.sha",
            "github.head_ref != '' && 'a' || 'b'",
            "'github.head_ref'",
        ] {
            assert!(step(&format!("      - run: echo ${{{{ {expression} }}}}\n")).is_empty(), "{expression}");
        }
        assert_eq!(step("      - run: echo ${{ github.head_ref || 'x' }}\n"), ["injection 8 github.head_ref"]);
    }

    #[test]
    fn inputs_that_are_data_are_safe() {
        let input = "      - uses: a/b@v1\n        with:\n          title: ${{ github.event.issue.title }}\n";
        assert!(step(input).iter().all(|risk| !risk.starts_with("injection")));
    }

    #[test]
    fn an_artifact_of_another_run_is_an_outsiders_text() {
        let text = "on: workflow_run\npermissions: {}\njobs:\n  a:\n    steps:\n      - uses: actions/download-artifact@v4\n      - run: echo \"N=$(cat n)\" >> $GITHUB_ENV\n";
        assert_eq!(risks(text), ["injection 7 the content of an artifact"]);
        assert!(risks(&text.replace("workflow_run", "push")).is_empty());
    }
}
