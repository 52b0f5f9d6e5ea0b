//! The forms of reading a variable, by language, as data.

use std::sync::LazyLock;

use regex::Regex;

use crate::facts::{File, Language};

/// Whose files a form is looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    JavaScript,
    One(Language),
    Jvm,
    /// Configuration of Spring.
    Spring,
    /// Configuration in HOCON: of Play, Akka and their kin.
    Hocon,
    /// Files of Docker Compose.
    Compose,
    /// YAML below `config`: of Symfony, and of Rails, which runs Ruby in it.
    Configured,
}

/// A form of reading a variable: where its literal stands in code, the expression, which starts there, gives the name.
pub(super) struct Form {
    pub(super) of: Where,
    pub(super) literal: &'static str,
    pub(super) expression: &'static str,
}

const NAME: &str = "(?<name>[A-Za-z_][A-Za-z0-9_]*)";

const MEMBER: &str = r#"(?:\??\.NAME|(?:\?\.)?\[\s*["'`]NAME_2["'`]\s*\])"#;
const CALL: &str = r#"\s*\(?\s*@?["']NAME["']"#;

/// A key of .NET's configuration, in which `:` parts the levels that a variable parts by `__`.
const KEY: &str = r#"\s*"(?<name>[A-Za-z_][A-Za-z0-9_:]*)""#;

/// The keys of this call stand below `ConnectionStrings`.
pub(super) const CONNECTION: &str = ".GetConnectionString(";

const CAPITALS: &str = r#"\s*["'](?<name>[A-Z][A-Z0-9]*_[A-Z0-9_]+)["']\s*[,)]"#;

pub(super) const FORMS: &[Form] = &[
    Form { of: Where::JavaScript, literal: "process.env", expression: MEMBER },
    Form { of: Where::JavaScript, literal: "import.meta.env", expression: MEMBER },
    Form { of: Where::JavaScript, literal: "Bun.env", expression: MEMBER },
    Form { of: Where::JavaScript, literal: "Deno.env.get", expression: CALL },
    // A project's own helpers: `env("X")`, `requireEnv("X")`.
    Form { of: Where::JavaScript, literal: "env(", expression: CAPITALS },
    Form { of: Where::JavaScript, literal: "Env(", expression: CAPITALS },
    Form { of: Where::One(Language::Python), literal: "environ[", expression: r#"\s*["']NAME["']\s*\]"# },
    Form { of: Where::One(Language::Python), literal: "environ.get", expression: CALL },
    Form { of: Where::One(Language::Python), literal: "getenv", expression: CALL },
    Form { of: Where::One(Language::Go), literal: "os.Getenv", expression: CALL },
    Form { of: Where::One(Language::Go), literal: "os.LookupEnv", expression: CALL },
    Form { of: Where::One(Language::Go), literal: ".BindEnv(", expression: r#"\s*"[^"]{1,80}"\s*,\s*"NAME""# },
    Form { of: Where::One(Language::Go), literal: "env:\"", expression: "NAME[,\"]" },
    Form { of: Where::One(Language::Go), literal: "envconfig:\"", expression: "NAME[,\"]" },
    Form { of: Where::One(Language::Rust), literal: "env::var", expression: r#"(?:_os)?\s*\(\s*"NAME""# },
    Form { of: Where::One(Language::Rust), literal: "dotenvy::var", expression: CALL },
    // An argument of clap.
    Form { of: Where::One(Language::Rust), literal: "env = \"", expression: "NAME\"" },
    Form { of: Where::Jvm, literal: "System.getenv", expression: CALL },
    Form { of: Where::Jvm, literal: "System.getenv()", expression: r#"\s*(?:\.get[A-Za-z]{0,9}\(|\[)\s*"NAME""# },
    Form { of: Where::Jvm, literal: "sys.env", expression: r#"(?:\.get[A-Za-z]{0,6})?\s*\(\s*"NAME""# },
    Form { of: Where::Jvm, literal: "@Value(\"${", expression: "NAME[:}]" },
    Form { of: Where::One(Language::CSharp), literal: "GetEnvironmentVariable", expression: CALL },
    Form { of: Where::One(Language::CSharp), literal: "configuration[", expression: KEY },
    Form { of: Where::One(Language::CSharp), literal: "Configuration[", expression: KEY },
    Form { of: Where::One(Language::CSharp), literal: "config[", expression: KEY },
    Form { of: Where::One(Language::CSharp), literal: CONNECTION, expression: KEY },
    Form { of: Where::One(Language::CSharp), literal: ".GetRequiredValue(", expression: KEY },
    Form { of: Where::One(Language::CSharp), literal: ".GetSection(", expression: KEY },
    Form { of: Where::One(Language::CSharp), literal: ".GetRequiredSection(", expression: KEY },
    Form {
        of: Where::One(Language::CSharp),
        literal: ".GetValue<",
        expression: r#"[A-Za-z0-9_.?\[\]]{1,60}>\s*\(\s*"(?<name>[A-Za-z_][A-Za-z0-9_:]*)""#,
    },
    Form { of: Where::One(Language::Ruby), literal: "ENV[", expression: r#"\s*["']NAME["']\s*\]"# },
    Form { of: Where::One(Language::Ruby), literal: "ENV.fetch", expression: CALL },
    Form { of: Where::One(Language::Ruby), literal: "ENV.key?", expression: CALL },
    Form { of: Where::Configured, literal: "ENV[", expression: r#"\s*["']NAME["']\s*\]"# },
    Form { of: Where::Configured, literal: "ENV.fetch", expression: CALL },
    Form { of: Where::One(Language::Php), literal: "env(", expression: r#"\s*["']NAME["']"# },
    Form { of: Where::One(Language::Php), literal: "getenv", expression: CALL },
    Form { of: Where::One(Language::Php), literal: "$_ENV[", expression: r#"\s*["']NAME["']\s*\]"# },
    Form { of: Where::One(Language::Php), literal: "Env::get", expression: CALL },
    // An attribute of Symfony.
    Form { of: Where::One(Language::Php), literal: "Autowire(", expression: r#"\s*env:\s*["'](?:[a-z_]+:)*NAME["']"# },
    Form {
        of: Where::One(Language::Php),
        literal: "Autowire(",
        expression: r#"\s*["']%env\((?:[a-z_]+:)*NAME\)%["']"#,
    },
    Form { of: Where::One(Language::Elixir), literal: "System.get_env", expression: CALL },
    Form { of: Where::One(Language::Elixir), literal: "System.fetch_env", expression: r#"!?\s*\(?\s*"NAME""# },
    Form { of: Where::One(Language::Swift), literal: ".environment[", expression: r#"\s*"NAME"\s*\]"# },
    // Of Vapor.
    Form { of: Where::One(Language::Swift), literal: "Environment.get", expression: CALL },
    Form { of: Where::One(Language::Dart), literal: "Platform.environment[", expression: r#"\s*["']NAME["']\s*\]"# },
    Form { of: Where::Hocon, literal: "${?", expression: r"NAME\}" },
    Form { of: Where::Spring, literal: "${", expression: "NAME[:}]" },
    Form { of: Where::Configured, literal: "%env(", expression: r"(?:[a-z_]+:)*(?:default:[a-z_.]*:)?NAME\)%" },
    Form { of: Where::Compose, literal: "${", expression: "NAME[:}?+-]" },
];

/// The literals of the readers that need more than one form: settings classes and helpers of libraries.
pub(super) const PYTHON_LIBRARIES: &[&str] =
    &["BaseSettings", "environ.Env", "from decouple import", "from environs import", "starlette.config"];

/// The modules of `SvelteKit` that hold the variables.
pub(super) const JAVASCRIPT_LIBRARIES: &[&str] = &["$env/static/", "$env/dynamic/"];

pub(super) static EXPRESSIONS: LazyLock<Vec<Option<Regex>>> =
    LazyLock::new(|| FORMS.iter().map(|form| Regex::new(&format!("^{}", named(form.expression))).ok()).collect());

/// An expression with the patterns of its names in their places.
pub(super) fn named(expression: &str) -> String {
    expression.replace("NAME_2", &NAME.replace("<name>", "<name2>")).replace("NAME", NAME)
}

impl Where {
    pub(super) fn holds(self, file: &File) -> bool {
        match self {
            Self::JavaScript => file.language.is_some_and(Language::is_javascript_family),
            Self::One(language) => file.language == Some(language),
            Self::Jvm => {
                matches!(file.language, Some(Language::Java | Language::Kotlin | Language::Scala | Language::Groovy))
            }
            Self::Spring => is_spring(file),
            Self::Hocon => is_hocon(file),
            Self::Compose => is_compose(file),
            Self::Configured => is_configured(file),
        }
    }
}

/// Whether a file that is no code may read variables.
pub(super) fn is_configuration(file: &File) -> bool {
    is_spring(file) || is_hocon(file) || is_compose(file) || is_configured(file)
}

fn is_spring(file: &File) -> bool {
    let name = file.name();
    (name.starts_with("application") || name.starts_with("bootstrap"))
        && matches!(file.extension(), "yml" | "yaml" | "properties")
}

fn is_hocon(file: &File) -> bool {
    file.extension() == "conf" && (file.name().starts_with("application") || file.name() == "reference.conf")
}

/// YAML below a folder `config`; only the form of the reference tells whose it is.
fn is_configured(file: &File) -> bool {
    matches!(file.extension(), "yml" | "yaml") && file.folder().split('/').any(|part| part == "config")
}

fn is_compose(file: &File) -> bool {
    let name = file.name();
    (name.starts_with("docker-compose") || name.starts_with("compose")) && matches!(file.extension(), "yml" | "yaml")
}
