//! Secrets that pipelines take from the store of their host.

use super::{add, setting};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, SettingSubject};
use crate::syntax::Source;

/// Finds them in the files of pipelines.
#[derive(Clone, Copy)]
pub(super) struct PipelineSecrets;

/// What takes a secret, by the literal's index: the system, and whether a name follows.
const STORES: &[(&str, &str)] = &[
    ("secrets.", "GitHub Actions"),
    ("withCredentials(", "Jenkins"),
    ("credentials(", "Jenkins"),
    ("context:", "CircleCI"),
    ("- group:", "Azure Pipelines"),
    ("from_secret:", "Drone or Woodpecker"),
    ("availableSecrets:", "Google Cloud Build"),
];

impl Extractor for PipelineSecrets {
    fn name(&self) -> &'static str {
        "pipeline-secret"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(STORES.iter().map(|(text, _)| (*text).to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        system_of(&file.path).is_some()
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let Some(system) = system_of(&source.file.path) else { return };
        for hit in hits {
            let Some((text, own)) = STORES.get(hit.literal).filter(|(_, own)| *own == system) else { continue };
            let before = source.text().get(..hit.at).unwrap_or("").rsplit('\n').next().unwrap_or("");
            let after = source.text().get(hit.at + text.len()..).unwrap_or("");
            let after = after.trim_start_matches([' ', '"', '\'']);
            let name: String = after.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            // The token that every job has comes from nobody's store; expressions stand in `${{ … }}`.
            let is_expression = before.contains("${{") || before.trim_start().starts_with("if:");
            let is_own_token = name.is_empty() || name == "GITHUB_TOKEN" || name == "inherit";
            // `steps.get-secrets.outputs.KEY` names a step.
            let is_part = before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
            if is_part
                || before.trim_start().starts_with(['#', '/'])
                || *text == "secrets." && (is_own_token || !is_expression)
            {
                continue;
            }
            let span = source.span(hit.at..hit.at + text.len());
            add(found, span, setting(SettingSubject::PipelineSecrets, own, &name));
            return;
        }
    }
}

fn system_of(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_yaml = name.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "yml" | "yaml"));
    Some(match path {
        _ if path.starts_with(".github/workflows/") || path.starts_with(".gitea/") || path.starts_with(".forgejo/") => {
            "GitHub Actions"
        }
        _ if name == "Jenkinsfile" => "Jenkins",
        ".circleci/config.yml" => "CircleCI",
        _ if name.starts_with("azure-pipelines") && is_yaml => "Azure Pipelines",
        ".drone.yml" => "Drone or Woodpecker",
        _ if name.starts_with(".woodpecker") || path.starts_with(".woodpecker/") => "Drone or Woodpecker",
        _ if name.starts_with("cloudbuild") && is_yaml => "Google Cloud Build",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::settings;
    use super::PipelineSecrets;

    #[test]
    fn a_secret_of_the_store_and_not_the_own_token() {
        let text =
            "env:\n  A: ${{ secrets.GITHUB_TOKEN }}\n  # B: ${{ secrets.OLD }}\n  C: ${{ secrets.DEPLOY_KEY }}\n";
        assert_eq!(settings(&PipelineSecrets, ".github/workflows/a.yml", text), ["GitHub Actions DEPLOY_KEY"]);
        assert_eq!(settings(&PipelineSecrets, ".github/workflows/a.yml", "x: secrets.md\n"), [""; 0]);
        let output = "x: ${{ steps.get-secrets.outputs.KEY }}\n";
        assert_eq!(settings(&PipelineSecrets, ".github/workflows/a.yml", output), [""; 0]);
        assert_eq!(settings(&PipelineSecrets, ".drone.yml", "x:\n  from_secret: key\n"), ["Drone or Woodpecker key"]);
    }
}
