//! The program as it is fuzzed: without a disk, one input at a time.

use std::sync::OnceLock;

use auditor::config::{Layer, Source, resolve};
use auditor::extract::secret::Formats;
use auditor::extract::{Extracted, Extractors};
use auditor::facts::{Fact, File, Language, RepoPath};
use auditor::model::{Parts, Repository, line_hashes};
use auditor::policy::Policy;
use auditor::report::{Format, Style, read, render};
use auditor::rules::Catalogue;
use auditor::scan::{Auditor, Understood};
use auditor::signals::Signals;
use auditor::walk::Roles;

/// The longest path that is worth a look.
const PATH: usize = 200;

pub(crate) struct Subject {
    auditor: Auditor,
    extractors: Extractors,
}

impl Subject {
    /// Compiled once.
    pub(crate) fn get() -> &'static Self {
        static SUBJECT: OnceLock<Subject> = OnceLock::new();
        SUBJECT.get_or_init(|| {
            let auditor = Auditor::new().expect("the built-in rules");
            let formats = Formats::built_in().expect("the built-in formats");
            let extractors = Extractors::new(formats, &auditor.signals, &auditor.catalogue.patterns);
            Self { auditor, extractors }
        })
    }

    /// The facts of one file.
    pub(crate) fn extract(&self, path: &str, text: &str) -> (File, Vec<Fact>) {
        let language = Language::from_extension(path.rsplit_once('.').map_or("", |(_, ending)| ending));
        let role = Roles::new([path].into_iter(), &[]).of(path, language, text);
        let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
        let file = File { path: RepoPath::from(path), bytes: text.len() as u64, role, language, lines };
        let Extracted { facts, diagnostics, .. } = self.extractors.extract(&file, text);
        let crash = diagnostics.iter().find(|diagnostic| diagnostic.message.contains("a defect of auditor"));
        assert!(crash.is_none(), "{path}: {crash:?}");
        (file, facts)
    }

    /// A repository from its files to a report and back again, and to one more format: which, its length decides.
    pub(crate) fn repository(&self, data: &[u8]) {
        let mut parts = Parts::default();
        let mut files: Vec<(String, String)> = data.split(|&byte| byte == super::SEPARATOR).filter_map(split).collect();
        files.sort();
        files.dedup_by(|a, b| a.0 == b.0);
        for (path, text) in &files {
            let (file, facts) = self.extract(path, text);
            let lines = line_hashes(text, &facts);
            if !lines.is_empty() {
                parts.lines.insert(file.path.clone(), lines);
            }
            parts.files.push(file);
            parts.facts.extend(facts);
        }
        let repository = Repository::build(parts, &self.auditor.signals);
        let understood = Understood { repository, commit: None, bytes: data.len() as u64, parsed_files: 0 };
        let assessment = self.auditor.assess(understood, "fuzz", &Policy::default()).expect("an assessment");
        let formats: Vec<Format> = Format::all().collect();
        let other = formats.get(data.len() % formats.len().max(1)).copied();
        for format in other.into_iter().chain([Format::Json]) {
            let text = render(&assessment, format, &Style::default()).expect("a report");
            assert!(!text.contains('\u{1b}'), "{} hands on a control character", format.name());
            if format == Format::Json {
                read(&text).expect("a report that can be read back");
            }
        }
    }
}

/// The path and the text of an input.
pub(crate) fn split(data: &[u8]) -> Option<(String, String)> {
    let at = data.iter().position(|&byte| byte == b'\n').filter(|at| (1..PATH).contains(at))?;
    let path = std::str::from_utf8(data.get(..at)?).ok()?;
    let is_path = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    is_path.then(|| (path.to_owned(), String::from_utf8_lossy(data.get(at + 1..).unwrap_or_default()).into_owned()))
}

/// A file of a rule pack, as each of the things that a pack can hold.
pub(crate) fn rules(text: &str) {
    const CATEGORY: &str = "[[category]]\nid = \"own\"\ntitle = \"t\"\nweight = 1\ngroups = []\n";
    let _ = Catalogue::load(&[("categories.toml", text)]);
    let _ = Catalogue::load(&[("categories.toml", CATEGORY), ("own/rule.toml", text)]);
    let _ = Catalogue::load(&[("categories.toml", CATEGORY), ("frameworks/own.toml", text)]);
    let _ = Signals::load([("signals/own.toml", text)]);
    let _ = Formats::load([("secrets/formats/own.toml", text)]);
}

/// A file of configuration, by itself and above itself.
pub(crate) fn configuration(text: &str) {
    let Ok(layer) = Layer::parse(Source::Organisation, "auditor.toml", text) else { return };
    if let Ok(resolved) = resolve([&layer, &layer]) {
        let _ = toml_text(&resolved);
    }
}

fn toml_text(resolved: &auditor::config::Resolved) -> String {
    let line = |(key, held): (&auditor::config::Key, &auditor::config::Held)| {
        format!("{} = {}", auditor::config::key_text(key), auditor::config::one_line(&held.value))
    };
    resolved.values.iter().map(line).collect()
}

/// A JSON report, made into every format.
pub(crate) fn report(text: &str) {
    let Ok(assessment) = read(text) else { return };
    for format in Format::all() {
        let _ = render(&assessment, format, &Style::default());
    }
}
