//! Waivers: findings that somebody accepts, with a reason, and until when. Nothing is silent: what is accepted is listed,
//! what has expired fails again and is said, and what matches nothing is said.
//!
//! "Today" is the date that the report carries: `--date`, or else the commit's. It never comes from the clock, so that
//! one tree gives one answer; what runs on a schedule passes `--date`. Without any date, waivers that expire do not count.

use std::collections::BTreeMap;

use crate::config::{FileRules, Glob, Layer, Tree, glob};
use crate::extract::waiver as comments;
use crate::facts::{Diagnostic, InlineWaiver, Level, RepoPath, RuleId, Span};
use crate::model::Repository;
use crate::packs;
use crate::rules::{Catalogue, Finding, Outcome};
use crate::score::Waived;

/// What a waiver is about.
#[derive(Debug, Clone)]
enum Target {
    /// Files.
    Path(Glob),
    /// One finding.
    Fingerprint(String),
    /// One line of one file, or what is missing and reported there.
    Line(RepoPath, u32),
}

/// A waiver of a file or of a comment.
#[derive(Debug, Clone)]
pub(super) struct Waiver {
    rule: RuleId,
    target: Target,
    reason: String,
    owner: Option<String>,
    expires: Option<String>,
    /// Where it is written: a file and a line.
    file: String,
    line: u32,
    /// Whether the file is one of the scan.
    is_inline: bool,
}

/// What waivers did.
#[derive(Debug, Default)]
pub struct Applied {
    /// What is accepted, sorted by rule and place.
    pub waived: Vec<Waived>,
    /// What has expired, matches nothing or cannot be used.
    pub diagnostics: Vec<Diagnostic>,
}

/// The waivers of layers.
pub(super) fn of_layers(layers: &[Layer]) -> Vec<Waiver> {
    let mut all = Vec::new();
    for layer in layers {
        for (index, form) in layer.form.waivers.iter().enumerate() {
            let target = match (&form.path, &form.fingerprint) {
                (Some(path), _) => glob(path).ok().map(Target::Path),
                (None, Some(fingerprint)) => Some(Target::Fingerprint(fingerprint.clone())),
                (None, None) => None,
            };
            let (Some(rule), Some(target)) = (RuleId::parse(&form.rule), target) else { continue };
            all.push(Waiver {
                rule,
                target,
                reason: form.reason.clone(),
                owner: Some(form.owner.clone()),
                expires: Some(form.expires.clone()),
                file: layer.file.clone(),
                line: layer.waiver_lines.get(index).and_then(|line| u32::try_from(*line).ok()).unwrap_or(1),
                is_inline: false,
            });
        }
    }
    all
}

/// The waivers of comments, and what is wrong with some of them. With a commit, only those count that stand in it.
pub(super) fn of_comments(
    repository: &Repository,
    catalogue: &Catalogue,
    commit: Option<(&dyn Tree, &FileRules)>,
) -> (Vec<Waiver>, Vec<Diagnostic>) {
    let mut waivers = Vec::new();
    let mut diagnostics = Vec::new();
    let mut before: BTreeMap<RepoPath, Vec<comments::Comment>> = BTreeMap::new();
    for (fact, waiver) in repository.facts.each::<InlineWaiver>() {
        let path = &fact.place.path;
        let mut say = |message: String| diagnostics.push(warning(path, fact.place.span, message));
        let Some(rule) = RuleId::parse(&waiver.rule).filter(|rule| catalogue.rule(rule.as_str()).is_some()) else {
            let known = catalogue.rules.iter().map(|rule| rule.id.as_str());
            let near = packs::nearest(&waiver.rule, known);
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            say(format!("`auditor:ignore` names no rule: `{}`{hint}", waiver.rule));
            continue;
        };
        if waiver.reason.is_empty() {
            say(format!("`auditor:ignore {rule}` needs a reason: `auditor:ignore {rule} -- why`"));
            continue;
        }
        if let Some((tree, paths)) = commit {
            let known = before.entry(path.clone()).or_insert_with(|| {
                let text = tree.read(&paths.named(path)).ok().flatten();
                text.map(|text| comments::read(&text, false)).unwrap_or_default()
            });
            let stood =
                |comment: &comments::Comment| comment.reason == waiver.reason && comment.rules.contains(&waiver.rule);
            if !known.iter().any(stood) {
                say(format!(
                    "the waiver of {rule} is new since the commit that the policy comes from, and does not count"
                ));
                continue;
            }
        }
        waivers.push(Waiver {
            rule,
            target: Target::Line(path.clone(), waiver.line),
            reason: waiver.reason.clone(),
            owner: None,
            expires: None,
            file: path.to_string(),
            line: fact.place.span.line,
            is_inline: true,
        });
    }
    (waivers, diagnostics)
}

fn warning(path: &str, span: Span, message: String) -> Diagnostic {
    Diagnostic { path: Some(path.into()), span: Some(span), level: Level::Warning, message }
}

impl Waiver {
    pub(super) const fn rule(&self) -> &RuleId {
        &self.rule
    }

    fn accepts(&self, finding: &Finding, paths: &FileRules) -> bool {
        let place = &finding.place;
        match &self.target {
            Target::Path(glob) => glob.matches(&paths.named(&place.path)),
            Target::Fingerprint(fingerprint) => *fingerprint == finding.fingerprint,
            Target::Line(path, line) => {
                let is_there = (place.span.line..=place.span.end_line).contains(line);
                *path == place.path && (place.span == Span::START || is_there)
            }
        }
    }

    /// Why it does not count today.
    fn lapse(&self, today: Option<&str>) -> Option<String> {
        let expires = self.expires.as_deref()?;
        match today {
            None => Some(format!(
                "the waiver of {} expires on {expires}, and without a date nobody can tell whether it has: give `--date`",
                self.rule
            )),
            Some(today) if today > expires => Some(format!(
                "the waiver of {} has expired on {expires} ({}): what it accepted fails again",
                self.rule,
                self.owner.as_deref().unwrap_or_default()
            )),
            Some(_) => None,
        }
    }

    fn place(&self) -> (Option<RepoPath>, Option<Span>) {
        let span = Span { line: self.line.max(1), column: 1, end_line: self.line.max(1), end_column: 1 };
        (Some(self.file.as_str().into()), Some(span))
    }

    fn diagnostic(&self, message: String) -> Diagnostic {
        let (path, span) = self.place();
        Diagnostic { path, span, level: Level::Warning, message }
    }
}

/// Takes accepted findings out of the outcomes.
pub(super) fn apply(waivers: &[Waiver], outcomes: &mut [Outcome], paths: &FileRules, today: Option<&str>) -> Applied {
    let mut applied = Applied::default();
    for waiver in waivers {
        if let Some(message) = waiver.lapse(today) {
            applied.diagnostics.push(waiver.diagnostic(message));
            continue;
        }
        let own = outcomes.iter_mut().find(|outcome| outcome.rule.id == waiver.rule);
        let accepted = own.map(|outcome| outcome.accept(|finding| waiver.accepts(finding, paths))).unwrap_or_default();
        if accepted.is_empty() {
            let what = if waiver.is_inline { "this comment" } else { "this waiver" };
            let message = format!("{what} accepts nothing of {}: take it out", waiver.rule);
            applied.diagnostics.push(waiver.diagnostic(message));
        }
        applied.waived.extend(accepted.into_iter().map(|finding| Waived {
            rule: waiver.rule.clone(),
            path: finding.place.path.to_string(),
            line: finding.place.span.line,
            message: finding.message,
            fingerprint: finding.fingerprint,
            reason: waiver.reason.clone(),
            owner: waiver.owner.clone(),
            expires: waiver.expires.clone(),
        }));
    }
    applied
        .waived
        .sort_by(|a, b| (&a.rule, &a.path, a.line, &a.fingerprint).cmp(&(&b.rule, &b.path, b.line, &b.fingerprint)));
    applied
}
