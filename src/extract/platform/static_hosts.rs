//! Hosts of sites and functions: Vercel, Netlify, Azure Static Web Apps.

use super::{Parts, json_or_toml, listed_headers, mapped_headers};
use crate::facts::PlatformPart::{self, Build, Cdn, Deployment, Header, LoadBalancing, Previews, Schedule};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// What Vercel brings to every project.
pub(super) const VERCEL: &[PlatformPart] = &[Deployment, Build, Previews, Cdn, LoadBalancing];

/// `vercel.json`.
pub(super) fn vercel(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Some(root) = json_or_toml(source, parts) else { return };
    let is_off = |path: &[&str]| root.at(path).and_then(Node::flag) == Some(false);
    let has_no_previews = is_off(&["git", "deploymentEnabled"]) || is_off(&["github", "enabled"]);
    let brings = |part: &PlatformPart| *part != Previews || !has_no_previews;
    parts.by_nature(&VERCEL.iter().copied().filter(brings).collect::<Vec<_>>());
    listed_headers(root.get("headers"), parts);
    for cron in root.get("crons").map_or(&[][..], Node::items) {
        parts.add_entry(Some(cron), "path", Schedule);
    }
}

/// `netlify.toml`.
pub(super) fn netlify(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Some(root) = json_or_toml(source, parts) else { return };
    parts.by_nature(&[Deployment, Build, Previews, Cdn, LoadBalancing]);
    for rule in root.get("headers").map_or(&[][..], Node::items) {
        mapped_headers(rule.get("values"), parts);
    }
    for (name, function) in root.get("functions").map_or(&[][..], Node::entries) {
        if function.get("schedule").is_some() {
            parts.add(name.span, Schedule, name.text().unwrap_or(""));
        }
    }
}

/// `_headers`: paths, and below each of them `Name: value`.
pub(super) fn header_file(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        let is_inner = line.starts_with([' ', '\t']) && !line.trim_start().starts_with(['#', '!']);
        if let Some((name, _)) = line.split_once(':').filter(|_| is_inner) {
            parts.add(source.span(start..start + name.trim().len()), Header, name.trim());
        }
    }
}

/// `staticwebapp.config.json`.
pub(super) fn azure_static(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Some(root) = json_or_toml(source, parts) else { return };
    parts.by_nature(&[Deployment, Previews, Cdn, LoadBalancing]);
    mapped_headers(root.get("globalHeaders"), parts);
    for route in root.get("routes").map_or(&[][..], Node::items) {
        mapped_headers(route.get("headers"), parts);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::parts;

    #[test]
    fn vercel_brings_previews_unless_they_are_off() {
        let text = "{\n  \"headers\": [{\"source\": \"/\", \"headers\": [{\"key\": \"X-Frame-Options\", \"value\": \"DENY\"}]}],\n  \"crons\": [{\"path\": \"/api/cron\", \"schedule\": \"0 0 * * *\"}]\n}";
        let expected = [
            "1 Vercel deployment",
            "1 Vercel build",
            "1 Vercel previews",
            "1 Vercel cdn",
            "1 Vercel load-balancing",
            "2 Vercel header=X-Frame-Options",
            "3 Vercel schedule=/api/cron",
        ];
        assert_eq!(parts("apps/web/vercel.json", text), expected);
        let off = parts("vercel.json", "{\"git\": {\"deploymentEnabled\": false}}");
        assert!(!off.contains(&"1 Vercel previews".to_owned()), "{off:?}");
    }

    #[test]
    fn headers_of_netlify() {
        let text =
            "[build]\ncommand = \"x\"\n[[headers]]\nfor = \"/*\"\n[headers.values]\nX-Frame-Options = \"DENY\"\n";
        assert_eq!(parts("netlify.toml", text).last().map(String::as_str), Some("6 Netlify header=X-Frame-Options"));
        let file = "# c\n/*\n  X-Frame-Options: DENY\n  ! X-Old\nhttps://a.example/*\n";
        assert_eq!(parts("public/_headers", file), ["3 Netlify or Cloudflare header=X-Frame-Options"]);
    }
}
