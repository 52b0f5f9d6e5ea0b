//! The smallest repositories in which a tool shows by one of its signs, and those that only look like it.

use auditor::extract::Extractors;
use auditor::extract::secret::Formats;
use auditor::facts::{Ecosystem, File, Language};
use auditor::model::{Parts, Repository};
use auditor::signals::{PackagePattern, Setting, SetupPattern, Signals, Tool};
use auditor::walk::Roles;

/// Files by path.
pub(crate) type Files = Vec<(String, String)>;

/// One sign of a tool as a repository, and what only looks like it.
pub(crate) struct Miniature {
    /// The sign as its entry writes it.
    pub(crate) sign: String,
    /// Repositories of which at least one must show the tool: an action stands in another file for each system.
    pub(crate) uses: Vec<Files>,
    /// Repositories that must not show it.
    pub(crate) near_misses: Vec<Files>,
}

/// Reads repositories that exist nowhere but here.
pub(crate) struct Reader {
    extractors: Extractors,
    pub(crate) signals: Signals,
}

impl Reader {
    pub(crate) fn new() -> Self {
        let signals = Signals::built_in().unwrap();
        let extractors = Extractors::new(Formats::built_in().unwrap(), &signals, &[]);
        Self { extractors, signals }
    }

    /// The ids of the tools that are used, sorted.
    pub(crate) fn tools(&self, files: &Files) -> Vec<String> {
        let roles = Roles::new(files.iter().map(|(path, _)| path.as_str()), &[]);
        let mut parts = Parts::default();
        for (path, text) in files {
            let language = path.rsplit_once('.').and_then(|(_, extension)| Language::from_extension(extension));
            let (role, bytes) = (roles.of(path, language, text), text.len() as u64);
            let file = File { path: path.as_str().into(), bytes, role, language, lines: 9 };
            parts.facts.extend(self.extractors.extract(&file, text).facts);
            parts.files.push(file);
        }
        parts.files.sort_by(|a, b| a.path.cmp(&b.path));
        parts.facts.sort_by(|a, b| a.place.path.cmp(&b.place.path));
        Repository::build(parts, &self.signals).tools().into_iter().map(|tool| tool.id).collect()
    }
}

/// Every sign of a tool.
pub(crate) fn all(tool: &Tool) -> Vec<Miniature> {
    let mut list = Vec::new();
    for package in &tool.dependencies {
        // Where the entry names modules, code imports one of them.
        let own = tool.imports.iter().find(|module| module.ecosystem == package.ecosystem);
        let module = own.map_or_else(|| module_of(package), |module| example(&module.text));
        list.push(Miniature {
            sign: format!("package {}", package.written()),
            uses: vec![package_use(package.ecosystem, &example(&package.text), &module)],
            near_misses: near_package(tool, package),
        });
    }
    for module in &tool.imports {
        let code = code(module.ecosystem, &import(module.ecosystem, &example(&module.text)));
        let near_misses = vec![commented(module.ecosystem, &import(module.ecosystem, &example(&module.text)))];
        list.push(Miniature { sign: format!("module {}", module.written()), uses: vec![code], near_misses });
    }
    for setup in &tool.setup {
        list.push(set_up(setup));
    }
    list.extend(tool.resources.iter().filter_map(|resource| terraform(&resource.written())));
    for file in &tool.files {
        let path = example_path(file.glob());
        let (folder, name) = path.rsplit_once('/').map_or(("", path.as_str()), |(folder, name)| (folder, name));
        let near = format!("{folder}{}our-{name}", if folder.is_empty() { "" } else { "/" });
        let near_misses = if tool.files.iter().any(|own| own.is_match(&near)) {
            Vec::new()
        } else {
            vec![vec![(near, String::new())]]
        };
        list.push(Miniature {
            sign: format!("file {}", file.glob()),
            uses: vec![vec![(path.clone(), String::new())]],
            near_misses,
        });
    }
    for command in &tool.commands {
        let words = command.written();
        let words: Vec<&str> =
            words.split(' ').filter(|word| *word != "..").map(|word| word.split('|').next().unwrap()).collect();
        let quoted = |word: &&str| if word.contains('(') { format!("'{word}'") } else { (*word).to_owned() };
        let run = words.iter().map(quoted).collect::<Vec<_>>().join(" ");
        list.push(Miniature {
            sign: format!("command {}", command.written()),
            uses: vec![script(&run)],
            near_misses: vec![script(&format!("echo {run}")), script(&format!("our-{run}"))],
        });
    }
    for action in &tool.actions {
        let (written, name) = (action.written(), example(&action.written()));
        let other = format!("{name}-of-ours");
        let is_own = tool.actions.iter().any(|own| own.matches(&other));
        let near = if is_own { Vec::new() } else { carriers(&other) };
        list.push(Miniature { sign: format!("action {written}"), uses: carriers(&name), near_misses: near });
    }
    list
}

/// A name that a pattern with `*` means.
fn example(pattern: &str) -> String {
    pattern.replace('*', "x")
}

/// A path that a glob means.
fn example_path(glob: &str) -> String {
    let mut path = String::new();
    let mut rest = glob.strip_prefix("**/").unwrap_or(glob);
    while let Some(at) = rest.find(['{', '*', '?', '[']) {
        path.push_str(&rest[..at]);
        let (meant, length) = match &rest[at..=at] {
            "{" => {
                let end = rest.find('}').unwrap();
                (rest[at + 1..end].split(',').next().unwrap(), end + 1 - at)
            }
            "[" => (&rest[at + 1..at + 2], rest[at..].find(']').unwrap() + 1),
            _ => ("x", rest[at..].chars().take_while(|c| *c == '*' || *c == '?').count()),
        };
        path.push_str(meant);
        rest = &rest[at + length..];
    }
    path.push_str(rest);
    path
}

/// The module that a package is imported by, as its ecosystem derives it.
fn module_of(package: &PackagePattern) -> String {
    let name = example(&package.text);
    match package.ecosystem {
        Ecosystem::PyPi | Ecosystem::Cargo => name.replace('-', "_"),
        Ecosystem::Maven => name.split(':').next().unwrap().to_owned() + ".Thing",
        Ecosystem::Composer => {
            let pascal = |part: &str| part.split('-').map(capital).collect::<String>();
            name.split('/').map(pascal).collect::<Vec<_>>().join("\\") + "\\Thing"
        }
        Ecosystem::Hex => name.split('_').map(capital).collect(),
        Ecosystem::Pub => format!("package:{name}/{name}.dart"),
        _ => name,
    }
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_uppercase() + rest
}

fn package_use(ecosystem: Ecosystem, name: &str, module: &str) -> Files {
    let mut files = manifest(ecosystem, name);
    files.extend(code(ecosystem, &import(ecosystem, module)));
    files
}

/// Another package whose name begins alike, or whose vendor's does.
fn near_package(tool: &Tool, package: &PackagePattern) -> Vec<Files> {
    let name = example(&package.text);
    let other =
        if package.ecosystem == Ecosystem::Composer { format!("our-{name}") } else { format!("{name}-of-ours") };
    let other = PackagePattern::parse(&format!("{}:{other}", package.ecosystem.name())).unwrap();
    let module = module_of(&other);
    let is_own = tool.dependencies.iter().any(|own| own.matches(other.ecosystem, &other.text))
        || tool.imports.iter().any(|own| own.matches(other.ecosystem, &module));
    if is_own || package.ecosystem == Ecosystem::Maven {
        return Vec::new();
    }
    vec![package_use(package.ecosystem, &other.text, &module)]
}

fn manifest(ecosystem: Ecosystem, name: &str) -> Files {
    let (path, text) = match ecosystem {
        Ecosystem::Npm => {
            ("package.json", format!("{{\"name\": \"a\", \"dependencies\": {{\"{name}\": \"1.0.0\"}}}}\n"))
        }
        Ecosystem::PyPi => ("requirements.txt", format!("{name}==1.0.0\n")),
        Ecosystem::Go => ("go.mod", format!("module example.com/a\n\ngo 1.24\n\nrequire {name} v1.0.0\n")),
        Ecosystem::Cargo => ("Cargo.toml", format!("[package]\nname = \"a\"\n\n[dependencies]\n{name} = \"1\"\n")),
        Ecosystem::Maven => {
            let (group, artifact) = name.split_once(':').unwrap_or((name, "x"));
            let dependency = format!("<groupId>{group}</groupId><artifactId>{artifact}</artifactId>");
            (
                "pom.xml",
                format!(
                    "<project><artifactId>a</artifactId><dependencies><dependency>{dependency}</dependency></dependencies></project>\n"
                ),
            )
        }
        Ecosystem::NuGet => {
            let reference = format!("<PackageReference Include=\"{name}\" Version=\"1.0.0\" />");
            ("a.csproj", format!("<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>{reference}</ItemGroup></Project>\n"))
        }
        Ecosystem::RubyGems => ("Gemfile", format!("gem \"{name}\"\n")),
        Ecosystem::Composer => ("composer.json", format!("{{\"require\": {{\"{name}\": \"1.0.0\"}}}}\n")),
        Ecosystem::Hex => (
            "mix.exs",
            format!("defmodule A.MixProject do\n  defp deps do\n    [{{:{name}, \"~> 1.0\"}}]\n  end\nend\n"),
        ),
        Ecosystem::Deno => ("deno.json", format!("{{\"imports\": {{\"{name}\": \"jsr:{name}@1\"}}}}\n")),
        Ecosystem::Pub => ("pubspec.yaml", format!("name: a\ndependencies:\n  {name}: ^1.0.0\n")),
        Ecosystem::Swift => ("Package.swift", String::new()),
    };
    vec![(path.to_owned(), text)]
}

fn import(ecosystem: Ecosystem, module: &str) -> String {
    match ecosystem {
        Ecosystem::Npm | Ecosystem::Deno => format!("import x from \"{module}\";"),
        Ecosystem::PyPi | Ecosystem::Swift => format!("import {module}"),
        Ecosystem::Go => format!("import \"{module}\""),
        Ecosystem::Cargo => format!("use {module}::x;"),
        Ecosystem::Maven => format!("import {module};"),
        Ecosystem::NuGet => format!("using {module};"),
        Ecosystem::RubyGems => format!("require \"{module}\""),
        Ecosystem::Composer => format!("use {module};"),
        Ecosystem::Hex => format!("alias {module}"),
        Ecosystem::Pub => format!("import '{module}';"),
    }
}

fn code(ecosystem: Ecosystem, line: &str) -> Files {
    let (path, head) = match ecosystem {
        Ecosystem::Npm | Ecosystem::Deno => ("src/orders.ts", ""),
        Ecosystem::PyPi => ("orders.py", ""),
        Ecosystem::Go => ("orders.go", "package orders\n"),
        Ecosystem::Cargo => ("src/orders.rs", ""),
        Ecosystem::Maven => ("src/main/java/Orders.java", ""),
        Ecosystem::NuGet => ("Orders.cs", ""),
        Ecosystem::RubyGems => ("orders.rb", ""),
        Ecosystem::Composer => ("src/Orders.php", "<?php\n"),
        Ecosystem::Hex => ("lib/orders.ex", ""),
        Ecosystem::Swift => ("Sources/Orders.swift", ""),
        Ecosystem::Pub => ("lib/orders.dart", ""),
    };
    vec![(path.to_owned(), format!("{head}{line}\n"))]
}

/// The same line in a comment.
fn commented(ecosystem: Ecosystem, line: &str) -> Files {
    let mark = match ecosystem {
        Ecosystem::PyPi | Ecosystem::RubyGems | Ecosystem::Hex => "#",
        _ => "//",
    };
    code(ecosystem, &format!("{mark} {line}"))
}

fn set_up(setup: &SetupPattern) -> Miniature {
    // A string that the text opens goes on.
    let quote = setup.text.chars().find(|c| matches!(c, '"' | '\''));
    let is_open = |quote: &char| setup.text.matches(*quote).count() % 2 == 1;
    let text = format!("{}{}", setup.text, quote.filter(is_open).map(String::from).unwrap_or_default());
    // What the file must hold besides, where it counts as text and as no code.
    let needs: Vec<&str> = setup.needs.iter().filter_map(|any| any.first().map(String::as_str)).collect();
    let beside = |mark: &str| if needs.is_empty() { String::new() } else { format!("\n{mark} {}", needs.join(" ")) };
    let (uses, near_misses) = match setup.setting {
        Setting::Code(ecosystem) => {
            let mark =
                if matches!(ecosystem, Ecosystem::PyPi | Ecosystem::RubyGems | Ecosystem::Hex) { "#" } else { "//" };
            let written = format!("{text}{}", beside(mark));
            (code(ecosystem, &written), vec![commented(ecosystem, &written)])
        }
        Setting::Environment => {
            let file = |line: String| vec![(".env.example".to_owned(), line)];
            (file(format!("URL=\"x?{text}\"\n")), vec![file(format!("# URL=\"x?{text}\"\n"))])
        }
        Setting::Start => {
            let file = |line: String| vec![("Dockerfile".to_owned(), line)];
            let words = text.replace("\", \"", " ");
            let quoted = format!("CMD [\"{text} worker\"]\n");
            let line = if text.contains('"') { quoted } else { format!("CMD {words} worker\n") };
            (file(line), vec![file(format!("# CMD {words}\n"))])
        }
        Setting::Agent => {
            let file = |line: String| vec![("Dockerfile".to_owned(), line)];
            let line = format!("ENV JAVA_TOOL_OPTIONS=-javaagent:/opt/{text}.jar\n");
            let downloaded = format!("ADD https://example.com/{text}.jar /opt/\n");
            (file(line.clone()), vec![file(format!("# {line}")), file(downloaded)])
        }
        Setting::File(extensions) => {
            let path = format!("deploy/orders.{}", extensions[0]);
            let comment =
                if extensions[0] == "json" || extensions[0] == "xml" { None } else { Some(format!("# {text}\n")) };
            (
                vec![(path.clone(), format!("{text}{}\n", beside("#")))],
                comment.map(|text| vec![(path, text)]).into_iter().collect(),
            )
        }
    };
    Miniature { sign: format!("setup {}", setup.written()), uses: vec![uses], near_misses }
}

/// A resource of Terraform; what is commented out is none.
fn terraform(written: &str) -> Option<Miniature> {
    let rest = written.strip_prefix("terraform:")?;
    let (kind, attribute) = rest.split_once(' ').unwrap_or((rest, ""));
    let (kind, attribute) = (example(kind), example(attribute));
    let (names, value) = attribute.split_once('=').unwrap_or(("", ""));
    let names: Vec<&str> = names.split('.').filter(|name| !name.is_empty()).collect();
    let inner: String = names.iter().rev().fold(String::new(), |inner, name| {
        if inner.is_empty() { format!("{name} = \"{value}\"\n") } else { format!("{name} {{\n{inner}}}\n") }
    });
    let text = match kind.split_once('.') {
        Some(("data", kind)) => format!("data \"{kind}\" \"a\" {{\n}}\n"),
        Some(("module", origin)) => format!("module \"a\" {{\n  source = \"{origin}\"\n}}\n"),
        _ => format!("resource \"{kind}\" \"a\" {{\n{inner}}}\n"),
    };
    let commented = text.lines().map(|line| format!("# {line}")).collect::<Vec<_>>().join("\n");
    let file = |text: String| vec![("infra/main.tf".to_owned(), text)];
    Some(Miniature { sign: format!("resource {written}"), uses: vec![file(text)], near_misses: vec![file(commented)] })
}

fn script(command: &str) -> Files {
    let text = format!("{{\"name\": \"a\", \"scripts\": {{\"x\": {}}}}}\n", serde_json::to_string(command).unwrap());
    vec![("package.json".to_owned(), text)]
}

/// What a pipeline names, as the systems do it.
fn carriers(name: &str) -> Vec<Files> {
    let one = |path: &str, text: String| vec![(path.to_owned(), text)];
    vec![
        one(
            ".github/workflows/ci.yml",
            format!("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {name}@v1\n"),
        ),
        one(".github/workflows/ci.yml", format!("on: push\njobs:\n  a:\n    uses: {name}@v1\n")),
        one(".gitlab-ci.yml", format!("include:\n  - template: {name}\n")),
        one(
            ".circleci/config.yml",
            format!("version: 2.1\norbs:\n  a: {name}@1.0.0\nworkflows:\n  w:\n    jobs:\n      - a/a\n"),
        ),
    ]
}
