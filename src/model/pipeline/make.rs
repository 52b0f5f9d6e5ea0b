//! What a recipe of make says once the variables of the command line are known: `make RACE=1 test`.

/// How deep functions nest before the text is left as it is.
const MAX_ROUNDS: usize = 16;

/// A recipe with its `$(if …)` decided and the given variables in place. What has no value is empty, as it is for make.
pub(super) fn evaluate(recipe: &str, given: &[String]) -> String {
    let mut text = recipe.to_owned();
    for (name, value) in given.iter().filter_map(|word| word.split_once('=')) {
        let name = name.trim_end_matches([':', '?', '+']);
        text = text.replace(&format!("$({name})"), value).replace(&format!("${{{name}}}"), value);
    }
    for _ in 0..MAX_ROUNDS {
        // The last one is the innermost.
        let Some(start) = text.rfind("$(if ") else { break };
        let Some(from) = text.get(start + "$(if ".len()..) else { break };
        let Some((parts, length)) = arguments(from) else { break };
        let chosen = if holds(parts.first().copied().unwrap_or("")) { parts.get(1) } else { parts.get(2) };
        let chosen = chosen.copied().unwrap_or("").to_owned();
        text.replace_range(start..start + "$(if ".len() + length, &chosen);
    }
    text
}

/// Whether a condition is not empty: what stands as a variable has no known value.
fn holds(condition: &str) -> bool {
    let condition = condition.trim();
    let is_unknown = condition.starts_with("$(") && condition.ends_with(')') && !condition.contains(' ');
    !condition.is_empty() && !is_unknown
}

/// The arguments of a function, up to the bracket that closes it, and how long they are with it.
fn arguments(text: &str) -> Option<(Vec<&str>, usize)> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => {
                parts.extend(text.get(start..at));
                return Some((parts, at + 1));
            }
            ')' => depth -= 1,
            // A function has three arguments at most: commas after them are text.
            ',' if depth == 0 && parts.len() < 2 => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::evaluate;

    #[test]
    fn variables_of_the_command_line_decide() {
        let given = ["RACE=1".to_owned()];
        assert_eq!(evaluate("go test $(if $(RACE),-race,-short) ./...", &given), "go test -race ./...");
        assert_eq!(evaluate("go test $(if $(RACE),-race,-short) ./...", &[]), "go test -short ./...");
        assert_eq!(evaluate("$(if $(A),x,$(if $(RACE),y))", &given), "y");
        assert_eq!(evaluate("test $(RACE) ${RACE} $(OTHER)", &given), "test 1 1 $(OTHER)");
        assert_eq!(evaluate("$(if $(A", &given), "$(if $(A");
    }
}
