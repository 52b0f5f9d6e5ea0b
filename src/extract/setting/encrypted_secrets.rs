//! Secrets that lie in the repository encrypted, where the file itself says by what: git-crypt's filter, Ansible Vault's
//! header, the public key of dotenvx.

use super::{add, setting};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, SettingSubject};
use crate::syntax::Source;

/// Finds them.
#[derive(Clone, Copy)]
pub(super) struct EncryptedSecrets;

const SIGNS: &[(&str, &str)] = &[
    ("filter=git-crypt", "git-crypt"),
    ("filter=transcrypt", "transcrypt"),
    ("$ANSIBLE_VAULT;", "Ansible Vault"),
    ("DOTENV_PUBLIC_KEY", "dotenvx"),
];

impl Extractor for EncryptedSecrets {
    fn name(&self) -> &'static str {
        "encrypted-secret"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(SIGNS.iter().map(|(text, _)| (*text).to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        let is_text = file.language.is_none();
        file.role.is_written() && is_text
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        for hit in hits {
            let Some((text, tool)) = SIGNS.get(hit.literal) else { continue };
            let before = source.text().get(..hit.at).unwrap_or("").rsplit('\n').next().unwrap_or("").trim_start();
            let is_meant = match *tool {
                "git-crypt" | "transcrypt" => source.file.name() == ".gitattributes" && !before.starts_with('#'),
                "Ansible Vault" => before.is_empty(),
                // Its values start with `encrypted:`.
                _ => before.is_empty() && source.text().contains("encrypted:"),
            };
            if is_meant {
                let span = source.span(hit.at..hit.at + text.len());
                add(found, span, setting(SettingSubject::EncryptedSecrets, tool, ""));
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::settings;
    use super::EncryptedSecrets;

    #[test]
    fn the_file_says_by_what() {
        assert_eq!(
            settings(&EncryptedSecrets, ".gitattributes", "secrets/** filter=git-crypt diff=git-crypt\n"),
            ["git-crypt "]
        );
        assert_eq!(settings(&EncryptedSecrets, "vars/a.yml", "$ANSIBLE_VAULT;1.1;AES256\n3132\n"), ["Ansible Vault "]);
        let inline = "password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3132\n";
        assert_eq!(settings(&EncryptedSecrets, "vars/a.yml", inline), ["Ansible Vault "]);
        let env = "DOTENV_PUBLIC_KEY_PRODUCTION=\"03f\"\nA=\"encrypted:BD\"\n";
        assert_eq!(settings(&EncryptedSecrets, ".env.production", env), ["dotenvx "]);
        assert_eq!(settings(&EncryptedSecrets, "notes.yml", "a: starts with $ANSIBLE_VAULT;\n"), [""; 0]);
    }
}
