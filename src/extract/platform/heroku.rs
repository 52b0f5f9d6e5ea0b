//! Heroku and those who took over its files (Dokku, Scalingo), and buildpacks.

use super::{Parts, json_or_toml};
use crate::facts::PlatformPart::{Build, Deployment, LoadBalancing, Previews};
use crate::facts::Span;
use crate::syntax::Source;
use crate::syntax::data::Node;

/// `Procfile`.
pub(super) fn procfile(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let mut lines = (1_u32..).zip(source.text().lines());
    let process = |line: &str| {
        let (name, command) = line.split_once(':')?;
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        (is_name && !command.trim().is_empty()).then(|| name.to_owned())
    };
    let mut is_first = true;
    for (line, name) in lines.by_ref().filter_map(|(line, text)| Some((line, process(text)?))) {
        let span = Span { line, column: 1, end_line: line, end_column: 1 };
        if std::mem::take(&mut is_first) {
            parts.add(span, Deployment, "");
            parts.add(span, Build, "");
        }
        if name == "web" {
            parts.add(span, LoadBalancing, "");
        }
    }
}

/// `heroku.yml`.
pub(super) fn build_manifest(_source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    parts.by_nature(&[Deployment, Build, LoadBalancing]);
}

/// `app.json`, where it is Heroku's: apps of React Native have such a file too.
pub(super) fn app(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Ok(root) = source.json() else { return };
    let keys = ["formation", "addons", "buildpacks", "environments", "success_url", "env", "repository", "scripts"];
    if root.get("expo").is_some() || !keys.iter().any(|key| root.get(key).is_some()) {
        return;
    }
    parts.by_nature(&[Deployment, Build, LoadBalancing]);
    if let Some((key, _)) = root.get("environments").and_then(|environments| environments.entry("review")) {
        parts.add(key.span, Previews, "");
    }
    parts.add_replicas(root.at(&["formation", "web"]), "quantity");
}

/// `DOKKU_SCALE`.
pub(super) fn dokku_scale(_source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    parts.by_nature(&[Deployment, Build]);
}

/// A file that only says how to build.
pub(super) fn build_only(_source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    parts.by_nature(&[Build]);
}

/// `project.toml` of buildpacks; other tools have such a file too.
pub(super) fn buildpack_project(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Some(root) = json_or_toml(source, parts) else { return };
    let has_buildpacks = root.at(&["io", "buildpacks"]).is_some()
        || root.at(&["build", "buildpacks"]).or_else(|| root.at(&["build", "builder"])).is_some()
        || root.at(&["_", "schema-version"]).and_then(Node::text).is_some();
    if has_buildpacks {
        parts.by_nature(&[Build]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::parts;

    #[test]
    fn a_procfile_with_a_web_process_is_balanced() {
        let text = "# processes\nweb: node server.js\nworker: node worker.js\n";
        assert_eq!(parts("Procfile", text), ["2 Heroku deployment", "2 Heroku build", "2 Heroku load-balancing"]);
        assert_eq!(parts("Procfile", "release: x\n").len(), 2);
        assert_eq!(parts("Procfile.dev", text), [""; 0]);
    }

    #[test]
    fn an_app_of_react_native_is_none() {
        assert_eq!(parts("app.json", "{\"expo\": {\"name\": \"x\"}, \"env\": {}}"), [""; 0]);
        assert_eq!(parts("app.json", "{\"name\": \"x\", \"displayName\": \"X\"}"), [""; 0]);
        let text = "{\"name\": \"x\", \"formation\": {\"web\": {\"quantity\": 2}}, \"environments\": {\"review\": {}}}";
        assert_eq!(
            parts("app.json", text),
            [
                "1 Heroku deployment",
                "1 Heroku build",
                "1 Heroku load-balancing",
                "1 Heroku previews",
                "1 Heroku replicas=2"
            ]
        );
    }
}
