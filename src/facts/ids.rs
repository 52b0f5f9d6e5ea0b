//! Identities that are public interface.

use std::fmt;
use std::sync::Arc;

/// The id of a rule, `category/name`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleId(Arc<str>);

/// The id of a category, the part of a rule's id before the slash.
pub type CategoryId = Arc<str>;

impl RuleId {
    /// The id `category/name`; `None` where the text has not that form or is not kebab-case.
    pub fn parse(text: &str) -> Option<Self> {
        let (category, name) = text.split_once('/')?;
        let is_kebab = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                && !part.starts_with('-')
                && !part.ends_with('-')
        };
        (is_kebab(category) && is_kebab(name)).then(|| Self(Arc::from(text)))
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The category's id.
    pub fn category(&self) -> &str {
        self.0.split_once('/').map_or("", |(category, _)| category)
    }

    /// The name inside the category.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, name)| name)
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
