//! Dockerfiles: the stages with what they start from, whom they run as, what they build and copy.

use super::privilege;
use super::variables::Variables;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{BuildStage, Data, Dockerfile, File, HealthCheck, ImageName, Span};
use crate::syntax::Source;
use crate::syntax::dockerfile::{Instruction, is_dockerfile};
use crate::syntax::shell::{self, ShellOptions};

/// Reads Dockerfiles.
pub(super) struct Dockerfiles;

impl Extractor for Dockerfiles {
    fn name(&self) -> &'static str {
        "dockerfile"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(["FROM", "from", "From"].map(str::to_owned).to_vec())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && is_dockerfile(file.name())
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut reader = Reader::default();
        for instruction in source.dockerfile() {
            reader.read(instruction, source.span(instruction.range.clone()));
        }
        if let Some(first) = reader.stages.first() {
            let span = first.base.span;
            found.add(span, Data::Dockerfile(Dockerfile { stages: reader.stages }));
        }
    }
}

#[derive(Default)]
struct Reader {
    /// Arguments before the first stage, which `FROM` and arguments of stages see.
    outer: Variables,
    /// What the current stage knows.
    own: Variables,
    /// What each stage knew at its end: one that starts from it inherits the environment.
    known: Vec<Variables>,
    stages: Vec<BuildStage>,
}

impl Reader {
    fn read(&mut self, instruction: &Instruction, span: Span) {
        let keyword = instruction.keyword.as_str();
        if keyword == "FROM" {
            return self.begin(instruction, span);
        }
        let words = instruction.words();
        if matches!(keyword, "ARG" | "ENV") {
            let outer = self.outer.clone();
            let variables = if self.stages.is_empty() { &mut self.outer } else { &mut self.own };
            return variables.declare(keyword, &words, &outer);
        }
        let names: Vec<Option<String>> = self.stages.iter().map(|stage| stage.name.clone()).collect();
        let Some(stage) = self.stages.last_mut() else { return };
        match keyword {
            "USER" => stage.user = words.first().map(|user| (self.own.fill(user), span)),
            "ENTRYPOINT" => {
                stage.command = words;
            }
            "CMD" => stage.command.extend(words),
            "HEALTHCHECK" => {
                let is_on = !instruction.arguments.trim().eq_ignore_ascii_case("none");
                stage.healthcheck = Some(HealthCheck::of(&instruction.arguments, is_on, span));
            }
            "COPY" | "ADD" => copy(stage, instruction, &words, &self.own, &names, span),
            "RUN" => run(stage, instruction, &names, span),
            _ => {}
        }
        if stage.drops_with.is_none() && matches!(keyword, "RUN" | "COPY" | "ADD" | "ENTRYPOINT" | "CMD") {
            stage.drops_with = privilege::named_in(&instruction.arguments).map(str::to_owned);
        }
    }

    fn begin(&mut self, instruction: &Instruction, span: Span) {
        if !self.stages.is_empty() {
            self.known.push(std::mem::take(&mut self.own));
        }
        let words = instruction.words();
        let written = words.first().map_or("", String::as_str);
        let text = self.outer.fill(written);
        let is_named = words.get(1).is_some_and(|word| word.eq_ignore_ascii_case("as"));
        let name = words.get(2).filter(|_| is_named).map(|name| name.to_ascii_lowercase());
        let parent = self.parent(&text.to_ascii_lowercase());
        self.own = parent.and_then(|parent| self.known.get(parent)).cloned().unwrap_or_default();
        self.stages.push(BuildStage {
            name,
            base: ImageName { text, span },
            parent,
            user: None,
            command: Vec::new(),
            healthcheck: None,
            drops_with: None,
            builds_with: None,
            copies: Vec::new(),
            takes_from_stages: false,
            takes_from: Vec::new(),
        });
    }
}

impl Reader {
    /// The stage of this file that a stage starts from. Where an argument that has no value here chooses among
    /// variants (`base-${VARIANT}`), the first of them stands for all.
    fn parent(&self, base: &str) -> Option<usize> {
        let names = || self.stages.iter().map(|stage| stage.name.as_deref().unwrap_or_default());
        if let Some((start, rest)) = base.split_once('$') {
            let end = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '{' | '_'));
            let end = end.strip_prefix('}').unwrap_or(end);
            let is_variant =
                |name: &str| name.len() > start.len() + end.len() && name.starts_with(start) && name.ends_with(end);
            return names().position(is_variant).filter(|_| !start.is_empty() || !end.is_empty());
        }
        names().collect::<Vec<_>>().iter().rposition(|name| *name == base)
    }
}

/// Whether a name in `--from` means a stage: by its name or its number.
fn is_stage(name: &str, names: &[Option<String>]) -> bool {
    let name = name.to_ascii_lowercase();
    names.iter().any(|own| own.as_ref() == Some(&name)) || name.parse::<usize>().is_ok_and(|at| at < names.len())
}

fn copy(
    stage: &mut BuildStage,
    instruction: &Instruction,
    words: &[String],
    variables: &Variables,
    names: &[Option<String>],
    span: Span,
) {
    match instruction.option("from") {
        Some(from) if is_stage(from, names) => stage.takes_from_stages = true,
        Some(from) => {
            let text = variables.fill(from);
            // A plain word may be a build context that is given from outside (`--build-context`).
            if text.contains(['/', ':', '@']) {
                stage.takes_from.push(ImageName { text, span });
            }
        }
        None => {
            let sources = words.split_last().map_or(&[][..], |(_, sources)| sources);
            let is_local = |source: &&String| !source.contains("://") && !source.starts_with("<<");
            stage.copies.extend(sources.iter().filter(is_local).map(|source| variables.fill(source)));
        }
    }
}

fn run(stage: &mut BuildStage, instruction: &Instruction, names: &[Option<String>], span: Span) {
    for (_, mount) in instruction.options.iter().filter(|(name, _)| name == "mount") {
        let from = mount.split(',').find_map(|part| part.strip_prefix("from="));
        stage.takes_from_stages |= from.is_some_and(|from| is_stage(from, names));
    }
    if stage.builds_with.is_some() {
        return;
    }
    let text = match instruction.arguments.split_once('\n') {
        Some((_, script)) => script.to_owned(),
        None if instruction.is_exec_form() => instruction.words().join(" "),
        None => instruction.arguments.clone(),
    };
    let commands = shell::commands(&text, ShellOptions::default());
    let built = commands.iter().find_map(|command| builds(&command.texts()));
    stage.builds_with = built.map(|command| (command, span));
}

/// Programs with the subcommands that compile or install dependencies.
const BUILDERS: &[(&str, &[&str])] = &[
    ("npm", &["ci", "install", "i", "run", "clean-install"]),
    ("pnpm", &["install", "i", "run", "build", "deploy", "add", "fetch"]),
    ("yarn", &["install", "", "run", "build", "workspace", "workspaces"]),
    ("bun", &["install", "i", "run", "build", "add"]),
    ("deno", &["install", "cache", "compile"]),
    ("turbo", &["run", "build"]),
    ("nx", &["build", "run"]),
    ("next", &["build"]),
    ("ng", &["build"]),
    ("vite", &["build"]),
    ("tsc", &["*"]),
    ("pip", &["install"]),
    ("pip3", &["install"]),
    ("poetry", &["install"]),
    ("pdm", &["install", "sync"]),
    ("pipenv", &["install", "sync"]),
    ("uv", &["sync", "pip"]),
    ("conda", &["install", "env"]),
    ("mamba", &["install", "env"]),
    ("bundle", &["install", ""]),
    ("gem", &["install", "build"]),
    ("composer", &["install", "update", "create-project"]),
    ("go", &["build", "install", "mod"]),
    ("xx-go", &["build"]),
    ("cargo", &["build", "install", "chef", "auditable", "zigbuild"]),
    ("mvn", &["*"]),
    ("mvnw", &["*"]),
    ("gradle", &["*"]),
    ("gradlew", &["*"]),
    ("sbt", &["*"]),
    ("dotnet", &["build", "publish", "restore"]),
    ("mix", &["deps.get", "compile", "release"]),
    ("make", &["*"]),
    ("cmake", &["*"]),
    ("ninja", &["*"]),
    ("gcc", &["*"]),
    ("swift", &["build"]),
    ("dart", &["compile", "pub"]),
    ("flutter", &["build"]),
    ("stack", &["build", "install"]),
    ("cabal", &["build", "install"]),
    ("zig", &["build"]),
    ("crystal", &["build"]),
    ("shards", &["install", "build"]),
];

/// The command in short, where it compiles or installs dependencies.
fn builds(words: &[&str]) -> Option<String> {
    let (program, rest) = words.split_first()?;
    let program = program.rsplit('/').next().unwrap_or(program);
    // `python -m pip install`
    if program.starts_with("python") && rest.first() == Some(&"-m") {
        return builds(rest.get(1..)?);
    }
    let (_, wanted) = BUILDERS.iter().find(|(name, _)| *name == program)?;
    let subcommand = rest.iter().find(|word| !word.starts_with('-')).copied().unwrap_or("");
    // Tools that are installed for everybody are no dependencies of the program.
    let is_global = rest.iter().any(|word| matches!(*word, "-g" | "--global"));
    let counts = wanted.contains(&"*") || wanted.contains(&subcommand);
    (counts && !is_global).then(|| format!("{program} {subcommand}").trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn stages(text: &str) -> Vec<BuildStage> {
        let file = File { path: "Dockerfile".into(), bytes: 0, role: Role::Configuration, language: None, lines: 0 };
        let extracted = Extractors::of(vec![Box::new(Dockerfiles)]).extract(&file, text);
        match extracted.facts.into_iter().next().map(|fact| fact.data) {
            Some(Data::Dockerfile(dockerfile)) => dockerfile.stages,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn arguments_before_the_first_stage_name_images_and_users() {
        let text = "ARG TAG=22\nARG NAME=app\nFROM node:${TAG}-alpine AS Base\nARG NAME\nUSER $NAME\nFROM base\nUSER ${UID:-0}\n";
        let found = stages(text);
        assert_eq!(found[0].base.text, "node:22-alpine");
        assert_eq!(found[0].user.as_ref().unwrap().0, "app");
        assert_eq!(found[1].parent, Some(0));
        assert_eq!(found[1].user.as_ref().unwrap().0, "0");
    }

    #[test]
    fn an_argument_without_a_value_chooses_among_the_stages_of_its_form() {
        let text = "ARG VARIANT\nFROM debian AS base-slim\nUSER app\nFROM cuda AS base-gpu\nFROM base-${VARIANT}\nFROM $VARIANT\n";
        let found = stages(text);
        assert_eq!(found[2].parent, Some(0));
        assert_eq!(found[3].parent, None);
    }

    #[test]
    fn a_stage_inherits_the_environment_of_the_one_that_it_starts_from() {
        let found = stages("FROM a AS b\nENV RUN_AS=app\nFROM b\nUSER $RUN_AS\n");
        assert_eq!(found[1].user.as_ref().unwrap().0, "app");
    }

    #[test]
    fn what_compiles_or_installs_dependencies() {
        let command =
            |run: &str| stages(&format!("FROM a\nRUN {run}\n"))[0].builds_with.clone().map(|(found, _)| found);
        assert_eq!(command("apt-get update && npm ci --omit=dev").as_deref(), Some("npm ci"));
        assert_eq!(command("--mount=type=cache,target=/x CGO_ENABLED=0 go build ./...").as_deref(), Some("go build"));
        assert_eq!(command("python3 -m pip install -r requirements.txt").as_deref(), Some("pip install"));
        assert_eq!(command("[\"cargo\", \"build\"]").as_deref(), Some("cargo build"));
        assert_eq!(command("./mvnw package").as_deref(), Some("mvnw package"));
        assert_eq!(command("npm install -g pnpm"), None);
        assert_eq!(command("apk add --no-cache curl # npm ci"), None);
        assert_eq!(command("echo npm ci"), None);
    }

    #[test]
    fn copies_are_of_the_context_of_stages_or_of_other_images() {
        let text = "FROM a AS one\nCOPY . .\nADD https://x/y /z\nFROM b\nCOPY --from=one /a /a\nCOPY --from=ghcr.io/x/uv:latest /uv /bin/\nCOPY [\"a b\", \"c\", \"/d/\"]\n";
        let found = stages(text);
        assert_eq!(found[0].copies, ["."]);
        assert!(found[1].takes_from_stages && !found[0].takes_from_stages);
        assert_eq!(found[1].takes_from[0].text, "ghcr.io/x/uv:latest");
        assert_eq!(found[1].copies, ["a b", "c"]);
    }

    #[test]
    fn a_health_check_can_be_switched_off() {
        assert!(stages("FROM a\nHEALTHCHECK CMD curl localhost\n")[0].healthcheck.as_ref().unwrap().is_on);
        assert!(!stages("FROM a\nHEALTHCHECK NONE\n")[0].healthcheck.as_ref().unwrap().is_on);
    }
}
