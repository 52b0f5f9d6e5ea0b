//! Texts with the values of the variables that they name, where the pipeline's files give them.

/// How many texts one text becomes when its variables have several values.
const MAX_VARIANTS: usize = 24;

/// The texts that a text stands for. What has no known value stands as written.
pub(super) fn variants(text: &str, values: &[(String, Vec<String>)]) -> Vec<String> {
    let mut texts = vec![text.to_owned()];
    // Variables of the environment are made of the others: `TESTS: ${{ matrix.tests }}`.
    let (variables, others): (Vec<_>, Vec<_>) = values.iter().partition(|(name, _)| name.starts_with("env."));
    for (name, list) in variables.into_iter().chain(others) {
        let list: Vec<&String> = list.iter().filter(|value| !value.contains('\n')).collect();
        if list.is_empty() || list.len() * texts.len() > MAX_VARIANTS {
            continue;
        }
        let next: Vec<String> =
            texts.iter().flat_map(|text| list.iter().map(|value| replaced(text, name, value))).collect();
        texts = next;
        texts.dedup();
    }
    texts.sort_unstable();
    texts.dedup();
    texts
}

fn replaced(text: &str, name: &str, value: &str) -> String {
    let text = replaced_expressions(text, name, value);
    match name.strip_prefix("env.") {
        Some(bare) => replaced_variables(&text, bare, value),
        None => text,
    }
}

/// `${{ name }}`.
fn replaced_expressions(text: &str, name: &str, value: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let Some((inner, after)) = after.split_once("}}") else { break };
        result.push_str(before);
        if inner.trim() == name {
            result.push_str(value);
        } else {
            result.extend(["${{", inner, "}}"]);
        }
        rest = after;
    }
    result.push_str(rest);
    result
}

/// `$NAME` and `${NAME}`.
fn replaced_variables(text: &str, name: &str, value: &str) -> String {
    let text = text.replace(&format!("${{{name}}}"), value);
    let needle = format!("${name}");
    let mut result = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once(&needle) {
        result.push_str(before);
        let goes_on = after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        result.push_str(if goes_on { &needle } else { value });
        rest = after;
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_stand_in_place() {
        let values = [
            ("env.CARGO".to_owned(), vec!["cargo".to_owned()]),
            ("matrix.t".to_owned(), vec!["a".to_owned(), "b".to_owned()]),
        ];
        assert_eq!(
            variants("${{ env.CARGO }} ${{matrix.t}} $CARGO $CARGO_HOME ${CARGO}", &values),
            ["cargo a cargo $CARGO_HOME cargo", "cargo b cargo $CARGO_HOME cargo"]
        );
        assert_eq!(variants("${{ inputs.x }}", &values), ["${{ inputs.x }}"]);
        let nested = [
            ("matrix.t".to_owned(), vec!["a".to_owned(), "b".to_owned()]),
            ("env.T".to_owned(), vec!["${{ matrix.t }}".to_owned()]),
        ];
        assert_eq!(variants("run $T", &nested), ["run a", "run b"]);
    }
}
