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

/// Texts that only tests of a whole product in a browser or on a device hold, with what drives it.
const DRIVERS: &[(&str, &str)] = &[
    ("@playwright/test", "Playwright"),
    ("playwright.sync_api", "Playwright"),
    ("playwright.async_api", "Playwright"),
    ("Microsoft.Playwright", "Playwright"),
    ("com.microsoft.playwright", "Playwright"),
    ("playwright-go", "Playwright"),
    ("({ page", "Playwright"),
    ("cy.visit(", "Cypress"),
    ("cy.get(", "Cypress"),
    ("puppeteer", "Puppeteer"),
    ("webdriverio", "WebdriverIO"),
    ("selenium", "Selenium"),
    ("testcafe", "TestCafe"),
    ("chromedp", "chromedp"),
    ("page.goto(", "a page of a browser"),
    ("browser.url(", "WebdriverIO"),
    ("capybara", "Capybara"),
    ("Capybara", "Capybara"),
    ("device.launchApp", "Detox"),
    ("Hound.", "Hound"),
    ("Wallaby", "Wallaby"),
    ("Laravel\\Dusk", "Laravel Dusk"),
];

/// Folders for the tests of what drives a browser, whatever they import.
const FOLDERS: &[(&str, &str)] = &[("cypress", "Cypress"), ("playwright", "Playwright")];

/// The same in Ruby and PHP, where frameworks name them; elsewhere `features` and `system` are about the product.
const RUBY_FOLDERS: &[(&str, &str)] = &[("features", "Capybara"), ("system", "Capybara")];
const PHP_FOLDERS: &[(&str, &str)] = &[("Browser", "Laravel Dusk")];

/// Folders for tests of a whole product, in a browser or through its interface.
const WHOLE: &[&str] = &["e2e", "end-to-end"];

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
        let driver = driver(source, language);
        let is_end_to_end = driver.is_some() || source.file.path.split('/').any(|part| WHOLE.contains(&part));
        let span = Span { line, column: 1, end_line: line, end_column: 1 };
        found.add(span, Data::TestFile(TestFile { is_end_to_end, driver, sign }));
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

/// What drives a browser or a device in a file of tests.
fn driver(source: &Source<'_>, language: Language) -> Option<&'static str> {
    let text = source.text();
    let is_word = |mark: &str| {
        let starts_a_word = |at: usize| !text.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric));
        text.match_indices(mark).any(|(at, _)| starts_a_word(at))
    };
    let named = DRIVERS.iter().find(|(mark, _)| language != Language::Rust && is_word(mark));
    let folders = match language {
        Language::Ruby => RUBY_FOLDERS,
        Language::Php => PHP_FOLDERS,
        _ => FOLDERS,
    };
    let is_there = |folder: &str| source.file.path.split('/').any(|part| part == folder);
    named.or_else(|| folders.iter().find(|(folder, _)| is_there(folder))).map(|&(_, driver)| driver)
}

#[cfg(test)]
mod tests {
    use super::super::testing::facts;
    use super::*;

    fn found(path: &str, text: &str) -> Vec<TestFile> {
        let tests = facts(&TestFiles, path, text).into_iter().filter_map(|fact| match fact.data {
            Data::TestFile(file) => Some(file),
            _ => None,
        });
        tests.collect()
    }

    fn of(path: &str, text: &str) -> Vec<(&'static str, bool)> {
        found(path, text).iter().map(|file| (file.sign, file.is_end_to_end)).collect()
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
    fn what_drives_a_browser_is_named() {
        let driver = |path, text| found(path, text)[0].driver;
        assert_eq!(driver("a.spec.ts", "import { test } from '@playwright/test'\ntest('x', f)"), Some("Playwright"));
        assert_eq!(
            driver("e2e/a.spec.ts", "import { test } from './base'\ntest('x', async ({ page }) => {})"),
            Some("Playwright")
        );
        assert_eq!(driver("spec/features/a_spec.rb", "describe \"a\" do\nend"), Some("Capybara"));
        assert_eq!(driver("cypress/a.spec.js", "describe('x', f)"), Some("Cypress"));
        assert_eq!(driver("a.spec.ts", "test('x', () => policy.get('y'))"), None);
    }

    #[test]
    fn calls_of_an_interface_test_the_whole_and_drive_nothing() {
        let text = "def test_login():\n    api.post('/login')\n";
        assert_eq!(of("tests/e2e/test_login.py", text), [("def test", true)]);
        assert_eq!(found("tests/e2e/test_login.py", text)[0].driver, None);
    }

    #[test]
    fn comments_product_code_and_helpers_are_no_tests() {
        assert!(of("src/cart.test.ts", "// test('x')\nexport const a = 1").is_empty());
        assert!(of("src/cart.ts", "test('x', f)").is_empty());
        assert!(of("src/cart.rs", "// #[test]\nfn test() {}").is_empty());
    }
}
