//! Caddy: Caddyfiles.

use super::{Demand, Extractor, Found, Hit, Settings};
use crate::facts::{EdgeKind, File};
use crate::syntax::Source;
use crate::syntax::directives::{Dialect, Directive, directives};

/// Reads Caddyfiles.
#[derive(Clone, Copy)]
pub(super) struct Caddyfiles;

impl Extractor for Caddyfiles {
    fn name(&self) -> &'static str {
        "caddyfile"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        let is_named = file.name().split('.').any(|part| part.eq_ignore_ascii_case("caddyfile"));
        file.role.is_written() && (is_named || file.extension() == "caddy")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let list = directives(source.text(), Dialect::Caddy);
        let mut settings = Settings::new("Caddy", source.file, found);
        let is_shipped = settings.is_shipped;
        let local = local_sites(&list);
        for directive in &list {
            let span = || source.span(directive.range.clone());
            let name = directive.name();
            let parent = directive.parent.and_then(|index| list.get(index)).map_or("", |parent| parent.name());
            // A matcher (`@name`) lists the headers of requests.
            if parent.starts_with('@') {
                continue;
            }
            settings.is_shipped = is_shipped && !local.contains(&site_of(&list, directive));
            let arguments = without_matcher(directive.arguments());
            let first = arguments.first().copied().unwrap_or("");
            match name {
                "reverse_proxy" | "php_fastcgi" => {
                    settings.add(span(), EdgeKind::Proxy, name, first);
                    if arguments.len() > 1 {
                        settings.add(span(), EdgeKind::Upstream, name, &arguments.len().to_string());
                    }
                }
                "header" if !first.is_empty() => {
                    header(&mut settings, span(), first, arguments.get(1).copied().unwrap_or(""));
                }
                _ if parent == "header" && name != "defer" && name != "match" => {
                    header(&mut settings, span(), name, directive.arguments().first().copied().unwrap_or(""));
                }
                "rate_limit" => settings.add(span(), EdgeKind::RateLimit, name, first),
                "cache" => settings.add(span(), EdgeKind::Cache, name, first),
                "lb_policy" => settings.add(span(), EdgeKind::Upstream, name, ""),
                "tls" => settings.add(span(), EdgeKind::Tls, name, ""),
                "encode" => settings.add(span(), EdgeKind::Compression, name, first),
                _ => {}
            }
        }
    }
}

/// The addresses of the sites that answer on the own machine or with certificates that only the own machine trusts.
fn local_sites<'a, 'text>(list: &'a [Directive<'text>]) -> Vec<&'a Directive<'text>> {
    let is_local_address = |address: &&str| {
        let host = address.trim_end_matches(',').rsplit("//").next().unwrap_or(address);
        let host = host.split(':').next().unwrap_or(host);
        matches!(host, "localhost" | "127.0.0.1") || host.ends_with(".localhost")
    };
    let named = list.iter().filter(|site| site.parent.is_none() && site.words.iter().all(&is_local_address));
    let own_certificates = list.iter().filter(|it| it.name() == "tls" && it.arguments() == ["internal"]);
    named.chain(own_certificates.map(|it| site_of(list, it))).collect()
}

/// The outermost block in which a directive stands.
fn site_of<'a, 'text>(list: &'a [Directive<'text>], directive: &'a Directive<'text>) -> &'a Directive<'text> {
    let mut site = directive;
    while let Some(parent) = site.parent.and_then(|index| list.get(index)) {
        site = parent;
    }
    site
}

/// Arguments without the matcher in front of them: `/api/*`, `@name`, `*`.
fn without_matcher<'a, 'b>(arguments: &'a [&'b str]) -> &'a [&'b str] {
    match arguments {
        [first, rest @ ..] if first.starts_with(['/', '@']) || *first == "*" => rest,
        all => all,
    }
}

/// `-Name` takes a header away, `+Name`, `?Name` and `>Name` set it in their ways, `~` replaces in it.
fn header(settings: &mut Settings<'_, '_>, span: crate::facts::Span, name: &str, value: &str) {
    if !name.starts_with(['-', '~']) {
        settings.add(span, EdgeKind::Header, name.trim_start_matches(['+', '?', '>']), value);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::settings;
    use super::Caddyfiles;

    #[test]
    fn the_settings_of_a_site() {
        let text = "shop.example {\n  @old header X-Old *\n  @api {\n    header X-Api 1\n  }\n  header {\n    Strict-Transport-Security max-age=1\n    -Server\n  }\n  \
            header /x X-Robots-Tag none\n  reverse_proxy /api/* a:80 b:80\n  rate_limit {\n  }\n}\n";
        let expected = [
            "7 Caddy header Strict-Transport-Security=max-age=1",
            "10 Caddy header X-Robots-Tag=none",
            "11 Caddy proxy reverse_proxy=a:80",
            "11 Caddy upstream reverse_proxy=2",
            "12 Caddy rate-limit rate_limit",
        ];
        assert_eq!(settings(Caddyfiles, "Caddyfile", text), expected);
        assert_eq!(settings(Caddyfiles, "deploy/Caddyfile.prod", text).len(), 5);
    }
}
