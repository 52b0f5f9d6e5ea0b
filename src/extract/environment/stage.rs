//! Configuration of one stage of deployment: files and folders whose names say so, and sections of files that hold
//! several.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::dotenv;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Role, Span, Stage, StageConfiguration};
use crate::syntax::Source;

/// Names of files that come once for each stage: `appsettings.Production.json`, `values-prod.yaml`.
const BASES: &[&str] = &[
    "appsettings",
    "application",
    "bootstrap",
    "config",
    "configuration",
    "settings",
    "environment",
    "env",
    "values",
    "fly",
    "wrangler",
    "pulumi",
    "serverless",
    "helmfile",
    "skaffold",
    "terraform",
    "terragrunt",
    "parameters",
    "params",
    "variables",
    "vars",
    "backend",
    "app",
    "samconfig",
    "secrets",
    "render",
    "compose",
    "dockercompose",
    "local",
    "logback",
    "nginx",
    "inventory",
    "kustomization",
];

/// Folders that hold one file or folder for each stage.
const HOLDERS: &[&str] = &[
    "config",
    "configs",
    "conf",
    "configuration",
    "settings",
    "environments",
    "environment",
    "env",
    "envs",
    "values",
    "vars",
    "group_vars",
    "parameters",
    "params",
    "tfvars",
    "inventories",
    "inventory",
    "overlays",
    "overlay",
    "stages",
    "stacks",
    "deploy",
    "deployment",
    "deployments",
    "k8s",
    "kubernetes",
    "kustomize",
    "infra",
    "infrastructure",
    "terraform",
    "tofu",
    "docker",
    "compose",
    "helm",
    "clusters",
    "live",
    "accounts",
    "profiles",
    "manifests",
];

/// Endings of files of settings, also as code.
const ENDINGS: &[&str] = &[
    "yml",
    "yaml",
    "json",
    "json5",
    "jsonc",
    "toml",
    "ini",
    "conf",
    "properties",
    "env",
    "exs",
    "rb",
    "js",
    "mjs",
    "cjs",
    "ts",
    "mts",
    "py",
    "php",
    "hcl",
    "tf",
    "tfvars",
    "tfbackend",
    "bicepparam",
    "xml",
    "cfg",
    "config",
    "kdl",
];

/// Endings of code, which is settings only below a folder of them or behind a name of them.
const CODE: &[&str] = &["rb", "js", "mjs", "cjs", "ts", "mts", "py", "php", "exs"];

/// Files that are for one stage by their name or folder.
pub(super) struct StageFiles;

impl Extractor for StageFiles {
    fn name(&self) -> &'static str {
        "stage-file"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        is_settings(file) && stage_of(file).is_some()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        if let Some(stage) = stage_of(source.file).filter(|_| !source.text().trim().is_empty()) {
            found.add(Span::START, Data::StageConfiguration(StageConfiguration { stage }));
        }
    }
}

/// Tests have settings of their own: those count for the stage of tests, and nothing else in their folders does.
fn is_settings(file: &File) -> bool {
    let is_hidden =
        file.path.split('/').any(|part| matches!(part, ".github" | ".circleci" | ".devcontainer" | ".vscode"));
    let is_template = file.role == Role::Example && file.name().contains(".env");
    let counts = matches!(file.role, Role::Product | Role::Configuration | Role::Script | Role::Test);
    !is_hidden && (counts || is_template)
}

/// The stage that a file is for alone.
fn stage_of(file: &File) -> Option<Stage> {
    let stage = stage_of_dotenv(file.name()).or_else(|| stage_of_name(file)).or_else(|| stage_of_folder(file))?;
    (file.role != Role::Test || stage == Stage::Staging).then_some(stage)
}

fn stage_of_dotenv(name: &str) -> Option<Stage> {
    let environment = dotenv::environment_of(name)?;
    environment.split('-').find_map(Stage::of_word)
}

/// `appsettings.Production.json`, `docker-compose.override.yml`, `prod.tfvars`, `config/environments/production.rb`.
fn stage_of_name(file: &File) -> Option<Stage> {
    let (stem, ending) = file.name().rsplit_once('.')?;
    if !ENDINGS.contains(&ending.to_ascii_lowercase().as_str()) {
        return None;
    }
    let stem = stem.strip_suffix(".tfvars").unwrap_or(stem).to_ascii_lowercase().replace("docker-compose", "compose");
    let words: Vec<&str> = stem.split(['.', '-', '_']).filter(|word| !word.is_empty()).collect();
    let is_compose = words.contains(&"compose") && matches!(ending, "yml" | "yaml");
    let of_compose = |word: &&str| match *word {
        "override" => Some(Stage::Development),
        "deploy" => Some(Stage::Production),
        _ => None,
    };
    let stage =
        words.iter().find_map(|word| Stage::of_word(word).or_else(|| of_compose(word).filter(|_| is_compose)))?;
    let is_alone = words.len() == 1;
    let is_for_terraform = matches!(ending, "tfvars" | "tfbackend" | "bicepparam") || file.name().contains(".tfvars.");
    let has_base = words.len() == 2 && words.iter().any(|word| BASES.contains(word) && Stage::of_word(word).is_none());
    let folder = file.folder().rsplit('/').next().unwrap_or("");
    let is_held = is_alone && HOLDERS.contains(&folder);
    (is_for_terraform || is_compose || has_base && is_base_of_settings(file, &words) || is_held).then_some(stage)
}

/// Whether a base such as `app` or `config` names settings: code needs a folder of settings around it, or one of the
/// names that frameworks give to settings.
fn is_base_of_settings(file: &File, words: &[&str]) -> bool {
    let is_code = CODE.contains(&file.extension());
    let is_framework = words.iter().any(|word| matches!(*word, "environment" | "settings" | "config" | "env"));
    !is_code || is_framework
}

/// `overlays/production/kustomization.yaml`, `docker/production/compose.yml`, `terraform/envs/staging/main.tf`.
fn stage_of_folder(file: &File) -> Option<Stage> {
    let ending = file.extension();
    if !ENDINGS.contains(&ending) || CODE.contains(&ending) && !matches!(ending, "exs" | "rb") {
        return None;
    }
    let parts: Vec<&str> = file.folder().split('/').collect();
    let (at, stage) = parts.iter().enumerate().rev().find_map(|(at, part)| Some((at, Stage::of_word(part)?)))?;
    let is_held = parts.iter().take(at).any(|part| HOLDERS.contains(part));
    (is_held && matches!(ending, "yml" | "yaml" | "tf" | "hcl" | "tfvars" | "json" | "toml" | "env")).then_some(stage)
}

/// Files that hold sections for several stages, with the expression of a section's head.
struct Sections {
    name: fn(&File) -> bool,
    literal: &'static str,
    /// Matches where the literal starts; `stage` is the word.
    expression: &'static str,
}

const SECTIONS: &[Sections] = &[
    Sections {
        name: |file| file.name().starts_with("wrangler"),
        literal: "[env.",
        expression: r"^\[env\.(?<stage>\w+)",
    },
    Sections {
        name: |file| file.name().starts_with("wrangler"),
        literal: "\"env\"",
        expression: r#"^"env"\s*:\s*\{\s*"(?<stage>\w+)""#,
    },
    Sections {
        name: |file| file.name().starts_with("application"),
        literal: "on-profile",
        expression: r#"^on-profile\s*[:=]\s*["']?(?<stage>\w+)"#,
    },
    Sections {
        name: |file| file.name() == "netlify.toml",
        literal: "[context.",
        expression: r#"^\[context\."?(?<stage>[a-z]+)"#,
    },
    Sections {
        name: is_pipeline,
        literal: "environment:",
        expression: r#"^environment:\s*(?:name:\s*|\n\s+name:\s*)?["']?(?<stage>[A-Za-z]+)"#,
    },
    Sections {
        name: |file| file.name() == "eas.json",
        literal: "\"channel\"",
        expression: r#"^"channel"\s*:\s*"(?<stage>\w+)""#,
    },
];

fn is_pipeline(file: &File) -> bool {
    file.path.starts_with(".github/workflows/") || file.name() == ".gitlab-ci.yml"
}

static HEADS: LazyLock<Vec<Option<Regex>>> =
    LazyLock::new(|| SECTIONS.iter().map(|section| Regex::new(section.expression).ok()).collect());

/// Sections for one stage in files that hold several.
pub(super) struct StageSections {
    literals: Vec<String>,
}

impl StageSections {
    pub(super) fn new() -> Self {
        Self { literals: SECTIONS.iter().map(|section| section.literal.to_owned()).collect() }
    }
}

impl Extractor for StageSections {
    fn name(&self) -> &'static str {
        "stage-section"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(self.literals.clone())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && SECTIONS.iter().any(|section| (section.name)(file))
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        for hit in hits {
            if !SECTIONS.get(hit.literal).is_some_and(|section| (section.name)(source.file)) {
                continue;
            }
            let line = text.get(..hit.at).unwrap_or("").rsplit('\n').next().unwrap_or("");
            let head = HEADS.get(hit.literal).and_then(Option::as_ref);
            let Some((stage, range)) = head.and_then(|head| stage_at(head, text, hit.at)) else { continue };
            if !line.contains('#') {
                found.add(source.span(range), Data::StageConfiguration(StageConfiguration { stage }));
            }
        }
    }
}

fn stage_at(head: &Regex, text: &str, at: usize) -> Option<(Stage, Range<usize>)> {
    let found = head.captures(text.get(at..)?)?;
    let word = found.name("stage")?;
    Some((Stage::of_word(word.as_str())?, at..at + word.end()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Language;

    fn stage(path: &str) -> Option<Stage> {
        let language = path.rsplit('.').next().and_then(Language::from_extension);
        stage_of(&File { path: path.into(), bytes: 1, role: Role::Configuration, language, lines: 1 })
    }

    #[test]
    fn names_and_folders_say_the_stage() {
        for (path, expected) in [
            ("docker/production/compose.yml", Stage::Production),
            ("docker-compose.override.yml", Stage::Development),
            ("compose.test.yaml", Stage::Staging),
            ("compose.deploy.yml", Stage::Production),
            ("apps/web/.env.production", Stage::Production),
            (".env.staging.example", Stage::Staging),
            ("src/Api/appsettings.Development.json", Stage::Development),
            ("src/main/resources/application-prod.yml", Stage::Production),
            ("config/environments/test.rb", Stage::Staging),
            ("config/dev.exs", Stage::Development),
            ("mysite/settings/production.py", Stage::Production),
            ("src/environments/environment.prod.ts", Stage::Production),
            ("overlays/staging/kustomization.yaml", Stage::Staging),
            ("helm/app/values-prod.yaml", Stage::Production),
            ("infra/staging.tfvars", Stage::Staging),
            ("terraform/envs/dev/main.tf", Stage::Development),
            ("Pulumi.prod.yaml", Stage::Production),
            ("fly.staging.toml", Stage::Staging),
        ] {
            assert_eq!(stage(path), Some(expected), "{path}");
        }
    }

    #[test]
    fn other_names_with_such_words_are_no_stages() {
        for path in [
            "src/dev-tools.ts",
            "src/test/setup.ts",
            "scripts/dev.sh",
            "tsconfig.test.json",
            "vite.config.ts",
            "compose.yml",
            ".env.example",
            "appsettings.json",
            "src/config/index.ts",
            ".github/workflows/test.yml",
            "lib/production.rb",
            "stripe-app.dev.json",
            "live/index.ts",
        ] {
            assert_eq!(stage(path), None, "{path}");
        }
    }

    #[test]
    fn sections_say_the_stage() {
        let stages = |path: &str, text: &str| {
            let file = File { path: path.into(), bytes: 1, role: Role::Configuration, language: None, lines: 1 };
            let extractors = crate::extract::Extractors::of(vec![Box::new(StageSections::new())]);
            let name = |fact: &crate::facts::Fact| match &fact.data {
                Data::StageConfiguration(found) => found.stage,
                other => panic!("{other:?}"),
            };
            extractors.extract(&file, text).facts.iter().map(name).collect::<Vec<_>>()
        };
        let wrangler = "name = \"api\"\n[env.staging]\nx = 1\n# [env.dev]\n[env.production.vars]\n";
        assert_eq!(stages("wrangler.toml", wrangler), [Stage::Staging, Stage::Production]);
        let workflow = "jobs:\n  a:\n    environment: production\n  b:\n    environment:\n      name: staging\n  c:\n    environment: Translations\n";
        assert_eq!(stages(".github/workflows/deploy.yml", workflow), [Stage::Production, Stage::Staging]);
        let spring = "spring:\n  config:\n    activate:\n      on-profile: dev\n";
        assert_eq!(stages("application.yml", spring), [Stage::Development]);
        assert!(stages("other.toml", wrangler).is_empty());
    }
}
