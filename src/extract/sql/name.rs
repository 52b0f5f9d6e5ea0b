//! Names in SQL: without quotes, folded, without the default schema.

/// A name as the database compares it: `public."User"` → `User`, `Orders` → `orders`.
pub(super) fn normal(written: &str) -> String {
    let parts = parts(written);
    let kept = match parts.as_slice() {
        [schema, rest @ ..] if !rest.is_empty() && matches!(schema.as_str(), "public" | "main" | "dbo") => rest,
        all => all,
    };
    kept.join(".")
}

/// The parts of a dotted name.
fn parts(written: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for character in written.chars() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (None, '"' | '`') => quote = Some(character),
            (None, '.') => parts.push(String::new()),
            (None, blank) if blank.is_whitespace() => {}
            (inside, other) => {
                if let Some(part) = parts.last_mut() {
                    part.push(if inside.is_some() { other } else { other.to_ascii_lowercase() });
                }
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn quotes_and_the_default_schema_make_no_difference() {
        for (written, expected) in [
            ("\"User\"", "User"),
            ("public . \"User\"", "User"),
            ("`public`", "public"),
            ("Orders", "orders"),
            ("sales.Orders", "sales.orders"),
            ("\"a.b\"", "a.b"),
        ] {
            assert_eq!(normal(written), expected);
        }
    }
}
