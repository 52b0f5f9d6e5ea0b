//! Cloudflare Workers and Pages.

use super::{Parts, json_or_toml};
use crate::facts::PlatformPart::{Build, Cdn, Deployment, LoadBalancing, Previews, RateLimit, Schedule};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// `wrangler.toml` and its kin.
pub(super) fn wrangler(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Some(root) = json_or_toml(source, parts) else { return };
    parts.by_nature(&[Deployment, Build, Cdn, LoadBalancing]);
    if let Some((key, _)) = root.entry("pages_build_output_dir") {
        parts.add(key.span, Previews, "");
    }
    if let Some((key, _)) = root.entry("preview_urls").filter(|(_, value)| value.flag() == Some(true)) {
        parts.add(key.span, Previews, "");
    }
    let unsafe_bindings = root.at(&["unsafe", "bindings"]).map_or(&[][..], Node::items);
    let is_limit = |binding: &&Node| binding.get("type").and_then(Node::text) == Some("ratelimit");
    let limits = root.get("ratelimits").map_or(&[][..], Node::items);
    for limit in unsafe_bindings.iter().filter(is_limit).chain(limits) {
        parts.add(limit.span, RateLimit, limit.get("name").and_then(Node::text).unwrap_or(""));
    }
    if let Some((key, crons)) = root.get("triggers").and_then(|triggers| triggers.entry("crons"))
        && !crons.items().is_empty()
    {
        parts.add(key.span, Schedule, &crons.texts().join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::parts;

    #[test]
    fn pages_have_previews() {
        let text = "name = \"x\"\npages_build_output_dir = \"dist\"\n[triggers]\ncrons = [\"0 * * * *\"]\n[[ratelimits]]\nname = \"LIMIT\"\n";
        let found = parts("wrangler.toml", text);
        assert!(found.contains(&"2 Cloudflare previews".to_owned()), "{found:?}");
        assert!(found.contains(&"4 Cloudflare schedule=0 * * * *".to_owned()), "{found:?}");
        assert!(found.iter().any(|line| line.ends_with("rate-limit=LIMIT")), "{found:?}");
        let worker = parts("wrangler.jsonc", "{\"name\": \"x\", /* c */ \"main\": \"src/index.ts\"}");
        assert!(!worker.iter().any(|line| line.contains("previews")), "{worker:?}");
    }
}
