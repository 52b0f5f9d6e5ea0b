//! What `.gitattributes` says about roles: `linguist-generated`, `linguist-vendored`, `linguist-documentation`.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::facts::Role;

/// The patterns of one file that set a role.
#[derive(Debug)]
pub(super) struct Attributes {
    /// The folder of the file, `""` for the root.
    folder: String,
    patterns: Vec<(Gitignore, Said)>,
}

/// What a line says about the files that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// They have this role.
    Role(Role),
    /// They have no special role, whatever earlier lines say.
    NoRole,
}

impl Attributes {
    /// Reads the attributes of a file in a folder.
    pub(super) fn new(folder: &str, text: &str) -> Self {
        let patterns = text.lines().filter_map(pattern).collect();
        Self { folder: folder.to_owned(), patterns }
    }

    /// What the file says about a path. The last line that matches wins.
    pub(super) fn role_of(&self, path: &str) -> Option<Said> {
        let inner =
            if self.folder.is_empty() { path } else { path.strip_prefix(self.folder.as_str())?.strip_prefix('/')? };
        let mut matching = self.patterns.iter().rev();
        matching.find(|(glob, _)| glob.matched_path_or_any_parents(inner, false).is_ignore()).map(|&(_, said)| said)
    }
}

fn pattern(line: &str) -> Option<(Gitignore, Said)> {
    let mut words = line.split_whitespace();
    let glob = words.next().filter(|glob| !glob.starts_with('#') && !glob.starts_with('!'))?;
    let said = words.find_map(|word| {
        let (name, is_set) = match word.split_once('=') {
            Some((name, value)) => (name, value == "true" || value == "1"),
            None => word.strip_prefix('-').map_or((word, true), |name| (name, false)),
        };
        let role = match name {
            "linguist-generated" => Role::Generated,
            "linguist-vendored" => Role::Vendored,
            "linguist-documentation" => Role::Documentation,
            _ => return None,
        };
        Some(if is_set { Said::Role(role) } else { Said::NoRole })
    })?;
    // Patterns of attributes mean what patterns of ignore files mean, apart from negation.
    let mut builder = GitignoreBuilder::new("");
    builder.add_line(None, glob).ok()?;
    Some((builder.build().ok()?, said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_matching_line_wins() {
        let attributes = Attributes::new("", "gen/** linguist-generated\ngen/hand.ts -linguist-generated\n# x\n");
        assert_eq!(attributes.role_of("gen/a.ts"), Some(Said::Role(Role::Generated)));
        assert_eq!(attributes.role_of("gen/hand.ts"), Some(Said::NoRole));
        assert_eq!(attributes.role_of("src/a.ts"), None);
    }

    #[test]
    fn a_nested_file_speaks_for_its_folder() {
        let attributes = Attributes::new("web", "*.js linguist-vendored=true");
        assert_eq!(attributes.role_of("web/lib/a.js"), Some(Said::Role(Role::Vendored)));
        assert_eq!(attributes.role_of("api/a.js"), None);
    }
}
