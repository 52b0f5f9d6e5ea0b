//! What sets a tool up: `npm:Sentry.init(` in code, `yaml:kind: PrometheusRule` in configuration, `start:gunicorn` where
//! something starts programs, `agent:dd-java-agent` where it is put into one that starts.

use serde::Deserialize;

use crate::facts::Ecosystem;

/// A setup as written in TOML: its text, or its text with what its file must hold besides.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum SetupForm {
    Text(String),
    Conditional(ConditionalForm),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionalForm {
    text: String,
    /// Texts that the file must hold, each of them; `|` separates alternatives.
    #[serde(default)]
    needs: Vec<String>,
    /// Texts with which it is something else.
    #[serde(default)]
    without: Vec<String>,
}

/// Where a text that sets a tool up may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// In code that loads packages of an ecosystem, outside comments and strings.
    Code(Ecosystem),
    /// In files of configuration with one of these extensions, at the start of a line or of an entry.
    File(&'static [&'static str]),
    /// Anywhere in a line of a file of environment variables.
    Environment,
    /// As a word of a command in a file that starts programs: a Dockerfile, a Procfile, a shell script, a compose file.
    Start,
    /// In such a file, or a package's script, behind an option that puts code into a program before it starts.
    Agent,
}

/// A text that sets a tool up, where it stands as code or as a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupPattern {
    /// Where it may stand.
    pub setting: Setting,
    /// The text. In code, what follows its first quote is the inside of a string.
    pub text: String,
    /// What the file must hold besides: one text of each list.
    pub needs: Vec<Vec<String>>,
    /// What it must not hold.
    pub without: Vec<String>,
}

/// Formats of configuration, with the extensions of their files.
const FORMATS: &[(&str, &[&str])] = &[
    ("yaml", &["yaml", "yml"]),
    ("json", &["json"]),
    ("toml", &["toml"]),
    ("terraform", &["tf"]),
    ("properties", &["properties"]),
    ("xml", &["xml", "config"]),
    ("prisma", &["prisma"]),
    ("conf", &["conf", "cfg", "ini", "alloy", "river"]),
];

impl SetupForm {
    /// Compiles `ecosystem:text`, `format:text`, `env:text`, `start:text` or `agent:text`.
    pub(super) fn compile(&self) -> Result<SetupPattern, (String, String)> {
        let (written, needs, without) = match self {
            Self::Text(text) => (text, &[][..], &[][..]),
            Self::Conditional(form) => (&form.text, form.needs.as_slice(), form.without.as_slice()),
        };
        let wrong = |message: &str| (written.to_owned(), format!("`{written}`: {message}"));
        let (place, text) =
            written.split_once(':').ok_or_else(|| wrong("a setup is `ecosystem:text` or `format:text`"))?;
        if text.len() < 4 {
            return Err(wrong("the text is too short to mean one tool"));
        }
        let format = FORMATS.iter().find(|(name, _)| *name == place);
        let setting = match format {
            Some((_, extensions)) => Setting::File(extensions),
            None if place == "start" => Setting::Start,
            None if place == "agent" => Setting::Agent,
            None if place == "env" => Setting::Environment,
            None => Setting::Code(
                Ecosystem::from_name(place).ok_or_else(|| wrong("no ecosystem and no format has that name"))?,
            ),
        };
        let needs = needs.iter().map(|list| list.split('|').map(str::to_owned).collect()).collect();
        Ok(SetupPattern { setting, text: text.to_owned(), needs, without: without.to_vec() })
    }
}

impl SetupPattern {
    /// The pattern as written.
    pub fn written(&self) -> String {
        let place = match self.setting {
            Setting::Code(ecosystem) => ecosystem.name(),
            Setting::File(own) => {
                FORMATS.iter().find(|(_, extensions)| *extensions == own).map_or("", |(name, _)| *name)
            }
            Setting::Environment => "env",
            Setting::Start => "start",
            Setting::Agent => "agent",
        };
        format!("{place}:{}", self.text)
    }

    /// Whether a file has besides what it takes.
    pub fn holds_in(&self, text: &str) -> bool {
        self.needs.iter().all(|any| any.iter().any(|needed| text.contains(needed.as_str())))
            && !self.without.iter().any(|refused| text.contains(refused.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup(text: &str) -> Result<SetupPattern, (String, String)> {
        SetupForm::Text(text.to_owned()).compile()
    }

    #[test]
    fn a_setup_names_where_it_stands() {
        let code = setup("npm:Sentry.init(").unwrap();
        assert_eq!((code.setting, code.text.as_str()), (Setting::Code(Ecosystem::Npm), "Sentry.init("));
        let file = setup("yaml:kind: PrometheusRule").unwrap();
        assert_eq!((file.setting, file.text.as_str()), (Setting::File(&["yaml", "yml"]), "kind: PrometheusRule"));
        assert_eq!(setup("start:gunicorn").unwrap().setting, Setting::Start);
        assert!(setup("Sentry.init(").is_err());
        assert!(setup("nmp:Sentry.init(").is_err());
    }

    #[test]
    fn a_condition_asks_for_one_of_each_list_and_for_none_of_the_refused() {
        let form = "setup = { text = \"go:.Allow()\", needs = [\"time/rate|x/rate\", \"429\"], without = [\"Wait(\"] }";
        let mut table: std::collections::BTreeMap<String, SetupForm> = toml::from_str(form).unwrap();
        let pattern = table.remove("setup").unwrap().compile().unwrap();
        assert!(pattern.holds_in("golang.org/x/time/rate 429"));
        assert!(!pattern.holds_in("golang.org/x/time/rate"));
        assert!(!pattern.holds_in("golang.org/x/time/rate 429 Wait("));
    }
}
