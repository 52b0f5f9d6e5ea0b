//! The words that a name in code is made of.

/// The words of a name: `prisma.$queryRaw` is `prisma`, `query`, `raw`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_lower = false;
    let mut is_inside = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            is_inside = false;
            was_lower = false;
            continue;
        }
        if !is_inside || (was_lower && c.is_ascii_uppercase()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c.to_ascii_lowercase());
        }
        is_inside = true;
        was_lower = !c.is_ascii_uppercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        assert_eq!(words("prisma.$queryRaw"), ["prisma", "query", "raw"]);
        assert_eq!(words("DB.CanConnectAsync"), ["db", "can", "connect", "async"]);
        assert_eq!(words("get_current_user"), ["get", "current", "user"]);
    }
}
