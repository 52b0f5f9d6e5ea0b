//! Names of this repository as files, languages and hosts allow them.

/// Whether a path means nothing but itself in a workflow, a script and the like.
pub(super) fn is_plain(path: &str) -> bool {
    path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-'))
}

/// A name as languages write modules: `shop-api` is `ShopApi`.
pub(super) fn module(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
        .collect()
}

/// What a package of a path is called: the last part, without the major version of a module of Go.
pub(super) fn last_part(name: &str) -> &str {
    let is_version = |part: &str| {
        part.strip_prefix('v').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    match name.rsplit_once('/') {
        Some((before, last)) if is_version(last) => before.rsplit('/').next().unwrap_or(before),
        Some((_, last)) => last,
        None => name,
    }
}

/// A name as labels of Kubernetes and hosts allow it.
pub(super) fn label(name: &str) -> String {
    let name = name.to_ascii_lowercase().replace(['_', '.'], "-");
    let name = name.trim_matches('-');
    if name.is_empty() { "app".to_owned() } else { name.chars().take(50).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_major_version_is_no_name() {
        assert_eq!(last_part("example.com/reader/v2"), "reader");
        assert_eq!(last_part("@shop/api"), "api");
        assert_eq!(last_part("v2"), "v2");
    }
}
