//! Which files share parsers, told by their names.

/// A family of files that the same parsers read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    Yaml,
    Json,
    Toml,
    Markup,
    Container,
    Infrastructure,
    Sql,
    Script,
    Code,
    Shell,
    Document,
    Setting,
}

/// The families with the endings of their files. What has none of them is a setting.
const FAMILIES: &[(Family, &str, &[&str])] = &[
    (Family::Yaml, "yaml", &["yml", "yaml", "tpl"]),
    (Family::Json, "json", &["json", "jsonc", "json5"]),
    (Family::Toml, "toml", &["toml"]),
    (Family::Markup, "markup", &["xml", "csproj", "props", "html", "vue", "svelte", "astro", "erb", "heex"]),
    (Family::Container, "container", &["conf", "cfg", "Dockerfile", "dockerfile"]),
    (Family::Infrastructure, "infrastructure", &["tf", "tofu", "hcl", "nomad", "bicep"]),
    (Family::Sql, "sql", &["sql", "prisma"]),
    (Family::Script, "script", &["js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts"]),
    (
        Family::Code,
        "code",
        &["py", "rb", "ru", "java", "kt", "kts", "gradle", "cs", "go", "mod", "rs", "php", "ex", "exs"],
    ),
    (Family::Shell, "shell", &["sh", "bash", "mk"]),
    (Family::Document, "document", &["md", "mdx", "rst", "adoc", "txt"]),
    (Family::Setting, "setting", &[]),
];

/// Files that their whole names tell.
const NAMES: &[(Family, &[&str])] = &[
    (Family::Container, &["Dockerfile", "Containerfile", "Caddyfile", ".dockerignore"]),
    (Family::Code, &["Gemfile", "Rakefile", "Jenkinsfile"]),
    (Family::Shell, &["Makefile", "GNUmakefile", "justfile", "Procfile", "pre-commit", "pre-push"]),
    (Family::Document, &["CODEOWNERS", "LICENSE"]),
];

impl Family {
    /// The family that a path belongs to.
    pub fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        if let Some((family, _)) = NAMES.iter().find(|(_, names)| names.iter().any(|known| name.starts_with(known))) {
            return *family;
        }
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let known = FAMILIES.iter().find(|(.., endings)| endings.contains(&ending));
        known.map_or(Self::Setting, |(family, ..)| *family)
    }

    /// The family of that name.
    pub fn named(name: &str) -> Option<Self> {
        FAMILIES.iter().find(|(_, known, _)| *known == name).map(|(family, ..)| *family)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        FAMILIES.iter().find(|(family, ..)| *family == self).map_or("", |(_, name, _)| name)
    }
}
