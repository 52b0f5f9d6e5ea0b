//! Constraints that an `ALTER TABLE` adds: what they make the database do to the rows that exist.

use super::name::normal;
use super::words::Words;
use crate::facts::{Column, NOT_NULL, Operation};
use crate::syntax::sql::{Token, TokenKind};

/// A constraint that is added.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Added {
    pub(super) operation: Operation,
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    pub(super) detail: String,
}

/// Reads the tokens of `[ADD] [CONSTRAINT name] …`.
pub(super) fn read(text: &str, tokens: &[Token]) -> Added {
    let mut words = Words::new(text, tokens);
    words.skip_any(&["add"]);
    let name = if words.skip_any(&["constraint"]) { words.name().unwrap_or_default() } else { String::new() };
    let pair = |first: &str, second: &str| {
        tokens.windows(2).any(|two| matches!(two, [a, b] if a.is_word(text, first) && b.is_word(text, second)))
    };
    let takes_index = pair("using", "index");
    let is_unvalidated = pair("not", "valid");
    let group = group(text, tokens);
    let mut columns: Vec<Column> = match group {
        Some(group) => names(text, group),
        None => Vec::new(),
    };
    let mut detail = String::new();
    let operation = match () {
        () if words.at("primary") && !takes_index => Operation::AddPrimaryKey,
        () if words.at("unique") && !takes_index => Operation::AddUnique,
        () if words.at("foreign") => {
            words.skip_to(&["references"]);
            detail = words.name().unwrap_or_default();
            if is_unvalidated { Operation::AddUnvalidated } else { Operation::AddForeignKey }
        }
        () if words.at("check") => {
            columns = group.map(|group| mentioned(text, group)).unwrap_or_default();
            if let Some(column) = group.and_then(|group| column_that_is_not_null(text, group)) {
                columns = vec![Column::named(column)];
                NOT_NULL.clone_into(&mut detail);
            }
            if is_unvalidated { Operation::AddUnvalidated } else { Operation::AddCheck }
        }
        () if words.skip_any(&["not"]) => {
            words.skip_any(&["null"]);
            columns = words.name().map(Column::named).into_iter().collect();
            NOT_NULL.clone_into(&mut detail);
            if is_unvalidated { Operation::AddUnvalidated } else { Operation::AddCheck }
        }
        () if words.at("exclude") => Operation::AddExclusion,
        () => Operation::AddConstraint,
    };
    Added { operation, name, columns, detail }
}

/// The tokens inside the first brackets.
pub(super) fn group<'t>(text: &str, tokens: &'t [Token]) -> Option<&'t [Token]> {
    let open = tokens.iter().position(|token| token.is_sign(text, "("))?;
    let rest = tokens.get(open + 1..)?;
    let mut depth = 1_usize;
    let close = rest.iter().position(|token| {
        match token.text(text) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })?;
    rest.get(..close)
}

/// The first word of each part between commas.
pub(super) fn names(text: &str, group: &[Token]) -> Vec<Column> {
    let parts = group.split(|token| token.is_sign(text, ","));
    parts.filter_map(|part| Some(Column::named(normal(part.first()?.text(text))))).collect()
}

/// Every name in a condition.
fn mentioned(text: &str, group: &[Token]) -> Vec<Column> {
    const KEYWORDS: &[&str] =
        &["and", "or", "not", "is", "null", "in", "between", "like", "any", "all", "true", "false"];
    group
        .iter()
        .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted))
        .map(|token| token.text(text))
        .filter(|word| !word.starts_with(|first: char| first.is_ascii_digit()))
        .filter(|word| !KEYWORDS.iter().any(|keyword| word.eq_ignore_ascii_case(keyword)))
        .map(|word| Column::named(normal(word)))
        .collect()
}

/// The column of a condition that is `column IS NOT NULL` and nothing more.
fn column_that_is_not_null(text: &str, group: &[Token]) -> Option<String> {
    let bare: Vec<&Token> = group.iter().filter(|token| !["(", ")"].contains(&token.text(text))).collect();
    match bare.as_slice() {
        [column, is, not, null] if is.is_word(text, "is") && not.is_word(text, "not") && null.is_word(text, "null") => {
            Some(normal(column.text(text)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::sql::{SqlMode, statements};

    fn added(written: &str) -> (Operation, String, Vec<String>, String) {
        let text = format!("alter table t {written}");
        let statement = statements(&text, 0..text.len(), SqlMode::Script).remove(0);
        let added = read(&text, &statement.tokens[3..]);
        let columns = added.columns.into_iter().map(|column| column.name).collect();
        (added.operation, added.name, columns, added.detail)
    }

    #[test]
    fn each_constraint_says_what_it_does_to_old_rows() {
        for (written, operation, name, columns, detail) in [
            ("add constraint k foreign key (a, \"B\") references u (id)", Operation::AddForeignKey, "k", "a B", "u"),
            ("add foreign key (a) references s.u (id) not valid", Operation::AddUnvalidated, "", "a", "s.u"),
            ("add constraint k check (a > 0 and b in (1, 2))", Operation::AddCheck, "k", "a b", ""),
            ("add constraint k check (a is not null) not valid", Operation::AddUnvalidated, "k", "a", "not-null"),
            ("add constraint k unique (a)", Operation::AddUnique, "k", "a", ""),
            ("add constraint k unique using index i", Operation::AddConstraint, "k", "", ""),
            ("add primary key (a)", Operation::AddPrimaryKey, "", "a", ""),
            ("add constraint k primary key using index i", Operation::AddConstraint, "k", "", ""),
            ("add constraint k not null a not valid", Operation::AddUnvalidated, "k", "a", "not-null"),
        ] {
            let columns = columns.split_whitespace().map(str::to_owned).collect();
            assert_eq!(added(written), (operation, name.to_owned(), columns, detail.to_owned()), "{written}");
        }
    }
}
