//! How many files of tests stand beside the source code.

use super::Facts;
use crate::facts::{Data, Fact, File, Language, Role, TestFile, TestSuite};

/// The suite, at its first file; none where no test is written.
pub(super) fn derive(facts: &Facts, files: &[File]) -> Option<Fact> {
    let mut tests = facts.each::<TestFile>().filter(|(_, test)| !test.is_end_to_end).peekable();
    let (first, _) = tests.peek().copied()?;
    let is_source = |file: &&File| file.role == Role::Product && file.language.is_some_and(Language::is_programming);
    let suite = TestSuite {
        tests: u64::try_from(tests.count()).unwrap_or(u64::MAX),
        sources: u64::try_from(files.iter().filter(is_source).count()).unwrap_or(u64::MAX),
    };
    Some(Fact { data: Data::TestSuite(suite), ..first.clone() })
}
