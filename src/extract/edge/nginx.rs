//! nginx: server blocks, snippets and templates of them.

use super::{Demand, Extractor, Found, Hit, Settings};
use crate::facts::{EdgeKind, File};
use crate::syntax::Source;
use crate::syntax::directives::{Dialect, Directive, directives};

/// Reads nginx configuration.
#[derive(Clone, Copy)]
pub(super) struct Nginx;

impl Extractor for Nginx {
    fn name(&self) -> &'static str {
        "nginx"
    }

    fn demand(&self) -> Demand {
        let literals = [
            "_pass ",
            "add_header ",
            "more_set_headers ",
            "limit_req ",
            "limit_conn ",
            "upstream ",
            "ssl_certificate ",
            "proxy_cache ",
            "expires ",
            "gzip on",
        ];
        Demand::AnyOf(literals.map(str::to_owned).to_vec())
    }

    fn wants(&self, file: &File) -> bool {
        let is_format = matches!(
            file.extension(),
            "conf" | "template" | "j2" | "tmpl" | "tpl" | "erb" | "vhost" | "nginx" | "inc" | "sigil" | "vh"
        );
        let is_place = file.path.to_ascii_lowercase().contains("nginx") || file.path.contains("/sites-");
        file.role.is_written() && (is_format && (is_place || file.extension() == "conf") || is_place && is_bare(file))
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let list = directives(source.text(), Dialect::Nginx);
        let opens = |index: usize| list.get(index).map_or("", Directive::name);
        let is_in_block = |it: &Directive<'_>| {
            it.parent.is_some_and(|at| matches!(opens(at), "server" | "http" | "location" | "upstream"))
        };
        let is_named = source.file.path.to_ascii_lowercase().contains("nginx");
        // Other programs have files of that extension too.
        if !is_named && !list.iter().any(is_in_block) {
            return;
        }
        let mut settings = Settings::new("nginx", source.file, found);
        for (index, directive) in list.iter().enumerate() {
            let span = || source.span(directive.range.clone());
            let (name, arguments) = (directive.name(), directive.arguments());
            let first = arguments.first().copied().unwrap_or("");
            match name {
                "limit_req" | "limit_conn" => {
                    settings.add(span(), EdgeKind::RateLimit, name, &arguments.join(" "));
                }
                "upstream" => {
                    let inner = list.iter().filter(|it| it.parent == Some(index) && it.name() == "server");
                    settings.add(span(), EdgeKind::Upstream, first, &inner.count().to_string());
                }
                "proxy_pass" | "fastcgi_pass" | "uwsgi_pass" | "scgi_pass" | "grpc_pass" => {
                    settings.add(span(), EdgeKind::Proxy, name, first);
                }
                "add_header" => {
                    settings.add(span(), EdgeKind::Header, first, arguments.get(1).copied().unwrap_or(""));
                }
                "more_set_headers" => {
                    for (header, value) in arguments.iter().filter_map(|header| header.split_once(':')) {
                        settings.add(span(), EdgeKind::Header, header.trim(), value.trim());
                    }
                }
                "proxy_cache" | "fastcgi_cache" | "uwsgi_cache" | "expires" if first != "off" => {
                    settings.add(span(), EdgeKind::Cache, name, first);
                }
                "ssl_certificate" => settings.add(span(), EdgeKind::Tls, name, ""),
                "gzip" | "brotli" | "zstd" if first == "on" => settings.add(span(), EdgeKind::Compression, name, ""),
                _ => {}
            }
        }
    }
}

fn is_bare(file: &File) -> bool {
    !file.name().contains('.')
}

#[cfg(test)]
mod tests {
    use super::super::testing::settings;
    use super::Nginx;

    #[test]
    fn the_settings_of_a_server() {
        let text = "limit_req_zone $binary_remote_addr zone=api:10m rate=10r/s;\nupstream app { server a:80; server b:80; }\nserver {\n  add_header X-Frame-Options \"DENY\" always;\n  \
            location / {\n    limit_req zone=api burst=20;\n    proxy_pass http://app;\n  }\n  # add_header X-Old 1;\n  proxy_set_header Host $host;\n}\n";
        let expected = [
            "2 nginx upstream app=2",
            "4 nginx header X-Frame-Options=DENY",
            "6 nginx rate-limit limit_req=zone=api burst=20",
            "7 nginx proxy proxy_pass=http://app",
        ];
        assert_eq!(settings(Nginx, "deploy/app.conf", text), expected);
        assert_eq!(settings(Nginx, "nginx/default.conf.template", text), expected);
    }

    #[test]
    fn a_file_of_another_program_is_left_alone() {
        assert_eq!(settings(Nginx, "etc/app.conf", "upstream = \"x\"\nexpires = 3600\n"), [""; 0]);
    }
}
