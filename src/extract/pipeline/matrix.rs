//! Whether the matrix of a GitHub job leaves anything to run.

use crate::syntax::data::Node;

/// Matrices with more combinations are not counted out.
const MAX_COMBINATIONS: usize = 256;

/// Whether no combination is left: a list without items, or everything excluded, and nothing included.
pub(super) fn is_empty(job: &Node) -> bool {
    let Some(matrix) = job.at(&["strategy", "matrix"]) else { return false };
    if matrix.get("include").is_some_and(|included| !included.items().is_empty() || included.scalar().is_some()) {
        return false;
    }
    let is_axis = |(key, values): &&(Node, Node)| {
        // What an expression gives is not known.
        !matches!(key.text(), Some("include" | "exclude")) && values.scalar().is_none() && values.entries().is_empty()
    };
    let axes: Vec<&(Node, Node)> = matrix.entries().iter().filter(is_axis).collect();
    if axes.iter().any(|(_, values)| values.items().is_empty()) {
        return true;
    }
    let excluded = matrix.get("exclude").map_or(&[][..], Node::items);
    let count = axes.iter().try_fold(1_usize, |count, (_, values)| count.checked_mul(values.items().len()));
    !excluded.is_empty()
        && count.is_some_and(|count| (1..=MAX_COMBINATIONS).contains(&count))
        && combinations(&axes).iter().all(|combination| excluded.iter().any(|pattern| covers(pattern, combination)))
}

type Combination<'a> = Vec<(Option<&'a str>, &'a Node)>;

fn combinations<'a>(axes: &[&'a (Node, Node)]) -> Vec<Combination<'a>> {
    let mut all: Vec<Combination<'a>> = vec![Vec::new()];
    for (key, values) in axes {
        all = all
            .iter()
            .flat_map(|start| values.items().iter().map(|value| [start.as_slice(), &[(key.text(), value)]].concat()))
            .collect();
    }
    all
}

/// Whether every key of an exclusion has the value of a combination.
fn covers(pattern: &Node, combination: &Combination<'_>) -> bool {
    let has = |(key, value): &(Node, Node)| {
        combination
            .iter()
            .any(|(name, own)| *name == key.text() && value.text().is_some() && own.text() == value.text())
    };
    !pattern.entries().is_empty() && pattern.entries().iter().all(has)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::pipeline::testing::file;
    use crate::syntax::Source;

    fn empty(matrix: &str) -> bool {
        let text = format!("strategy:\n  matrix: {matrix}\n");
        let file = file("a.yml");
        let source = Source::new(&file, &text);
        is_empty(&source.yaml().unwrap()[0])
    }

    #[test]
    fn a_matrix_may_exclude_everything() {
        assert!(empty("{os: [a, b], node: [1], exclude: [{os: a}, {os: b, node: 1}]}"));
        assert!(!empty("{os: [a, b], exclude: [{os: a}]}"));
        assert!(!empty("{os: [a], exclude: [{os: a}], include: [{os: c}]}"));
        assert!(empty("{os: []}"));
        assert!(!empty("{os: \"${{ fromJson(x) }}\", exclude: [{os: a}]}"));
    }
}
