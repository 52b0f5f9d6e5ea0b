//! Files that hold tests, and how many they are.

use super::{Attributes, Value};

/// A file in which tests are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFile {
    /// It tests a whole product.
    pub is_end_to_end: bool,
    /// What drives a browser or a device in it: `Playwright`.
    pub driver: Option<&'static str>,
    /// What tells: `def test_*`, `[Fact]`.
    pub sign: &'static str,
}

impl Attributes for TestFile {
    const FIELDS: &'static [&'static str] = &["end-to-end", "driver", "sign"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "end-to-end" => Value::Flag(self.is_end_to_end),
            "driver" => Value::Text(self.driver?),
            "sign" => Value::Text(self.sign),
            _ => return None,
        })
    }
}

/// The tests of the repository beside its source code, at the first file of tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestSuite {
    /// Files with tests, end-to-end specs aside.
    pub tests: u64,
    /// Files of source code that run in production.
    pub sources: u64,
}

impl TestSuite {
    /// How many source files one file of tests stands for, rounded up.
    pub const fn sources_per_test(&self) -> u64 {
        if self.tests == 0 { u64::MAX } else { self.sources.div_ceil(self.tests) }
    }
}

impl Attributes for TestSuite {
    const FIELDS: &'static [&'static str] = &["tests", "sources", "sources-per-test"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tests" => Value::Number(self.tests),
            "sources" => Value::Number(self.sources),
            "sources-per-test" => Value::Number(self.sources_per_test()),
            _ => return None,
        })
    }
}
