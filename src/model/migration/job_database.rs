//! Databases that run beside the steps of a job: services of the pipeline, and what its commands start.

use super::tested::Link;
use crate::facts::{ComposeService, Fact, Job, Pipeline, PipelineRun, Place, database_of_image};
use crate::model::Facts;
use crate::syntax::shell::join_path;

/// A database that runs beside the steps of a job.
pub(super) fn database_of_job(facts: &Facts, run_fact: &Fact, run: &PipelineRun) -> Option<Link> {
    let (fact, job) = job_of(facts, run_fact, run)?;
    if let Some((span, engine)) =
        job.services.iter().find_map(|service| Some((service.span, engine_in(&service.image)?)))
    {
        let place = Place { path: fact.place.path.clone(), span };
        return Some((place, fact.role, format!("{engine} runs beside the job")));
    }
    // Started before the tests, in the same job.
    let mut same = facts
        .each::<PipelineRun>()
        .filter(|(fact, other)| fact.place.path == run_fact.place.path && other.job == run.job);
    same.find_map(|(fact, other)| Some((fact, started(facts, other)?)))
        .map(|(fact, engine)| (fact.place.clone(), fact.role, format!("{engine} is started for the job")))
}

/// The database that a command starts.
fn started(facts: &Facts, run: &PipelineRun) -> Option<&'static str> {
    let words: Vec<&str> = run.command.split_whitespace().collect();
    let starts = |list: &[&[&str]]| list.iter().any(|start| words.starts_with(start));
    if words.contains(&"up") && starts(&[&["docker", "compose"], &["docker-compose"], &["podman", "compose"]]) {
        return composed(facts, &words, run.folder.as_deref().unwrap_or(""));
    }
    let is_start = words.contains(&"start")
        && starts(&[
            &["systemctl"],
            &["service"],
            &["brew", "services"],
            &["sem-service"],
            &["pg_ctl"],
            &["pg_ctlcluster"],
        ]);
    let is_container = starts(&[&["docker", "run"], &["podman", "run"]]);
    if is_start || is_container {
        return words.iter().find_map(|word| database_of_image(word.trim_end_matches(".service")));
    }
    let action = words.first().filter(|name| words.len() == 1 && name.contains('/'))?;
    let last = action.rsplit('/').next().unwrap_or(action);
    let is_set_up = last.contains("setup-") || last.ends_with("-action");
    is_set_up.then(|| last.split('-').find_map(database_of_image)).flatten()
}

/// The database among the services that `docker compose up` starts.
fn composed(facts: &Facts, words: &[&str], folder: &str) -> Option<&'static str> {
    let files: Vec<String> = words
        .windows(2)
        .filter(|pair| matches!(pair, ["-f" | "--file", _]))
        .filter_map(|pair| Some(join_path(folder, pair.last()?)))
        .collect();
    let is_meant = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_default = matches!(name, "compose.yaml" | "compose.yml" | "docker-compose.yaml" | "docker-compose.yml");
        if files.is_empty() {
            is_default && join_path(folder, name) == path
        } else {
            files.iter().any(|file| file == path)
        }
    };
    let of_files: Vec<&ComposeService> =
        facts.each::<ComposeService>().filter(|(fact, _)| is_meant(&fact.place.path)).map(|(_, it)| it).collect();
    let is_named = |service: &ComposeService| words.contains(&service.name.as_str());
    let names_any = of_files.iter().any(|service| is_named(service));
    let mut chosen = of_files.iter().filter(|service| !names_any || is_named(service));
    chosen.find_map(|service| database_of_image(&service.image.as_ref()?.text))
}

/// The job of a run as it is written; of GitLab, what it takes over from counts.
fn job_of<'a>(facts: &'a Facts, run_fact: &Fact, run: &PipelineRun) -> Option<(&'a Fact, &'a Job)> {
    let id = run.job.split_once('/')?.1;
    let (fact, pipeline) = facts.each::<Pipeline>().find(|(fact, _)| fact.place.path == run_fact.place.path)?;
    let named = |id: &str| pipeline.jobs.iter().find(|job| job.id == id);
    let own = named(id)?;
    let with_services =
        std::iter::once(own).chain(own.extends.iter().filter_map(|id| named(id))).chain(named(Job::DEFAULT));
    Some((fact, with_services.into_iter().find(|job| !job.services.is_empty()).unwrap_or(own)))
}

/// The engine of an image, which may stand in an expression: `${{ matrix.x == 'y' && 'postgres:17' || '' }}`.
fn engine_in(image: &str) -> Option<&'static str> {
    database_of_image(image)
        .or_else(|| image.split(['\'', '"']).filter(|_| image.contains("${{")).find_map(database_of_image))
}
