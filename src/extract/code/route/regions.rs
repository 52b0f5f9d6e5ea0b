//! Regions of a text in which every route lies below a prefix or behind a login: the bodies of groups, scopes, classes.

use std::ops::Range;

use super::join;

/// The regions of a file.
#[derive(Debug, Default)]
pub(super) struct Regions {
    list: Vec<Region>,
}

#[derive(Debug)]
struct Region {
    range: Range<usize>,
    prefix: String,
    needs_login: bool,
}

impl Regions {
    /// Adds one.
    pub(super) fn add(&mut self, range: Range<usize>, prefix: &str, needs_login: bool) {
        self.list.push(Region { range, prefix: prefix.to_owned(), needs_login });
    }

    /// What holds at a byte: the prefixes from the outermost region to the innermost, and whether one wants a login.
    pub(super) fn at(&self, byte: usize) -> (String, bool) {
        let mut around: Vec<&Region> = self.list.iter().filter(|region| region.range.contains(&byte)).collect();
        around.sort_by_key(|region| std::cmp::Reverse(region.range.len()));
        let prefix = around.iter().fold(String::new(), |prefix, region| match region.prefix.trim_end_matches('/') {
            "" => prefix,
            inner => join(&prefix, inner),
        });
        (prefix, around.iter().any(|region| region.needs_login))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_join_from_the_outside_and_one_login_is_enough() {
        let mut regions = Regions::default();
        regions.add(10..20, "v1", false);
        regions.add(0..100, "/api/", false);
        regions.add(12..15, "", true);
        assert_eq!(regions.at(50), ("/api".to_owned(), false));
        assert_eq!(regions.at(11), ("/api/v1".to_owned(), false));
        assert_eq!(regions.at(13), ("/api/v1".to_owned(), true));
        assert_eq!(regions.at(200), (String::new(), false));
    }
}
