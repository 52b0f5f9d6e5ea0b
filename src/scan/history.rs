//! Credentials that earlier commits hold and the tree does not hold any more.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;

use super::{ScanError, count_lines};
use crate::config::Settings;
use crate::extract::Extractors;
use crate::extract::secret::Formats;
use crate::facts::{Data, Diagnostic, Fact, File, Language, Level, PastSecret};
use crate::walk::{History, Past, Roles};

/// Contents that a thread takes at a time: each time it opens the repository anew.
const SHARE: usize = 256;

/// Finds them, each once, with the commit that brought it. `known` are the facts of the tree.
pub(super) fn secrets(
    root: &Path,
    known: &[Fact],
    roles: &Roles,
    settings: &Settings,
) -> Result<(Vec<Fact>, Vec<Diagnostic>), ScanError> {
    let say = |level, message: String| Diagnostic { path: None, span: None, level, message };
    let history = match History::of(root) {
        Ok(history) => history,
        Err(error) => return Ok((Vec::new(), vec![say(Level::Error, format!("history not searched: {error}"))])),
    };
    let extractors = Extractors::of_secrets(Formats::built_in()?);
    let shares: Vec<Searched> = history
        .list
        .par_chunks(SHARE)
        .map(|share| {
            let mut searched = Searched::default();
            let Some(reader) = history.reader() else { return searched };
            for past in share {
                match reader.text(past, settings.limits.file_bytes) {
                    Ok(Some(text)) => searched.facts.extend(of_one(&extractors, roles, past, &text)),
                    Ok(None) => {}
                    Err(_) => searched.too_large += 1,
                }
            }
            searched
        })
        .collect();
    let mut diagnostics = Vec::new();
    let too_large: usize = shares.iter().map(|share| share.too_large).sum();
    if too_large > 0 {
        let limit = settings.limits.file_bytes / (1024 * 1024);
        diagnostics.push(say(Level::Warning, format!("history: {too_large} files over {limit} MiB were not searched")));
    }
    if history.is_shallow {
        let commits = history.commits;
        diagnostics.push(say(
            Level::Warning,
            format!("history: this clone is shallow and holds {commits} commits; fetch the rest with `git fetch --unshallow`"),
        ));
    }
    Ok((without_repeats(known, shares.into_iter().flat_map(|share| share.facts)), diagnostics))
}

#[derive(Default)]
struct Searched {
    facts: Vec<Fact>,
    too_large: usize,
}

fn of_one(extractors: &Extractors, roles: &Roles, past: &Past, text: &str) -> Vec<Fact> {
    let extension = past.path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let language = Language::from_extension(extension);
    let role = roles.of(&past.path, language, text);
    let file = File { path: past.path.clone(), bytes: text.len() as u64, role, language, lines: count_lines(text) };
    let facts = extractors.extract(&file, text).facts.into_iter().filter_map(|fact| match fact.data {
        Data::Secret(secret) => {
            let found = PastSecret { secret, commit: past.commit.clone(), date: past.date.clone() };
            Some(Fact { data: Data::PastSecret(found), ..fact })
        }
        _ => None,
    });
    facts.collect()
}

/// What the tree still holds is found there. Of the versions of a file, the first that had a value counts.
fn without_repeats(known: &[Fact], found: impl Iterator<Item = Fact>) -> Vec<Fact> {
    let present: BTreeSet<&str> = known
        .iter()
        .filter_map(|fact| match &fact.data {
            Data::Secret(secret) => Some(secret.digest.as_str()),
            _ => None,
        })
        .collect();
    let mut first: BTreeMap<(String, String), Fact> = BTreeMap::new();
    for fact in found {
        let Data::PastSecret(past) = &fact.data else { continue };
        if !present.contains(past.secret.digest.as_str()) {
            first.entry((fact.place.path.to_string(), past.secret.digest.clone())).or_insert(fact);
        }
    }
    first.into_values().collect()
}
