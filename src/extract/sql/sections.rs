//! Files that hold the way forward and the way back: which part is forward.

use std::ops::Range;

/// The forward parts of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sections {
    /// The tool whose comments mark the parts, `""` where none does.
    pub(super) tool: &'static str,
    /// The bytes that are forward.
    pub(super) regions: Vec<Range<usize>>,
    /// The bytes that take it back.
    pub(super) back: Vec<Range<usize>>,
}

/// The comments that begin a section, in lower case with single blanks: tool, forward, back.
const MARKS: &[(&str, &str, &str)] = &[
    ("goose", "-- +goose up", "-- +goose down"),
    ("dbmate", "-- migrate:up", "-- migrate:down"),
    ("sql-migrate", "-- +migrate up", "-- +migrate down"),
    ("node-pg-migrate", "-- up migration", "-- down migration"),
    ("rambler", "-- rambler up", "-- rambler down"),
    ("play-evolutions", "-- !ups", "-- !downs"),
    ("play-evolutions", "# --- !ups", "# --- !downs"),
    ("liquibase", "--liquibase formatted sql", ""),
    ("liquibase", "-- liquibase formatted sql", ""),
    ("liquibase", "--changeset", ""),
    ("liquibase", "-- changeset", ""),
    ("aerich", "-- upgrade --", "-- downgrade --"),
    ("tern", "", "---- create above / drop below ----"),
];

/// Finds the forward parts of a file: all of it where no comment says otherwise.
pub(super) fn forward(text: &str) -> Sections {
    let mut marks = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with(['-', '#']) {
            marks.extend(mark(line).map(|(tool, is_forward)| (start, start + line.len(), tool, is_forward)));
        }
        start += line.len();
    }
    let Some(&(first, _, tool, starts_forward)) = marks.first() else {
        return Sections { tool: "", regions: std::iter::once(0..text.len()).collect(), back: Vec::new() };
    };
    let (mut regions, mut back) = (Vec::new(), Vec::new());
    if !starts_forward {
        regions.push(0..first);
    }
    for (index, &(_, begin, _, is_forward)) in marks.iter().enumerate() {
        let section = begin..marks.get(index + 1).map_or(text.len(), |next| next.0);
        if is_forward { regions.push(section) } else { back.push(section) }
    }
    Sections { tool, regions, back }
}

/// The tool of a section comment and whether the section is forward.
fn mark(line: &str) -> Option<(&'static str, bool)> {
    let words: Vec<String> = line.split_whitespace().map(str::to_ascii_lowercase).collect();
    let plain = words.join(" ");
    let begins = |mark: &str| plain.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    MARKS.iter().find_map(|&(tool, up, down)| match () {
        () if !up.is_empty() && begins(up) => Some((tool, true)),
        () => (!down.is_empty() && begins(down)).then_some((tool, false)),
    })
}

/// The comments, in lower case without blanks, by which a file asks its tool for no transaction.
const NO_TRANSACTION: &[&str] = &[
    "--+goosenotransaction",
    "--migrate:uptransaction:false",
    "--+migrateupnotransaction",
    "--no-transaction",
    "--atlas:txmodenone",
    "----tern:disable-tx----",
    "--flyway:executeintransaction=false",
];

/// Whether a comment of a file asks for no transaction around it.
pub(super) fn has_no_transaction(text: &str) -> bool {
    text.lines().filter(|line| line.starts_with("--")).any(|line| {
        let plain: String = line.split_whitespace().collect::<String>().to_ascii_lowercase();
        NO_TRANSACTION.iter().any(|mark| plain.starts_with(mark))
    })
}

/// Whether a change set of Liquibase says how it is taken back.
pub(super) fn has_rollback(text: &str) -> bool {
    text.lines().filter_map(|line| line.strip_prefix("--")).any(|line| {
        line.trim_start()
            .strip_prefix("rollback")
            .is_some_and(|rest| !matches!(rest.trim(), "" | "empty" | "not required"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (&'static str, Vec<&str>) {
        let sections = forward(text);
        (sections.tool, sections.regions.into_iter().map(|region| text.get(region).unwrap().trim()).collect())
    }

    #[test]
    fn only_forward_sections_are_kept() {
        assert_eq!(parts("x\n-- +goose Up\na\n-- +goose Down\nb\n"), ("goose", vec!["a"]));
        assert_eq!(parts("--  migrate:up transaction:false\na\n-- migrate:down\n"), ("dbmate", vec!["a"]));
        assert_eq!(parts("a\n---- create above / drop below ----\nb"), ("tern", vec!["a"]));
        let sets = "--liquibase formatted sql\n--changeset me:1\na\n-- changeset me:2\nb";
        assert_eq!(parts(sets), ("liquibase", vec!["", "a", "b"]));
        assert_eq!(parts("-- +migrate Down\nb\n-- +migrate Up\na"), ("sql-migrate", vec!["", "a"]));
    }

    #[test]
    fn a_comment_may_ask_for_no_transaction() {
        for text in ["-- +goose NO TRANSACTION\n-- +goose Up", "-- migrate:up transaction:false", "-- no-transaction"] {
            assert!(has_no_transaction(text), "{text}");
        }
        assert!(!has_no_transaction("-- migrate:up\nselect 'a' -- no-transaction"));
    }

    #[test]
    fn a_file_without_marks_is_forward() {
        assert_eq!(parts("a -- +goose Down\nb"), ("", vec!["a -- +goose Down\nb"]));
    }
}
