//! Manifests that are written in ERB, as krane renders them: what an expression gives is unknown, and of branches the
//! first one counts.

use crate::facts::UNKNOWN_VALUE;

/// The manifest with its lines where they were.
pub(super) fn plain(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    // For each open block, whether its first branch is over.
    let mut blocks: Vec<bool> = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<%") {
        push(&mut output, before, &blocks);
        let Some((inside, behind)) = after.split_once("%>") else { return output };
        let starts_line = output.rsplit('\n').next().is_some_and(|line| line.trim().is_empty());
        let ends_line = behind.split('\n').next().is_some_and(|line| line.trim().is_empty());
        if let Some(expression) = inside.strip_prefix('=') {
            // A part that stands alone on its line brings lines of its own.
            let is_part = starts_line && ends_line;
            if !is_part && !expression.is_empty() {
                push(&mut output, UNKNOWN_VALUE, &blocks);
            }
        } else {
            control(inside.trim_matches(['-', ' ', '\n']), &mut blocks);
        }
        output.extend(inside.chars().filter(|c| *c == '\n'));
        rest = behind;
    }
    push(&mut output, rest, &blocks);
    output
}

fn push(output: &mut String, text: &str, blocks: &[bool]) {
    if blocks.contains(&true) {
        output.extend(text.chars().filter(|c| *c == '\n'));
    } else {
        output.push_str(text);
    }
}

fn control(code: &str, blocks: &mut Vec<bool>) {
    let first = code.split([' ', '(']).next().unwrap_or("");
    match first {
        "if" | "unless" | "case" => blocks.push(false),
        "else" | "elsif" => {
            if let Some(last) = blocks.last_mut() {
                *last = true;
            }
        }
        "end" => {
            blocks.pop();
        }
        _ if code.ends_with(" do") || code.contains(" do |") => blocks.push(false),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn first_branches_stand_and_expressions_are_unknown() {
        let text =
            "replicas: <%= count %>\n<% if big -%>\ncpu: 2\n<% else %>\ncpu: 1\n<% end %>\nimage: shop:<%= sha %>\n";
        assert_eq!(plain(text), "replicas: __unknown__\n\ncpu: 2\n\n\n\nimage: shop:__unknown__\n");
    }

    #[test]
    fn parts_and_loops_leave_their_lines() {
        let text = "env:\n<%= partial 'env' %>\n<% names.each do |name| %>\n- name: <%= name %>\n<% end %>\n";
        assert_eq!(plain(text), "env:\n\n\n- name: __unknown__\n\n");
        assert_eq!(plain("a: 1\n<% if x"), "a: 1\n");
    }
}
