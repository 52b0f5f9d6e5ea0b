//! Judging: rules against the repository. Pure, and in parallel over rules.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::accept::PARTIAL;
use super::lacking::Lacking;
use super::outcome::{Act, Evidence, Finding, Outcome, Status, Tally, weighed};
use super::rule::{Density, DensityUnit, Rule, RuleKind};
use super::{Catalogue, Matcher, matcher, placing};
use crate::facts::{Component, Fact, Kind, Place, RepoPath, RuleId, Severity, Value};
use crate::model::Repository;

/// The outcome of every rule, in the order of the catalogue. `took` is told how long each of them took.
pub fn judge(catalogue: &Catalogue, repository: &Repository, took: impl Fn(&RuleId, Duration) + Sync) -> Vec<Outcome> {
    let judge = |rule| {
        let began = Instant::now();
        let outcome = Judge { rule, repository }.outcome_unless(catalogue);
        took(&rule.id, began.elapsed());
        outcome
    };
    let mut outcomes: Vec<Outcome> = catalogue.rules.par_iter().map(judge).collect();
    placing::fingerprint(&mut outcomes, repository);
    outcomes
}

pub(super) struct Judge<'a> {
    pub(super) rule: &'a Arc<Rule>,
    pub(super) repository: &'a Repository,
}

/// What a rule is judged on: the repository (`None`) or one of its components.
pub(super) type Scope<'a> = Option<&'a Component>;

impl<'a> Judge<'a> {
    /// Not applicable with the reason, where somebody has switched the rule off; unknown, where what it looks at could
    /// not be derived.
    fn outcome_unless(&self, catalogue: &Catalogue) -> Outcome {
        let lost = self.rule.kinds().find(|kind| self.repository.lost.contains(kind));
        match catalogue.disabled.get(&self.rule.id) {
            None => match lost {
                None => self.outcome(),
                Some(kind) => {
                    let reason = format!("a defect of auditor lost the facts `{}`", kind.name());
                    self.result(Status::Unknown, 0.0, reason, Vec::new(), Vec::new())
                }
            },
            Some(reason) => {
                let reason = format!("switched off by the configuration: {reason}");
                self.result(Status::NotApplicable, 0.0, reason, Vec::new(), Vec::new())
            }
        }
    }

    fn outcome(&self) -> Outcome {
        let scopes = self.concerned(self.scopes());
        if scopes.is_empty() || self.repository.files.is_empty() {
            let reason = match self.rule.applies.otherwise.as_str() {
                "" => "there are no files".to_owned(),
                otherwise => otherwise.to_owned(),
            };
            return self.result(Status::NotApplicable, 0.0, reason, Vec::new(), Vec::new());
        }
        match self.rule.kind {
            RuleKind::Expect => self.expect(&scopes),
            RuleKind::Forbid => self.forbid(&scopes),
        }
    }

    fn result(
        &self,
        status: Status,
        ratio: f64,
        reason: String,
        mut evidence: Vec<Evidence>,
        mut findings: Vec<Finding>,
    ) -> Outcome {
        evidence.sort();
        evidence.dedup();
        findings.sort_by(|a, b| (&a.place, &a.message).cmp(&(&b.place, &b.message)));
        let ratio = (ratio * 1000.0).round() / 1000.0;
        let tally = Tally::None;
        Outcome { rule: Arc::clone(self.rule), status, ratio, reason, evidence, findings, tally, advice: None }
    }

    /// The facts that a matcher means and that count in a scope.
    pub(super) fn facts<'m>(&'m self, matcher: &'m Matcher, scope: Scope<'a>) -> impl Iterator<Item = &'a Fact> + 'm {
        let facts = self.repository.facts.of(matcher.kind).iter();
        facts.filter(move |fact| matcher.matches(fact) && scope.is_none_or(|own| self.counts_for(own, fact)))
    }

    fn undecided(&self, scope: Scope<'a>) -> Option<String> {
        self.rule
            .undecided
            .iter()
            .find_map(|entry| self.facts(&entry.matcher, scope).next().map(|fact| matcher::fill(&entry.reason, fact)))
    }

    fn expect(&self, scopes: &[Scope<'a>]) -> Outcome {
        let verdicts: Vec<_> = scopes.iter().map(|&scope| (scope, self.expect_in(scope))).collect();
        let (verdicts, aside) = Lacking { rule: self.rule, repository: self.repository }.set_apart(verdicts);
        let mut evidence = Vec::new();
        let mut findings = Vec::new();
        let mut reasons = Vec::new();
        let (mut earned, mut decided, mut passed) = (0.0, 0_u32, 0_usize);
        for (scope, verdict) in verdicts {
            match verdict {
                Verdict::Pass(found) => {
                    evidence.extend(found);
                    earned += 1.0;
                    passed += 1;
                    decided += 1;
                }
                Verdict::Partial(found, because) => {
                    findings.push(self.finding_at(&found, scope, &because));
                    evidence.extend(found);
                    reasons.push(because);
                    earned += PARTIAL;
                    decided += 1;
                }
                Verdict::Missing => {
                    findings.extend(self.missing(scope, scopes.len() > 1));
                    decided += 1;
                }
                Verdict::Unknown(because) => reasons.push(because),
            }
        }
        let judged = scopes.len() - aside.len();
        if decided == 0 {
            let reason = reasons.into_iter().next().unwrap_or_default();
            return self.result(Status::Unknown, 0.0, reason, evidence, findings);
        }
        let ratio = earned / f64::from(decided);
        let undecided = judged - decided as usize;
        let (status, reason) = if findings.is_empty() && undecided > 0 {
            let because = reasons.into_iter().next().unwrap_or_default();
            let reason = format!("{passed} of {judged} {} have it; {because}", self.scope_words());
            return self.result(Status::Unknown, 0.0, reason, evidence, findings);
        } else if findings.is_empty() {
            (Status::Pass, first_detail(&evidence))
        } else if earned > 0.0 {
            let count = format!("{passed} of {judged} {} have it", self.scope_words());
            (Status::Partial, reasons.into_iter().next().unwrap_or(count))
        } else {
            (Status::Fail, self.rule.missing.as_ref().map(|missing| missing.message.clone()).unwrap_or_default())
        };
        let apart = aside.into_iter().filter_map(|scope| self.missing(scope, true));
        findings.extend(apart.map(|finding| Finding { counts: false, severity: Severity::Info, ..finding }));
        let tally = Tally::Scopes { earned, judged: decided };
        Outcome { tally, ..self.result(status, ratio, reason, evidence, findings) }
    }

    fn scope_words(&self) -> String {
        match self.rule.applies.kinds.as_slice() {
            [kind] if !matches!(kind.name(), "web" | "library") => format!("{}s", kind.name()),
            kinds => {
                let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
                format!("components ({})", kinds.join(", "))
            }
        }
    }

    fn expect_in(&self, scope: Scope<'a>) -> Verdict {
        let mut full = Vec::new();
        let mut partial = Vec::new();
        let mut because = None;
        let mut limits = None;
        for entry in &self.rule.evidence {
            for fact in self.facts(&entry.matcher, scope) {
                let detail = matcher::fill(&entry.detail, fact);
                let evidence = Evidence { place: fact.place.clone(), detail };
                match &entry.partial_because {
                    None => full.push(evidence),
                    Some(text) if entry.limits => {
                        limits.get_or_insert_with(|| (evidence, matcher::fill(text, fact)));
                    }
                    Some(text) => {
                        because.get_or_insert_with(|| matcher::fill(text, fact));
                        partial.push(evidence);
                    }
                }
            }
        }
        match because {
            _ if !full.is_empty() => match limits {
                Some((limit, because)) => {
                    full.push(limit);
                    Verdict::Partial(full, because)
                }
                None => Verdict::Pass(full),
            },
            Some(because) => Verdict::Partial(partial, because),
            None => self.undecided(scope).map_or(Verdict::Missing, Verdict::Unknown),
        }
    }

    fn finding_at(&self, found: &[Evidence], scope: Scope<'a>, message: &str) -> Finding {
        let place = found.first().map_or_else(|| self.acting(scope).place(&[]), |evidence| evidence.place.clone());
        self.finding(place, message.to_owned(), self.rule.severity, scope)
    }

    /// The finding of a practice that is missing; it names the component where there are several.
    fn missing(&self, scope: Scope<'a>, is_one_of_many: bool) -> Option<Finding> {
        let missing = self.rule.missing.as_ref()?;
        let acting = self.acting(scope);
        let (place, act) = (acting.place(&missing.at), acting.act(missing));
        let message = match scope.filter(|_| is_one_of_many) {
            Some(component) => format!("{}: {}", missing.message, component.name),
            None => missing.message.clone(),
        };
        Some(Finding { act, ..self.finding(place, message, self.rule.severity, scope) })
    }

    fn finding(&self, place: Place, message: String, severity: Severity, scope: Scope<'a>) -> Finding {
        // A site of documentation lacks nothing itself: what its pages say in part, they say of the product.
        let is_about_the_product =
            |component: &&Component| self.rule.kind == RuleKind::Forbid || !component.is_documentation;
        let owner = scope.or_else(|| self.repository.component_of(&place.path).filter(is_about_the_product));
        let component = owner.map(|component| component.path.clone());
        Finding {
            place,
            message,
            severity,
            fingerprint: String::new(),
            component,
            counts: true,
            is_old: false,
            line_hash: None,
            excerpt: None,
            act: Act::Here,
        }
    }

    fn forbid(&self, scopes: &[Scope<'a>]) -> Outcome {
        let mut findings: Vec<Finding> = Vec::new();
        for entry in &self.rule.defects {
            for fact in self.repository.facts.of(entry.matcher.kind) {
                let scope = scopes.iter().find(|scope| scope.is_none_or(|own| self.concerns(own, &fact.place.path)));
                let Some(&scope) = scope else { continue };
                if !entry.matcher.matches(fact) {
                    continue;
                }
                let severity = self.severity_of(entry, fact);
                let is_old = is_old(fact);
                let severity = if is_old { severity.min(Severity::Low) } else { severity };
                let message = matcher::fill(&entry.message, fact);
                let finding = self.finding(fact.place.clone(), message, severity, scope);
                let counts = entry.counts && severity > Severity::Info;
                findings.push(Finding { counts, is_old, ..finding });
            }
        }
        let counted = findings.iter().filter(|finding| finding.counts).count();
        let old = findings.iter().filter(|finding| finding.counts && finding.is_old).count();
        let apart = findings.len() - counted;
        if counted > 0 {
            let files: BTreeSet<&RepoPath> =
                findings.iter().filter(|finding| finding.counts).map(|finding| &finding.place.path).collect();
            let total = format!("{} in {}", plural(counted, "finding"), plural(files.len(), "file"));
            let reason = match counted - old {
                _ if old == 0 => total,
                0 => format!("{total}, all of older migrations, which weigh less"),
                new => format!("{total}: {new} in recent migrations, {old} in older ones, which weigh less"),
            };
            let cost = self.cost();
            let failed = self.result(
                Status::Fail,
                (1.0 - cost * weighed(counted - old, old)).max(0.0),
                reason,
                Vec::new(),
                findings,
            );
            return Outcome { tally: Tally::Findings { cost }, ..failed };
        }
        if let Some(reason) = scopes.iter().find_map(|&scope| self.undecided(scope)) {
            return self.result(Status::Unknown, 0.0, reason, Vec::new(), findings);
        }
        let reason = match apart {
            0 => "nothing found".to_owned(),
            apart => format!("nothing that counts; {} listed apart", plural(apart, "finding")),
        };
        self.result(Status::Pass, 1.0, reason, Vec::new(), findings)
    }

    /// Whether a defect in a file is a component's: in its own files or in those of a library that it uses.
    fn concerns(&self, component: &Component, path: &str) -> bool {
        let owner = self.repository.component_of(path);
        owner.is_some_and(|owner| owner.path == component.path || component.uses.contains(&owner.path))
    }

    fn severity_of(&self, entry: &super::DefectMatcher, fact: &Fact) -> Severity {
        let from_fact = entry.severity_from.as_deref().and_then(|field| match fact.data.value(field) {
            Some(Value::Text(name)) => Severity::from_name(name),
            _ => None,
        });
        let severity = from_fact.or(entry.severity).unwrap_or(self.rule.severity);
        if entry.counts { severity } else { Severity::Info }
    }

    /// What each finding costs of the weight: all of it, or by density where the rule says so.
    fn cost(&self) -> f64 {
        let Some(Density { per, worst }) = self.rule.density else { return 1.0 };
        let units = match per {
            DensityUnit::SourceFile => weighed(self.repository.source_files(), 0),
            of_facts => of_facts.kind().map_or(0.0, |kind| self.units(kind)),
        };
        1.0 / (units.max(1.0) * worst)
    }

    /// How many facts there are where the rule looks for defects; old ones weigh less.
    fn units(&self, kind: Kind) -> f64 {
        let is_judged = |role| self.rule.defects.iter().any(|defect| defect.matcher.roles.contains(&role));
        let units = self.repository.facts.of(kind).iter().filter(|fact| is_judged(fact.role));
        let (old, new): (Vec<&Fact>, Vec<&Fact>) = units.partition(|fact| is_old(fact));
        weighed(new.len(), old.len())
    }
}

/// Whether a fact says that it is of old.
fn is_old(fact: &Fact) -> bool {
    matches!(fact.data.value("age"), Some(Value::Text("old")))
}

pub(super) enum Verdict {
    Pass(Vec<Evidence>),
    Partial(Vec<Evidence>, String),
    Missing,
    Unknown(String),
}

fn first_detail(evidence: &[Evidence]) -> String {
    evidence.iter().min().map(|evidence| evidence.detail.clone()).unwrap_or_default()
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
