//! `HAProxy`: sections of lines.

use super::{Demand, Extractor, Found, Hit, Settings};
use crate::facts::{EdgeKind, File, Span};
use crate::syntax::Source;

/// Reads `HAProxy` configuration.
#[derive(Clone, Copy)]
pub(super) struct HaProxy;

impl Extractor for HaProxy {
    fn name(&self) -> &'static str {
        "haproxy"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(["backend ", "listen ", "frontend "].map(str::to_owned).to_vec())
    }

    fn wants(&self, file: &File) -> bool {
        let is_format = matches!(file.extension(), "cfg" | "conf" | "j2" | "template" | "tmpl" | "tpl" | "erb");
        file.role.is_written() && is_format && file.path.to_ascii_lowercase().contains("haproxy")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut settings = Settings::new("HAProxy", source.file, found);
        let mut pool: Option<Pool<'_>> = None;
        let mut at = 0;
        for line in source.text().split_inclusive('\n') {
            let start = at + (line.len() - line.trim_start().len());
            at += line.len();
            let words: Vec<&str> = line.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
            let span = source.span(start..start + line.trim().len());
            match words.as_slice() {
                ["global" | "defaults" | "frontend" | "peers" | "resolvers" | "userlist" | "cache", ..] => {
                    finish(pool.take(), &mut settings);
                }
                ["backend" | "listen", name, ..] => {
                    finish(pool.replace(Pool { name, span, servers: 0 }), &mut settings);
                }
                ["server", ..] => {
                    if let Some(pool) = &mut pool {
                        pool.servers += 1;
                    }
                }
                ["http-response", "set-header" | "add-header", name, value @ ..] => {
                    settings.add(span, EdgeKind::Header, name, &value.join(" "));
                }
                ["bind", .., _] if words.contains(&"ssl") => settings.add(span, EdgeKind::Tls, "bind", ""),
                ["http-request", "cache-use", ..] => settings.add(span, EdgeKind::Cache, "cache-use", ""),
                // A rate that is kept in a table, where something is refused by it.
                ["http-request" | "tcp-request", ..] if refuses(&words) => {
                    settings.add(span, EdgeKind::RateLimit, words.first().unwrap_or(&""), "");
                }
                _ => {}
            }
        }
        finish(pool, &mut settings);
    }
}

/// A section that lists servers.
struct Pool<'a> {
    name: &'a str,
    span: Span,
    servers: usize,
}

fn finish(pool: Option<Pool<'_>>, settings: &mut Settings<'_, '_>) {
    if let Some(pool) = pool.filter(|pool| pool.servers > 0) {
        settings.add(pool.span, EdgeKind::Upstream, pool.name, &pool.servers.to_string());
    }
}

fn refuses(words: &[&str]) -> bool {
    let refuses = words.iter().any(|word| matches!(*word, "deny" | "reject" | "tarpit" | "silent-drop"));
    refuses && words.iter().any(|word| word.contains("_rate") || word.contains("rate_"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::settings;
    use super::HaProxy;

    #[test]
    fn sections_with_servers_and_rates() {
        let text = "global\n  maxconn 100\nfrontend web\n  bind :443 ssl crt /x.pem\n  http-request deny deny_status 429 if { sc_http_req_rate(0) gt 20 }\n  \
            http-request deny if { path /x }\n  http-response set-header X-Frame-Options DENY\nbackend app\n  server a a:80 check\n  server b b:80 check # c\n";
        let expected = [
            "4 HAProxy tls bind",
            "5 HAProxy rate-limit http-request",
            "7 HAProxy header X-Frame-Options=DENY",
            "8 HAProxy upstream app=2",
        ];
        assert_eq!(settings(HaProxy, "deploy/haproxy.cfg", text), expected);
    }
}
