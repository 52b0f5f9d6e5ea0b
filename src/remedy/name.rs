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

/// A name as labels of Kubernetes and hosts allow it.
pub(super) fn label(name: &str) -> String {
    let name = name.to_ascii_lowercase().replace(['_', '.'], "-");
    let name = name.trim_matches('-');
    if name.is_empty() { "app".to_owned() } else { name.chars().take(50).collect() }
}
