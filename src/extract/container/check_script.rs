//! Scripts that the checks of containers run: whether they send a request.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{CheckScript, Data, File, SCRIPT_EXTENSIONS, Span, sends_request};
use crate::syntax::Source;

/// Finds such scripts.
#[derive(Clone, Copy)]
pub(crate) struct CheckScripts;

/// Parts of their names.
const NAMES: &[&str] = &["health", "status", "alive", "live", "ready", "readiness", "ping", "check", "probe"];

impl Extractor for CheckScripts {
    fn name(&self) -> &'static str {
        "check-script"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        let name = file.name().to_ascii_lowercase();
        let is_named = || NAMES.iter().any(|part| name.contains(part));
        file.role.is_written() && SCRIPT_EXTENSIONS.contains(&file.extension()) && is_named()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let is_code = |line: &&str| !line.trim_start().starts_with(['#', '/', '*']);
        let asks = source.text().lines().filter(is_code).any(sends_request);
        found.add(Span::START, Data::CheckScript(CheckScript { asks }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    #[test]
    fn a_script_asks_where_it_sends_a_request() {
        let asks = |path: &str, text: &str| {
            let file = File { path: path.into(), bytes: 0, role: Role::Script, language: None, lines: 0 };
            let facts = Extractors::of(vec![Box::new(CheckScripts)]).extract(&file, text).facts;
            facts.into_iter().next().map(|fact| matches!(fact.data, Data::CheckScript(CheckScript { asks: true })))
        };
        assert_eq!(asks("docker/healthcheck.sh", "#!/bin/sh\ncurl -f localhost:3000/up\n"), Some(true));
        assert_eq!(asks("health.js", "require('http').get('http://localhost/');\n"), Some(true));
        assert_eq!(asks("healthcheck.sh", "#!/bin/sh\n# curl localhost\npgrep -f gunicorn\n"), Some(false));
        assert_eq!(asks("deploy.sh", "curl localhost\n"), None);
    }
}
