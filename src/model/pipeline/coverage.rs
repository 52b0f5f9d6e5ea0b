//! Runs that enforce a minimum coverage because the configuration of their tool asks for one.

use crate::facts::{Data, Fact, PipelineRun, Setting, SettingSubject};
use crate::model::Facts;

/// Notes which runs fail below the minimum of a configuration file.
pub(super) fn enforce(facts: &Facts, runs: &mut [Fact]) {
    let thresholds: Vec<(&str, &Setting)> = facts
        .each::<Setting>()
        .filter(|(fact, setting)| {
            setting.subject == SettingSubject::CoverageThreshold && setting.is_enabled && fact.role.is_written()
        })
        .map(|(fact, setting)| (&*fact.place.path, setting))
        .collect();
    if thresholds.is_empty() {
        return;
    }
    for fact in runs {
        let Data::PipelineRun(run) = &mut fact.data else { continue };
        let is_gate = run.purposes.iter().any(|purpose| purpose == "coverage-gate");
        if !is_gate && thresholds.iter().any(|(path, setting)| enforces(run, path, &setting.tool)) {
            run.purposes.push("coverage-gate".to_owned());
            run.purposes.sort_unstable();
        }
    }
}

/// Whether a run reads the threshold of a tool and fails below it.
fn enforces(run: &PipelineRun, path: &str, tool: &str) -> bool {
    let words: Vec<&str> = run.command.split_whitespace().collect();
    let program = words.first().map_or("", |first| first.rsplit('/').next().unwrap_or(first));
    let has = |options: &[&str]| words.iter().any(|word| options.contains(word));
    let starts = |option: &str| words.iter().any(|word| word.starts_with(option));
    let measures = || starts("--coverage") && !has(&["--coverage=false", "--coverage.enabled=false"]);
    match tool {
        "Jest" => measures() && (run.tools.iter().any(|tool| tool == "jest") || program == "react-scripts"),
        "Vitest" => measures() && program == "vitest",
        "Istanbul" => matches!(program, "nyc" | "c8") && has(&["report", "check-coverage"]),
        "pytest-cov" => matches!(program, "pytest" | "py.test") && !has(&["--no-cov"]),
        "coverage.py" => {
            program == "coverage" && has(&["report", "xml", "html", "json"])
                || matches!(program, "pytest" | "py.test") && starts("--cov")
        }
        "JaCoCo" if path.ends_with("pom.xml") => {
            matches!(program, "mvn" | "mvnw") && has(&["verify", "install", "deploy"]) && !starts("-DskipTests")
        }
        "Kover" => matches!(program, "gradle" | "gradlew") && has(&["check", "build"]),
        "SimpleCov" => {
            matches!(program, "rspec" | "rails" | "rake" | "cucumber") && run.purposes.iter().any(|it| it == "test")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enforced(command: &str, path: &str, tool: &str) -> bool {
        let run = PipelineRun {
            system: String::new(),
            job: String::new(),
            triggers: Vec::new(),
            on_change: true,
            command: command.to_owned(),
            folder: None,
            tools: vec!["jest".to_owned()],
            purposes: vec!["test".to_owned()],
            via: Vec::new(),
            can_fail: true,
            mask: String::new(),
            is_opaque: false,
        };
        enforces(&run, path, tool)
    }

    #[test]
    fn only_a_run_that_measures_enforces() {
        assert!(enforced("jest --ci --coverage", "package.json", "Jest"));
        assert!(!enforced("jest --ci", "package.json", "Jest"));
        assert!(!enforced("vitest run --coverage.enabled=false", "vitest.config.ts", "Vitest"));
        assert!(enforced("pytest -x", "pyproject.toml", "pytest-cov"));
        assert!(!enforced("pytest -x", "pyproject.toml", "coverage.py"));
        assert!(enforced("./mvnw -B verify", "pom.xml", "JaCoCo"));
        assert!(!enforced("mvn test", "pom.xml", "JaCoCo"));
        assert!(!enforced("./gradlew check", "build.gradle", "JaCoCo"));
        assert!(enforced("./gradlew check", "build.gradle.kts", "Kover"));
    }
}
