//! Programming languages, told by the names of files.

use serde::Serialize;

macro_rules! languages {
    ($($variant:ident = $name:literal [$($extension:literal),*]),+ $(,)?) => {
        /// A programming language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        pub enum Language { $(#[doc = $name] $variant),+ }

        impl Language {
            /// The name as people write it.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name),+ } }

            /// The language of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }

            /// The language of files with this extension (without the dot).
            pub fn from_extension(extension: &str) -> Option<Self> {
                match extension { $($($extension)|* => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

languages! {
    TypeScript = "TypeScript" ["ts", "mts", "cts"],
    Tsx = "TSX" ["tsx"],
    JavaScript = "JavaScript" ["js", "mjs", "cjs", "jsx"],
    Vue = "Vue" ["vue"],
    Svelte = "Svelte" ["svelte"],
    Astro = "Astro" ["astro"],
    Python = "Python" ["py", "pyi"],
    Go = "Go" ["go"],
    Rust = "Rust" ["rs"],
    Java = "Java" ["java"],
    Kotlin = "Kotlin" ["kt", "kts"],
    Scala = "Scala" ["scala", "sc"],
    Groovy = "Groovy" ["groovy"],
    CSharp = "C#" ["cs"],
    FSharp = "F#" ["fs"],
    VisualBasic = "Visual Basic" ["vb"],
    Ruby = "Ruby" ["rb", "rake"],
    Php = "PHP" ["php"],
    Elixir = "Elixir" ["ex", "exs"],
    Erlang = "Erlang" ["erl", "hrl"],
    Swift = "Swift" ["swift"],
    Dart = "Dart" ["dart"],
    C = "C" ["c", "h"],
    Cpp = "C++" ["cc", "cpp", "cxx", "hpp", "hh", "hxx"],
    ObjectiveC = "Objective-C" ["m", "mm"],
    Haskell = "Haskell" ["hs"],
    OCaml = "OCaml" ["ml", "mli"],
    Clojure = "Clojure" ["clj", "cljs", "cljc"],
    Lua = "Lua" ["lua"],
    Perl = "Perl" ["pl", "pm"],
    R = "R" ["r", "R"],
    Julia = "Julia" ["jl"],
    Zig = "Zig" ["zig"],
    Shell = "Shell" ["sh", "bash", "zsh"],
    PowerShell = "PowerShell" ["ps1", "psm1"],
    Sql = "SQL" ["sql"],
}

impl Language {
    /// The programming language that a path's extension names.
    pub fn of_code(path: &str) -> Option<Self> {
        let (_, extension) = path.rsplit_once('.')?;
        Self::from_extension(extension).filter(|language| language.is_programming())
    }

    /// The language that people would name: TSX is written TypeScript.
    #[must_use]
    pub const fn family(self) -> Self {
        match self {
            Self::Tsx => Self::TypeScript,
            other => other,
        }
    }

    /// Whether programs are written in it (as opposed to queries and small scripts).
    pub const fn is_programming(self) -> bool {
        !matches!(self, Self::Sql | Self::Shell | Self::PowerShell)
    }

    /// Whether it is JavaScript or compiles to it, with the same calls and modules.
    pub const fn is_javascript_family(self) -> bool {
        matches!(self, Self::TypeScript | Self::Tsx | Self::JavaScript | Self::Vue | Self::Svelte | Self::Astro)
    }
}
