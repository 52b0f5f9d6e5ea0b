//! One assessment made by hand, with everything that a report can hold and with texts of a hostile tree.

use std::collections::BTreeMap;
use std::sync::Arc;

use auditor::facts::{
    Component, ComponentKind, Conclusion, Diagnostic, Horizon, Language, Level, Place, Role, RuleId, Severity, Span,
};
use auditor::model::{FoundTool, FoundUse};
use auditor::rules::{
    Act, Advice, Applies, Counts, Evidence, Excerpt, Finding, NewFile, Outcome, Remedy, Rule, RuleKind, Status, Tally,
};
use auditor::score::{
    Assessment, CategoryScore, CategoryStatus, ControlResult, ControlStatus, FrameworkResult, Gate, Governance, Score,
    Summary, Tool, Verdict, Waived,
};

/// What a hostile tree may put into names, paths and messages.
pub(crate) const HOSTILE: &str = "a|b `c` ``d <script>alert(1)</script> \u{1b}[31mred\u{1b}[0m \"quoted\" 'x'\r\n# heading\n- [link](javascript:x) \
     *bold* _em_ \u{202e}turned\u{9b}2J \u{7f} größer 日本";

/// A path that a hostile tree may hold.
pub(crate) const HOSTILE_PATH: &str = "src/a b|`c`<script>/[x](y)\n\u{1b}[2J#ü.ts";

/// What is looked for in a rule.
struct Draft {
    id: &'static str,
    title: &'static str,
    kind: RuleKind,
    severity: Severity,
    weight: u32,
    why: &'static str,
    remedy: (&'static str, Horizon, f64, f64),
}

fn rule(draft: &Draft) -> Arc<Rule> {
    let (summary, horizon, hours, hours_each) = draft.remedy;
    Arc::new(Rule {
        id: RuleId::parse(draft.id).unwrap(),
        title: draft.title.to_owned(),
        kind: draft.kind,
        severity: draft.severity,
        weight: draft.weight,
        is_vulnerability: draft.id == "errors/swallowed",
        what: format!("What counts for {}.", draft.id),
        why: draft.why.to_owned(),
        applies: Applies::default(),
        evidence: Vec::new(),
        defects: Vec::new(),
        undecided: Vec::new(),
        missing: None,
        density: None,
        remedy: Remedy { summary: summary.to_owned(), horizon, hours, hours_each },
        controls: BTreeMap::from([("soc2".to_owned(), vec!["CC8.1".to_owned()])]),
    })
}

fn place(path: &str, line: u32) -> Place {
    let span = match line {
        0 => Span::START,
        line => Span { line, column: 3, end_line: line, end_column: 20 },
    };
    Place { path: Arc::from(path), span }
}

fn evidence(path: &str, line: u32, detail: &str) -> Evidence {
    Evidence { place: place(path, line), detail: detail.to_owned() }
}

fn finding(path: &str, line: u32, message: &str, severity: Severity) -> Finding {
    Finding {
        place: place(path, line),
        message: message.to_owned(),
        severity,
        fingerprint: format!("{:032x}", path.len() * 1000 + line as usize),
        component: Some("apps/web".to_owned()),
        counts: severity > Severity::Info,
        is_old: false,
        line_hash: (line > 0).then(|| format!("{line:x}00fe:1")),
        excerpt: (line > 1).then(|| Excerpt {
            line: line - 1,
            lines: vec!["before();".to_owned(), HOSTILE.replace(char::is_control, "\u{fffd}"), String::new()],
        }),
        act: Act::Here,
    }
}

fn outcome(rule: Arc<Rule>, status: Status, ratio: f64, reason: &str) -> Outcome {
    Outcome {
        rule,
        status,
        ratio,
        reason: reason.to_owned(),
        evidence: Vec::new(),
        findings: Vec::new(),
        tally: Tally::None,
        advice: None,
    }
}

fn ci() -> Vec<Outcome> {
    let pipeline = rule(&Draft {
        id: "ci/pipeline",
        title: "A pipeline checks changes",
        kind: RuleKind::Expect,
        severity: Severity::Critical,
        weight: 5,
        why: "Without it, every change is checked by hand or not at all.",
        remedy: ("Add a workflow that runs on push and on pull requests.", Horizon::Immediate, 8.0, 0.0),
    });
    let lint = rule(&Draft {
        id: "ci/lint-on-change",
        title: "Changes are linted",
        kind: RuleKind::Expect,
        severity: Severity::Medium,
        weight: 2,
        why: "Style and simple mistakes otherwise cost review time.",
        remedy: ("Run `pnpm lint` as a step of the workflow.", Horizon::ShortTerm, 1.5, 0.0),
    });
    let gate = rule(&Draft {
        id: "ci/toothless-gate",
        title: "A gate that cannot fail, such as `|| true`",
        kind: RuleKind::Forbid,
        severity: Severity::High,
        weight: 3,
        why: "A red result that blocks nothing is read as green.",
        remedy: ("Remove what swallows the exit status.", Horizon::ShortTerm, 1.0, 0.5),
    });
    let missing = "No CI system runs anything when a change is proposed";
    vec![
        Outcome {
            findings: vec![finding("package.json", 0, missing, Severity::Critical)],
            advice: Some(Advice {
                summary: Some("Add `.github/workflows/ci.yml`.".to_owned()),
                files: vec![NewFile {
                    path: ".github/workflows/ci.yml".to_owned(),
                    text: "name: CI\n\n\non: push # ``` </script><script>alert(1)</script>\n".to_owned(),
                }],
            }),
            ..outcome(pipeline, Status::Fail, 0.0, missing)
        },
        Outcome {
            findings: vec![finding(".github/workflows/ci.yml", 12, "`pnpm test || true` cannot fail", Severity::High)],
            ..outcome(gate, Status::Fail, 0.0, "1 finding in 1 file")
        },
        Outcome {
            evidence: vec![evidence(".github/workflows/ci.yml", 20, "runs `eslint .` on push")],
            findings: vec![finding(".github/workflows/ci.yml", 20, "only on push to main", Severity::Medium)],
            ..outcome(lint, Status::Partial, 0.5, "only on push to main")
        },
    ]
}

fn observability() -> Vec<Outcome> {
    let health = rule(&Draft {
        id: "observability/health-endpoint",
        title: "A health endpoint",
        kind: RuleKind::Expect,
        severity: Severity::Critical,
        weight: 5,
        why: "Nobody can tell whether the service is up.",
        remedy: ("Register `GET /health`.", Horizon::Immediate, 4.0, 0.0),
    });
    let console = rule(&Draft {
        id: "observability/console-logging",
        title: "Prints to the console in production code",
        kind: RuleKind::Forbid,
        severity: Severity::Medium,
        weight: 3,
        why: "Such lines have no level, no context and cannot be searched.",
        remedy: ("Replace the calls by the logger.", Horizon::ShortTerm, 2.0, 0.05),
    });
    let tracing = rule(&Draft {
        id: "observability/tracing",
        title: "Requests are traced",
        kind: RuleKind::Expect,
        severity: Severity::Medium,
        weight: 2,
        why: "A slow request cannot be followed through the system.",
        remedy: ("Set up OpenTelemetry.", Horizon::LongTerm, 16.0, 0.0),
    });
    let mut findings: Vec<Finding> = (1..=8)
        .map(|line| finding("src/api/search.ts", line * 10, "`console.log` in production code", Severity::Medium))
        .collect();
    findings.push(finding("src/api/user.ts", 4, "`console.error` in production code", Severity::Medium));
    findings.push(finding("tests/search.test.ts", 5, "`console.log` in a test", Severity::Info));
    findings.sort_by(|a, b| a.place.cmp(&b.place));
    vec![
        Outcome {
            evidence: vec![
                evidence("apps/web/health.ts", 7, "`GET /health`"),
                evidence("apps/web/health.ts", 19, "`GET /healthz`"),
                evidence("apps/worker/health.ts", 7, "`GET /health`"),
                evidence("apps/worker/main.ts", 70, "`GET /up`"),
            ],
            ..outcome(health, Status::Pass, 1.0, "`GET /health`")
        },
        Outcome { findings, ..outcome(console, Status::Fail, 0.123, "9 findings in 2 files") },
        outcome(tracing, Status::Unknown, 0.0, "the collector's configuration is not read"),
    ]
}

fn errors() -> Vec<Outcome> {
    let hostile = rule(&Draft {
        id: "errors/swallowed",
        title: "An error is caught and dropped",
        kind: RuleKind::Forbid,
        severity: Severity::Medium,
        weight: 3,
        why: "What went wrong is never known.",
        remedy: ("Handle the error or pass it on.", Horizon::ShortTerm, 1.0, 0.25),
    });
    let boundary = rule(&Draft {
        id: "errors/boundary",
        title: "Error boundaries",
        kind: RuleKind::Expect,
        severity: Severity::Low,
        weight: 1,
        why: "One broken widget takes the page with it.",
        remedy: ("Add `error.tsx`.", Horizon::LongTerm, 2.0, 0.0),
    });
    let long = format!("{HOSTILE} {}", "very long ".repeat(100));
    vec![
        Outcome {
            findings: vec![
                finding(HOSTILE_PATH, 3, HOSTILE, Severity::Medium),
                finding("src/z.ts", 9, &long, Severity::Medium),
            ],
            ..outcome(hostile, Status::Fail, 0.0, HOSTILE)
        },
        Outcome { evidence: vec![evidence(HOSTILE_PATH, 1, HOSTILE)], ..outcome(boundary, Status::Pass, 1.0, HOSTILE) },
    ]
}

fn migrations() -> Vec<Outcome> {
    let drop = |id, title| {
        rule(&Draft {
            id,
            title,
            kind: RuleKind::Forbid,
            severity: Severity::High,
            weight: 3,
            why: "The code that still runs breaks.",
            remedy: ("Expand, migrate, contract.", Horizon::ShortTerm, 2.0, 1.0),
        })
    };
    vec![
        outcome(drop("migrations/drop-column", "A column is dropped"), Status::Pass, 1.0, "nothing found"),
        outcome(drop("migrations/drop-table", "A table is dropped"), Status::Pass, 1.0, "nothing found"),
        outcome(
            drop("migrations/schema-drift", "The schema differs from the migrations"),
            Status::NotApplicable,
            0.0,
            "no schema is declared in code",
        ),
    ]
}

fn scalability() -> Vec<Outcome> {
    let cache = rule(&Draft {
        id: "scalability/cdn",
        title: "Static files come from a CDN",
        kind: RuleKind::Expect,
        severity: Severity::Low,
        weight: 1,
        why: "Far users wait.",
        remedy: ("Configure a CDN.", Horizon::LongTerm, 8.0, 0.0),
    });
    vec![outcome(cache, Status::NotApplicable, 0.0, "nothing here is served to browsers")]
}

fn category(
    id: &str,
    title: &str,
    weight: u32,
    score: Option<f64>,
    status: CategoryStatus,
    own: &[Outcome],
) -> CategoryScore {
    let mut counts = Counts::default();
    for outcome in own {
        counts.add(outcome.status);
    }
    CategoryScore { id: Arc::from(id), title: title.to_owned(), weight, score, status, counts }
}

fn component() -> Component {
    let reason = Conclusion { reason: "listens".to_owned(), place: place("apps/web/server.ts", 1) };
    Component {
        path: "apps/web".to_owned(),
        name: "@americano/web".to_owned(),
        kinds: BTreeMap::from([(ComponentKind::Service, reason.clone()), (ComponentKind::Web, reason)]),
        languages: vec![Language::TypeScript],
        frameworks: vec!["Next.js".to_owned()],
        package_manager: Some("pnpm".to_owned()),
        ..Component::default()
    }
}

/// A tool of the sample, at a place that means harm.
fn tool() -> FoundTool {
    let place = place(HOSTILE_PATH, 3);
    FoundTool {
        id: "pino".to_owned(),
        title: "pino".to_owned(),
        topics: vec!["structured-loggers".to_owned()],
        uses: vec![FoundUse { how: "import", role: Role::Product, place }],
    }
}

/// The sample.
pub(crate) fn assessment() -> Assessment {
    let groups = [ci(), observability(), errors(), migrations(), scalability()];
    let [ci, observability, errors, migrations, scalability] = &groups;
    let categories = vec![
        category("ci", "CI/CD pipeline", 3, Some(1.0), CategoryStatus::Critical, ci),
        category("observability", "Monitoring, logging and health", 3, Some(6.7), CategoryStatus::Good, observability),
        category("errors", "Error tracking | handling", 2, Some(2.5), CategoryStatus::Critical, errors),
        category("migrations", "Database and migrations", 2, Some(10.0), CategoryStatus::Excellent, migrations),
        category("scalability", "Scaling and performance", 1, None, CategoryStatus::NotApplicable, scalability),
    ];
    let diagnostic = |level, path: Option<&str>, message: &str| Diagnostic {
        path: path.map(Arc::from),
        span: None,
        level,
        message: message.to_owned(),
    };
    Assessment {
        tool: Tool {
            name: "auditor".to_owned(),
            version: "0.1.0".to_owned(),
            rules: 12,
            rules_digest: format!("sha256:{}", "0a".repeat(32)),
        },
        repository: Summary {
            name: "americano".to_owned(),
            commit: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
            branch: Some("main".to_owned()),
            dirty: true,
            files: 1147,
            bytes: 11_849_999,
            source_files: 400,
            profile: "service".to_owned(),
            overlays: Vec::new(),
        },
        components: vec![component()],
        tools: vec![tool()],
        score: Score {
            overall: Some(3.5),
            verdict: Verdict::NotReady,
            compliance_percent: Some(35),
            coverage_percent: 98,
            groups: BTreeMap::from([
                ("devops".to_owned(), Some(3.000_000_01)),
                ("infrastructure".to_owned(), Some(4.0)),
            ]),
            blockers: vec![RuleId::parse("ci/pipeline").unwrap()],
        },
        categories,
        outcomes: groups.into_iter().flatten().collect(),
        waived: vec![Waived {
            rule: RuleId::parse("errors/swallowed").unwrap(),
            path: HOSTILE_PATH.to_owned(),
            line: 7,
            message: HOSTILE.to_owned(),
            fingerprint: "00ff".to_owned(),
            reason: HOSTILE.to_owned(),
            owner: Some("platform".to_owned()),
            expires: Some("2026-12-31".to_owned()),
        }],
        governance: governance(),
        diagnostics: vec![
            diagnostic(Level::Error, None, "the index of git cannot be read"),
            diagnostic(Level::Warning, Some(HOSTILE_PATH), HOSTILE),
            diagnostic(Level::Note, Some("big.json"), "not read: 80 MiB is over the limit of 8 MiB"),
        ],
        date: Some("2026-11-24".to_owned()),
    }
}

/// An assessment with nothing in it.
pub(crate) fn empty() -> Assessment {
    Assessment {
        repository: Summary::default(),
        components: Vec::new(),
        tools: Vec::new(),
        score: Score {
            overall: None,
            verdict: Verdict::NotReady,
            compliance_percent: None,
            coverage_percent: 100,
            groups: BTreeMap::new(),
            blockers: Vec::new(),
        },
        categories: Vec::new(),
        outcomes: Vec::new(),
        waived: Vec::new(),
        governance: Governance::default(),
        diagnostics: Vec::new(),
        date: None,
        ..assessment()
    }
}

fn governance() -> Governance {
    let rule = |id: &str| RuleId::parse(id).unwrap();
    let control = |id: &str, status, supports: &[&str], lacks: &[&str]| ControlResult {
        id: id.to_owned(),
        title: HOSTILE.to_owned(),
        status,
        supports: supports.iter().map(|id| rule(id)).collect(),
        lacks: lacks.iter().map(|id| rule(id)).collect(),
        silent: Vec::new(),
        beyond: "What people do.".to_owned(),
    };
    Governance {
        gates: vec![Gate {
            name: "fail-under".to_owned(),
            asked: "7.0".to_owned(),
            actual: "3.5".to_owned(),
            is_met: false,
            reason: HOSTILE.to_owned(),
        }],
        policy_commit: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
        loosened: vec![HOSTILE.to_owned()],
        frameworks: vec![FrameworkResult {
            id: "soc2".to_owned(),
            title: "SOC 2".to_owned(),
            version: "2017".to_owned(),
            about: "Criteria.".to_owned(),
            controls: vec![
                control("CC8.1", ControlStatus::Partial, &["errors/boundary"], &["ci/pipeline"]),
                control("CC7.2", ControlStatus::Satisfied, &["errors/boundary"], &[]),
                control("CC6.2", ControlStatus::NotAssessable, &[], &[]),
            ],
        }],
    }
}
