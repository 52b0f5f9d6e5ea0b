//! What sets a tool up: `npm:Sentry.init(` in code, `yaml:kind: PrometheusRule` in configuration.

use crate::facts::Ecosystem;

/// Where a text that sets a tool up may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// In code that loads packages of an ecosystem, outside comments and strings.
    Code(Ecosystem),
    /// In files of configuration with one of these extensions, at the start of a line or of an entry.
    File(&'static [&'static str]),
}

/// A text that sets a tool up, where it stands as code or as a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupPattern {
    /// Where it may stand.
    pub setting: Setting,
    /// The text. In code, what follows its first quote is the inside of a string.
    pub text: String,
}

/// Formats of configuration, with the extensions of their files.
const FORMATS: &[(&str, &[&str])] = &[
    ("yaml", &["yaml", "yml"]),
    ("json", &["json"]),
    ("toml", &["toml"]),
    ("terraform", &["tf"]),
    ("properties", &["properties"]),
    ("xml", &["xml", "config"]),
    ("conf", &["conf", "cfg", "ini", "alloy", "river"]),
];

impl SetupPattern {
    /// The pattern as written.
    pub fn written(&self) -> String {
        let place = match self.setting {
            Setting::Code(ecosystem) => ecosystem.name(),
            Setting::File(own) => {
                FORMATS.iter().find(|(_, extensions)| *extensions == own).map_or("", |(name, _)| *name)
            }
        };
        format!("{place}:{}", self.text)
    }

    /// Parses `ecosystem:text` or `format:text`.
    pub fn parse(written: &str) -> Result<Self, (String, String)> {
        let wrong = |message: &str| (written.to_owned(), format!("`{written}`: {message}"));
        let (place, text) =
            written.split_once(':').ok_or_else(|| wrong("a setup is `ecosystem:text` or `format:text`"))?;
        if text.len() < 4 {
            return Err(wrong("the text is too short to mean one tool"));
        }
        let format = FORMATS.iter().find(|(name, _)| *name == place);
        let setting = match format {
            Some((_, extensions)) => Setting::File(extensions),
            None => Setting::Code(
                Ecosystem::from_name(place).ok_or_else(|| wrong("no ecosystem and no format has that name"))?,
            ),
        };
        Ok(Self { setting, text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setup_names_where_it_stands() {
        let code = SetupPattern::parse("npm:Sentry.init(").unwrap();
        assert_eq!((code.setting, code.text.as_str()), (Setting::Code(Ecosystem::Npm), "Sentry.init("));
        let file = SetupPattern::parse("yaml:kind: PrometheusRule").unwrap();
        assert_eq!((file.setting, file.text.as_str()), (Setting::File(&["yaml", "yml"]), "kind: PrometheusRule"));
        assert!(SetupPattern::parse("Sentry.init(").is_err());
        assert!(SetupPattern::parse("nmp:Sentry.init(").is_err());
    }
}
