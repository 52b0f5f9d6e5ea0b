//! Text that an outsider controls and that is expanded where code stands. Through `env:` it stays data. What comes by an
//! input of the file is followed to its callers in `model::pipeline`.

use super::taint::{Scope, Source, expressions, place};
use super::{Part, add, events};
use crate::extract::Found;
use crate::facts::{Data, InputFlow, InputTarget, RiskKind, Span};
use crate::syntax::data::Node;

/// Inputs of actions that are code.
const CODE_INPUTS: &[&str] = &["script", "run", "command", "cmd", "inlineScript", "inline-script", "runCmd"];

pub(super) fn find(root: &Node, part: &Part<'_>, found: &mut Found<'_>) {
    let mut scope = Scope::default().enter(root).enter(part.body);
    scope.add_matrix(part.body);
    pass_on(part.body, &scope, part, found);
    let is_after_run = events(root).contains(&"workflow_run");
    let mut has_artifact = false;
    for step in part.steps() {
        let inner = scope.enter(step);
        pass_on(step, &inner, part, found);
        let uses = step.get("uses").and_then(Node::text).unwrap_or("");
        for (node, holder) in codes(step, uses) {
            for (span, expression) in expressions(node) {
                let problem =
                    || format!("expanded inside the code of `{}`", holder.split('@').next().unwrap_or(holder));
                match inner.source(expression) {
                    Some((name, Source::Outsider(_))) => {
                        add(found, span, RiskKind::Injection, part.id, &name, &problem());
                    }
                    Some((subject, source)) => {
                        flow(found, span, part, subject, source, InputTarget::Code(problem()));
                    }
                    None => {}
                }
            }
            if is_after_run && has_artifact && holder == "run" {
                for span in artifact_writes(node) {
                    let (subject, problem) =
                        ("the content of an artifact", "written to the environment of later steps");
                    add(found, span, RiskKind::Injection, part.id, subject, problem);
                }
            }
            has_artifact |=
                node.text().is_some_and(|text| text.contains("gh run download") || text.contains("downloadArtifact"));
        }
        has_artifact |= uses.contains("download-artifact");
        scope.add_step(step);
    }
}

/// The scalars of a step that are code, each with what holds it.
fn codes<'a>(step: &'a Node, uses: &'a str) -> impl Iterator<Item = (&'a Node, &'a str)> {
    let is_code = |name: &Node| name.text().is_some_and(|name| CODE_INPUTS.contains(&name));
    let inputs = step.get("with").map_or(&[][..], Node::entries).iter();
    let given = inputs.filter(move |(name, _)| !uses.is_empty() && is_code(name)).map(move |(_, value)| (value, uses));
    step.get("run").map(|run| (run, "run")).into_iter().chain(given)
}

/// Notes what a job or a step gives to a workflow or an action of the same repository.
fn pass_on(caller: &Node, scope: &Scope, part: &Part<'_>, found: &mut Found<'_>) {
    let target = caller.get("uses").and_then(Node::text).unwrap_or("");
    let Some(path) = target.strip_prefix("./").or_else(|| target.strip_prefix("$/")) else { return };
    for (name, value) in caller.get("with").map_or(&[][..], Node::entries) {
        let Some((subject, source)) = expressions(value).iter().find_map(|(_, it)| scope.source(it)) else { continue };
        let input = name.text().unwrap_or("").to_ascii_lowercase();
        let target = InputTarget::Call { path: format!("./{}", path.split('@').next().unwrap_or(path)), input };
        flow(found, value.span, part, subject, source, target);
    }
}

fn flow(found: &mut Found<'_>, span: Span, part: &Part<'_>, subject: String, source: Source, target: InputTarget) {
    let input = match source {
        Source::Input(name) => Some(name),
        Source::Outsider(_) => None,
    };
    found.add(span, Data::InputFlow(InputFlow { job: part.id.to_owned(), subject, input, target }));
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

    #[test]
    fn the_nearest_variable_counts() {
        let covered = "      - run: echo ${{ env.T }}\n        env:\n          T: fixed\n";
        assert!(step(covered).is_empty());
        let passed_on = "      - run: echo ${{ env.T }}\n        env:\n          T: ${{ env.T }}\n";
        assert_eq!(step(passed_on), ["injection 8 env.T"]);
    }

    #[test]
    fn a_matrix_holds_what_it_is_made_of() {
        let text = "on: pull_request\npermissions: {}\njobs:\n  a:\n    strategy:\n      matrix:\n        branch: [main, \"${{ github.head_ref }}\"]\n        os: [linux]\n    steps:\n      - run: git log ${{ matrix.branch }}\n      - run: echo ${{ matrix.os }}\n";
        assert_eq!(risks(text), ["injection 10 matrix.branch"]);
    }

    #[test]
    fn inputs_are_followed_elsewhere() {
        let text = "on: {workflow_call: {inputs: {title: {type: string}}}}\njobs:\n  a:\n    steps:\n      - run: echo ${{ inputs.title }}\n  b:\n    uses: ./.github/workflows/b.yml\n    with: {title: \"${{ github.head_ref }}\"}\n";
        assert_eq!(
            risks(text),
            [
                "flow 5 inputs.title to code",
                "flow 8 github.head_ref to ./.github/workflows/b.yml title",
                "flow 7 the change to ./.github/workflows/b.yml (change)"
            ]
        );
    }
}
