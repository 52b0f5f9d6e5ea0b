//! The ways in which libraries check the environment, as data.

use super::super::forms::Where;
use crate::facts::Language;

/// A call, class or attribute that checks the environment.
pub(super) struct Form {
    pub(super) of: Where,
    /// Where it stands in code.
    pub(super) literal: &'static str,
    pub(super) tool: &'static str,
    /// What the line starts with, one of these; empty: anything.
    pub(super) line: &'static [&'static str],
    /// What the file holds, one of these; empty: anything.
    pub(super) file: &'static [&'static str],
    /// What follows in the same statement, one of these; empty: anything.
    pub(super) near: &'static [&'static str],
    /// What the check leaves out; `""` where it is complete.
    pub(super) lack: &'static str,
}

const LATE: &str = "values are converted where they are read, so a missing one is not noticed at start";
const UNCHECKED: &str = "values are bound to types, but nothing validates them at start";
const PRESENCE: &str = "names are checked at start, but not their values";

const fn form(of: Where, literal: &'static str, tool: &'static str) -> Form {
    Form { of, literal, tool, line: &[], file: &[], near: &[], lack: "" }
}

const fn in_files(of: Where, literal: &'static str, tool: &'static str, file: &'static [&'static str]) -> Form {
    Form { file, ..form(of, literal, tool) }
}

const JS: Where = Where::JavaScript;
const PYTHON: Where = Where::One(Language::Python);
const GO: Where = Where::One(Language::Go);
const RUST: Where = Where::One(Language::Rust);
const DOTNET: Where = Where::One(Language::CSharp);
const RUBY: Where = Where::One(Language::Ruby);
const PHP: Where = Where::One(Language::Php);

const GO_VALIDATORS: &[&str] = &["go-playground/validator", "ozzo-validation", "asaskevich/govalidator", ".Validate()"];

pub(super) const FORMS: &[Form] = &[
    in_files(JS, "createEnv(", "t3-env", &["@t3-oss/env-"]),
    in_files(JS, "cleanEnv(", "envalid", &["envalid"]),
    in_files(JS, "parseEnv(", "znv", &["znv"]),
    in_files(JS, "envsafe(", "envsafe", &["envsafe"]),
    in_files(JS, "envSchema(", "env-schema", &["env-schema"]),
    in_files(JS, ".required(", "env-var", &["\"env-var\"", "'env-var'"]),
    in_files(JS, "Env.create(", "Adonis", &["Env.schema"]),
    in_files(JS, "envField.", "Astro", &["astro/config"]),
    in_files(JS, "Config.all(", "Effect", &["\"effect\"", "'effect'"]),
    in_files(JS, "Config.redacted(", "Effect", &["\"effect\"", "'effect'"]),
    Form { near: &["schema"], ..in_files(JS, ".register(", "@fastify/env", &["@fastify/env", "fastify-env"]) },
    Form {
        near: &["validationSchema", "validate:", "validate,", "validate }"],
        ..form(JS, "ConfigModule.forRoot(", "@nestjs/config")
    },
    in_files(JS, "convict(", "convict", &[".validate("]),
    Form { lack: PRESENCE, ..in_files(JS, ".config(", "dotenv-safe", &["dotenv-safe"]) },
    Form { line: &["class "], ..form(PYTHON, "BaseSettings", "pydantic-settings") },
    in_files(PYTHON, "Env(", "environs", &["from environs import", "import environs"]),
    in_files(PYTHON, "environ.Env(", "django-environ", &["import environ"]),
    Form { near: &["cast="], ..in_files(PYTHON, "config(", "decouple", &["from decouple import"]) },
    Form { near: &["cast="], ..in_files(PYTHON, "config(", "starlette", &["starlette.config"]) },
    in_files(PYTHON, "Validator(", "dynaconf", &["dynaconf"]),
    Form { line: &["@"], ..form(PYTHON, "environ.config", "environ-config") },
    form(GO, "envconfig.Process(", "envconfig"),
    form(GO, "envconfig.MustProcess(", "envconfig"),
    in_files(GO, "env.Parse(", "caarlos0/env", &["caarlos0/env"]),
    in_files(GO, "env.ParseAs", "caarlos0/env", &["caarlos0/env"]),
    in_files(GO, "env.ParseWithOptions(", "caarlos0/env", &["caarlos0/env"]),
    in_files(GO, "env.Must(", "caarlos0/env", &["caarlos0/env"]),
    form(GO, "cleanenv.ReadEnv(", "cleanenv"),
    form(GO, "cleanenv.ReadConfig(", "cleanenv"),
    in_files(GO, "kong.Parse(", "kong", &["env:\""]),
    in_files(GO, "viper.Unmarshal(", "viper", GO_VALIDATORS),
    Form { lack: UNCHECKED, ..form(GO, "viper.Unmarshal(", "viper") },
    in_files(GO, ".Unmarshal(", "koanf", &["knadh/koanf"]),
    form(RUST, "envy::from_env", "envy"),
    form(RUST, "envy::prefixed", "envy"),
    in_files(RUST, ".extract(", "figment", &["figment::", "Figment::"]),
    in_files(RUST, ".extract::<", "figment", &["figment::", "Figment::"]),
    in_files(RUST, ".try_deserialize", "config", &["Environment::", "config::"]),
    Form { line: &["#[arg(", "#[clap("], ..form(RUST, "env = ", "clap") },
    Form { line: &["#[arg(", "#[clap("], ..form(RUST, "env)]", "clap") },
    Form { line: &["#[arg(", "#[clap("], ..form(RUST, ", env,", "clap") },
    Form { line: &["#["], ..form(RUST, "envconfig(from", "envconfig") },
    in_files(
        Where::Jvm,
        "@ConfigurationProperties",
        "Spring",
        &["@Validated", "jakarta.validation", "javax.validation"],
    ),
    Form { lack: UNCHECKED, ..form(Where::Jvm, "@ConfigurationProperties", "Spring") },
    form(Where::Jvm, "@ConfigMapping", "Quarkus"),
    in_files(Where::Jvm, ".loadConfigOrThrow", "hoplite", &["hoplite"]),
    in_files(Where::Jvm, "ConfigSource.default", "PureConfig", &["pureconfig"]),
    form(DOTNET, ".ValidateOnStart(", "options"),
    form(DOTNET, "AddOptionsWithValidateOnStart", "options"),
    Form {
        lack: "options are validated when they are first used, not at start",
        ..form(DOTNET, ".ValidateDataAnnotations(", "options")
    },
    Form { near: &[".BindConfiguration(", ".Bind("], lack: UNCHECKED, ..form(DOTNET, ".AddOptions<", "options") },
    Form { near: &["GetSection(", "onfiguration"], lack: UNCHECKED, ..form(DOTNET, ".Configure<", "options") },
    Form { near: &["?? throw"], lack: LATE, ..form(DOTNET, "configuration[", "a check of its own") },
    Form { near: &["?? throw"], lack: LATE, ..form(DOTNET, "Configuration[", "a check of its own") },
    Form { near: &["?? throw"], lack: LATE, ..form(DOTNET, "GetConnectionString(", "a check of its own") },
    Form { line: &["class "], file: &["required "], ..form(RUBY, "Anyway::Config", "anyway_config") },
    Form { line: &["class "], lack: UNCHECKED, ..form(RUBY, "Anyway::Config", "anyway_config") },
    form(RUBY, "ENVied.require", "envied"),
    Form { line: &["class "], ..form(RUBY, "Hanami::Settings", "Hanami") },
    in_files(RUBY, "setting :", "dry-configurable", &["constructor:"]),
    Form { lack: PRESENCE, ..form(RUBY, "Dotenv.require_keys", "dotenv") },
    Form { lack: PRESENCE, ..form(RUBY, "Figaro.require_keys", "figaro") },
    Form {
        near: &["->isInteger", "->isBoolean", "->allowedValues", "->allowedRegexValues", "->notEmpty"],
        ..in_files(PHP, "->required(", "phpdotenv", &["Dotenv"])
    },
    Form { lack: PRESENCE, ..in_files(PHP, "->required(", "phpdotenv", &["Dotenv\\"]) },
    Form {
        near: &["int:", "bool:", "float:", "enum:", "json:", "url:", "require:", "not:", "string:"],
        lack: LATE,
        ..form(Where::Configured, "%env(", "Symfony")
    },
];
