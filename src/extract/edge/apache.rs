//! Apache: `.htaccess`, virtual hosts, `httpd.conf`.

use super::{Demand, Extractor, Found, Hit, Settings};
use crate::facts::{EdgeKind, File};
use crate::syntax::Source;

/// Reads Apache configuration.
#[derive(Clone, Copy)]
pub(super) struct Apache;

impl Extractor for Apache {
    fn name(&self) -> &'static str {
        "apache"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(["Header ", "ProxyPass ", "SSLEngine ", "BalancerMember "].map(str::to_owned).to_vec())
    }

    fn wants(&self, file: &File) -> bool {
        let path = file.path.to_ascii_lowercase();
        let is_place = path.contains("apache") || path.contains("httpd") || path.contains("/sites-");
        file.role.is_written() && (file.name() == ".htaccess" || file.extension() == "conf" && is_place)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut settings = Settings::new("Apache", source.file, found);
        let mut at = 0;
        for line in source.text().split_inclusive('\n') {
            let start = at + (line.len() - line.trim_start().len());
            at += line.len();
            let words: Vec<&str> = line.split_whitespace().collect();
            let span = || source.span(start..start + line.trim().len());
            match words.as_slice() {
                ["Header", "always" | "onsuccess", action, name, value @ ..] | ["Header", action, name, value @ ..]
                    if matches!(*action, "set" | "append" | "merge" | "add" | "setifempty") =>
                {
                    settings.add(span(), EdgeKind::Header, name.trim_matches('"'), value.join(" ").trim_matches('"'));
                }
                ["ProxyPass", _, target, ..] if *target != "!" => {
                    settings.add(span(), EdgeKind::Proxy, "ProxyPass", target);
                }
                ["BalancerMember", ..] => settings.add(span(), EdgeKind::Upstream, "BalancerMember", ""),
                ["SSLEngine", "on" | "On"] => settings.add(span(), EdgeKind::Tls, "SSLEngine", ""),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::settings;
    use super::Apache;

    #[test]
    fn headers_and_targets() {
        let text = "<IfModule mod_headers.c>\n  Header always set X-Frame-Options \"DENY\"\n  Header unset Server\n  # Header set X-Old 1\n</IfModule>\nProxyPass / http://app:80/\n";
        let expected = ["2 Apache header X-Frame-Options=DENY", "6 Apache proxy ProxyPass=http://app:80/"];
        assert_eq!(settings(Apache, "public/.htaccess", text), expected);
    }
}
