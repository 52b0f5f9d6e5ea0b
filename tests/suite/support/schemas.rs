//! Reports against their schemas.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use auditor::report::{Format, Style, render};
use auditor::score::Assessment;
use jsonschema::Validator;
use serde_json::Value;

/// The schemas of the machine formats, compiled.
pub(crate) struct Schemas {
    pub(crate) report: Validator,
    sarif: Validator,
}

impl Schemas {
    pub(crate) fn new() -> Self {
        let report: Value = serde_json::from_str(include_str!("../../../reports/schema/report.schema.json")).unwrap();
        assert!(jsonschema::meta::is_valid(&report));
        let validator = |schema: &Value| jsonschema::validator_for(schema).unwrap();
        Self { report: validator(&report), sarif: validator(&sarif_schema()) }
    }

    /// Fails when the OSCAL form of this assessment is not valid by NIST's schema (a work of the United States, public
    /// domain).
    #[track_caller]
    pub(crate) fn check_oscal(assessment: &Assessment) {
        let schema = include_str!("../schemas/oscal-assessment-results-1.1.3.json");
        let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
        let report = serde_json::from_str(&render(assessment, Format::Oscal, &Style::default()).unwrap()).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "OSCAL of {}:\n{}", assessment.repository.name, errors.join("\n"));
    }

    /// Fails when a report of this assessment is not valid.
    #[track_caller]
    pub(crate) fn check(&self, assessment: &Assessment) {
        for (validator, format) in
            [(&self.report, Format::Json), (&self.sarif, Format::Sarif), (&self.sarif, Format::SarifFull)]
        {
            let report = serde_json::from_str(&render(assessment, format, &Style::default()).unwrap()).unwrap();
            let errors: Vec<String> =
                validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{format:?} of {}:\n{}", assessment.repository.name, errors.join("\n"));
        }
    }
}

/// The schema that the `serde-sarif` package carries, in whatever folder cargo keeps its source.
fn sarif_schema() -> Value {
    let run = |command: &mut Command| {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    // Without a platform, cargo wants the packages of all of them, which nobody downloads.
    let version = run(Command::new("rustc").arg("-vV"));
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = run(Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", host])
        .args(["--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")]));
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let package = metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == "serde-sarif");
    let manifest = PathBuf::from(package.unwrap()["manifest_path"].as_str().unwrap());
    let schema = fs::read_to_string(manifest.with_file_name("src/schema.json")).unwrap();
    // The standard's own file has a stray bracket in the expression for languages.
    serde_json::from_str(&schema.replace("{2}]?$", "{2}$")).unwrap()
}
