//! Files in which tests are written, told by how each language's frameworks declare a test.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Language, Role, Span, TestFile};
use crate::syntax::Source;

/// How a language declares a test: the file it must be in, and the starts of lines that do it.
struct Sign {
    languages: &'static [Language],
    is_file: fn(&File) -> bool,
    starts: &'static [&'static str],
}

const SIGNS: &[Sign] = &[
    Sign {
        languages: &[Language::TypeScript, Language::Tsx, Language::JavaScript, Language::Vue, Language::Svelte],
        is_file: is_test_or_named,
        starts: &["test(", "it(", "describe(", "test.", "it.", "describe.", "Deno.test(", "QUnit.test(", "suite("],
    },
    Sign { languages: &[Language::Python], is_file: is_test_or_named, starts: &["def test", "async def test"] },
    Sign {
        languages: &[Language::Go],
        is_file: |file| file.name().ends_with("_test.go"),
        starts: &["func Test", "func Fuzz", "func Example"],
    },
    Sign {
        languages: &[Language::Rust],
        is_file: |file| file.role.is_written(),
        starts: &[
            "#[test]",
            "#[tokio::test",
            "#[rstest",
            "#[async_std::test",
            "#[wasm_bindgen_test",
            "#[actix_web::test",
            "#[sqlx::test",
            "rgtest!(",
            "proptest!",
        ],
    },
    Sign {
        languages: &[Language::Java, Language::Kotlin, Language::Scala, Language::Groovy],
        is_file: is_test_or_named,
        starts: &[
            "@Test",
            "@ParameterizedTest",
            "@RepeatedTest",
            "@Property",
            "def \"",
            "test(",
            "it(",
            "describe(",
            "should(",
            "class ",
        ],
    },
    Sign {
        languages: &[Language::CSharp, Language::FSharp, Language::VisualBasic],
        is_file: is_test_or_named,
        starts: &["[Fact", "[Theory", "[Test", "[DataTestMethod", "[<Fact", "[<Test", "<Fact", "<Test"],
    },
    Sign {
        languages: &[Language::Ruby],
        is_file: is_test_or_named,
        starts: &[
            "RSpec.describe",
            "describe ",
            "context ",
            "it ",
            "feature ",
            "scenario ",
            "RSpec.feature",
            "def test_",
            "test \"",
        ],
    },
    Sign {
        languages: &[Language::Php],
        is_file: is_test_or_named,
        starts: &["public function test", "function test", "#[Test]", "it(", "test(", "public function it_"],
    },
    Sign { languages: &[Language::Elixir], is_file: is_test_or_named, starts: &["test ", "describe ", "property "] },
    Sign { languages: &[Language::Swift], is_file: is_test_or_named, starts: &["func test", "@Test"] },
    Sign { languages: &[Language::Dart], is_file: is_test_or_named, starts: &["test(", "testWidgets(", "group("] },
    Sign {
        languages: &[Language::C, Language::Cpp],
        is_file: is_test_or_named,
        starts: &["TEST(", "TEST_F(", "TEST_P(", "TEST_CASE(", "BOOST_AUTO_TEST_CASE(", "SCENARIO("],
    },
    Sign {
        languages: &[Language::Haskell, Language::Clojure, Language::Lua, Language::Julia],
        is_file: is_test_or_named,
        starts: &["describe", "(deftest", "it ", "it(", "@testset", "spec "],
    },
];

/// Texts that only tests of a whole product in a browser or on a device hold.
const BROWSERS: &[&str] = &[
    "@playwright/test",
    "playwright.sync_api",
    "playwright.async_api",
    "Microsoft.Playwright",
    "com.microsoft.playwright",
    "playwright-go",
    "cy.visit(",
    "cy.get(",
    "puppeteer",
    "webdriverio",
    "selenium",
    "testcafe",
    "chromedp",
    "page.goto(",
    "browser.url(",
    "capybara",
    "Capybara",
    "device.launchApp",
    "Hound.",
    "Wallaby",
    "Laravel\\Dusk",
];

/// Folders for tests that drive a browser, whatever they import.
const BROWSER_FOLDERS: &[&str] = &["e2e", "cypress", "playwright", "end-to-end"];

/// Finds files of tests.
#[derive(Clone, Copy)]
pub(super) struct TestFiles;

impl Extractor for TestFiles {
    fn name(&self) -> &'static str {
        "test-file"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(
            ["test", "Test", "it(", "describe", "[Fact", "[Theory", "TEST", "SCENARIO"].map(str::to_owned).to_vec(),
        )
    }

    fn wants(&self, file: &File) -> bool {
        let is_ours = matches!(file.role, Role::Product | Role::Test);
        is_ours && file.language.is_some_and(|language| signs(language).any(|sign| (sign.is_file)(file)))
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some(language) = source.file.language else { return };
        let starts: Vec<&'static str> = signs(language).flat_map(|sign| sign.starts.iter().copied()).collect();
        let code = source.code();
        let declares = code.lines().enumerate().find_map(|(index, line)| {
            let line = line.trim_start();
            let start = starts.iter().find(|start| line.starts_with(start.trim_end_matches('"')))?;
            (!start.starts_with("class ") || is_suite(line)).then_some((index, *start))
        });
        let Some((index, sign)) = declares else { return };
        let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let is_end_to_end = is_end_to_end(source, language);
        let span = Span { line, column: 1, end_line: line, end_column: 1 };
        found.add(span, Data::TestFile(TestFile { is_end_to_end, sign }));
    }
}

fn signs(language: Language) -> impl Iterator<Item = &'static Sign> {
    SIGNS.iter().filter(move |sign| sign.languages.contains(&language))
}

/// A class of `ScalaTest`, specs2, Kotest or Spock, whose tests are no methods.
fn is_suite(line: &str) -> bool {
    const SUITES: &[&str] = &["Suite", "Spec", "Specification", "FunSpec", "StringSpec", "PropSpec", "FlatSpec"];
    line.contains("extends ") && SUITES.iter().any(|suite| line.contains(suite))
        || line.contains(" : ") && SUITES.iter().any(|suite| line.contains(&format!("{suite}(")))
}

fn is_test_or_named(file: &File) -> bool {
    let name = file.name();
    file.role == Role::Test
        || [".test.", ".spec.", "_test.", "_spec."].iter().any(|mark| name.contains(mark))
        || name.starts_with("test_")
}

fn is_end_to_end(source: &Source<'_>, language: Language) -> bool {
    let mut folders = source.file.path.split('/');
    let is_there = match language {
        // `features` and `system` are Rails' names for browser tests; elsewhere they are about the product.
        Language::Ruby => folders.any(|part| matches!(part, "features" | "system" | "e2e")),
        Language::Php => folders.any(|part| matches!(part, "Browser" | "e2e")),
        _ => folders.any(|part| BROWSER_FOLDERS.contains(&part)),
    };
    is_there || language != Language::Rust && BROWSERS.iter().any(|mark| source.text().contains(mark))
}

#[cfg(test)]
mod tests {
    use super::super::testing::facts;
    use super::*;

    fn of(path: &str, text: &str) -> Vec<(&'static str, bool)> {
        let tests = facts(&TestFiles, path, text).into_iter().filter_map(|fact| match fact.data {
            Data::TestFile(file) => Some((file.sign, file.is_end_to_end)),
            _ => None,
        });
        tests.collect()
    }

    #[test]
    fn each_language_declares_tests_in_its_own_way() {
        for (path, text, sign) in [
            ("src/cart.test.ts", "test('x', () => {})", "test("),
            ("tests/test_cart.py", "def test_x():\n    pass\n", "def test"),
            ("cart_test.go", "func TestCart(t *testing.T) {}", "func Test"),
            ("src/cart.rs", "mod tests {\n    #[test]\n    fn x() {}\n}", "#[test]"),
            ("spec/cart_spec.rb", "RSpec.describe Cart do\nend", "RSpec.describe"),
        ] {
            assert_eq!(of(path, text), [(sign, false)], "{path}");
        }
    }

    #[test]
    fn what_drives_a_browser_is_end_to_end() {
        assert_eq!(of("a.spec.ts", "import { test } from '@playwright/test'\ntest('x', f)"), [("test(", true)]);
        assert_eq!(of("spec/features/a_spec.rb", "describe \"a\" do\nend"), [("describe ", true)]);
    }

    #[test]
    fn comments_product_code_and_helpers_are_no_tests() {
        assert!(of("src/cart.test.ts", "// test('x')\nexport const a = 1").is_empty());
        assert!(of("src/cart.ts", "test('x', f)").is_empty());
        assert!(of("src/cart.rs", "// #[test]\nfn test() {}").is_empty());
    }
}
