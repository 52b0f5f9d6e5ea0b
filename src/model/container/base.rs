//! Whom well-known images start as, where a Dockerfile does not say it.

use crate::facts::ImageName;

/// Whom an image's program runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StartsAs {
    Root,
    /// As somebody else.
    User,
    /// The entry point is root and hands over to somebody else.
    Drops,
    Unknown,
}

/// Images that start as somebody else, by name or, with a slash at the end, by namespace.
const USERS: &[&str] = &[
    "apache/airflow",
    "apache/kafka",
    "apache/superset",
    "bitnami/",
    "bitnamilegacy/",
    "bitnamisecure/",
    "cgr.dev/",
    "chainguard/",
    "cimg/",
    "dhi.io/",
    "docker.elastic.co/",
    "elasticsearch",
    "envoyproxy/envoy-distroless",
    "ghcr.io/puppeteer/puppeteer",
    "grafana/",
    "haproxy",
    "jenkins/",
    "jupyter/",
    "kibana",
    "logstash",
    "mambaorg/micromamba",
    "mcr.microsoft.com/mssql/",
    "memcached",
    "n8nio/n8n",
    "nginxinc/nginx-unprivileged",
    "nodered/node-red",
    "postgrest/postgrest",
    "prom/",
    "quay.io/jupyter/",
    "quay.io/keycloak/",
    "quay.io/nginx/nginx-unprivileged",
    "quay.io/prometheus/",
    "selenium/",
    "serversideup/php",
    "solr",
    "varnish",
];

/// Images whose entry point drops privileges.
const DROPPERS: &[&str] = &[
    "cassandra",
    "consul",
    "couchdb",
    "envoyproxy/",
    "ghcr.io/linuxserver/",
    "ghost",
    "hashicorp/consul",
    "hashicorp/vault",
    "influxdb",
    "linuxserver/",
    "lscr.io/linuxserver/",
    "mariadb",
    "mongo",
    "mysql",
    "percona",
    "pgvector/",
    "postgis/",
    "postgres",
    "rabbitmq",
    "redis",
    "timescale/",
    "valkey/",
    "vault",
    "zookeeper",
];

/// Images that start as root, besides Docker's official ones.
const ROOTS: &[&str] = &[
    "clux/muslrust",
    "condaforge/",
    "continuumio/",
    "denoland/deno",
    "dunglas/frankenphp",
    "gcr.io/distroless/",
    "ghcr.io/astral-sh/",
    "hexpm/",
    "lukemathwalker/cargo-chef",
    "mcr.microsoft.com/",
    "nvidia/cuda",
    "nvcr.io/nvidia/",
    "openresty/",
    "oven/bun",
    "php/",
    "phusion/",
    "pytorch/pytorch",
    "quay.io/centos/",
    "quay.io/fedora/",
    "rockylinux/",
    "tensorflow/tensorflow",
    "tiangolo/",
    "webdevops/",
];

/// Whom the image starts as.
pub(super) fn starts_as(image: &ImageName) -> StartsAs {
    let repository = image.repository();
    let mut name = repository;
    for registry in
        ["docker.io/", "index.docker.io/", "public.ecr.aws/docker/", "mirror.gcr.io/", "public.ecr.aws/", "library/"]
    {
        name = name.strip_prefix(registry).unwrap_or(name);
    }
    let tag = image.tag().unwrap_or("");
    let says_so = ["nonroot", "non-root", "rootless", "unprivileged", "chiseled"];
    if says_so.iter().any(|word| tag.contains(word) || name.contains(word)) {
        return StartsAs::User;
    }
    let is_of =
        |list: &[&str]| list.iter().any(|known| name == *known || known.ends_with('/') && name.starts_with(known));
    if is_of(USERS) || name.starts_with("registry.access.redhat.com/") && !is_plain_ubi(name) {
        StartsAs::User
    } else if is_of(DROPPERS) {
        StartsAs::Drops
    } else if is_of(ROOTS) || !name.contains(['/', '$', '{']) && !name.is_empty() || is_plain_ubi(name) {
        StartsAs::Root
    } else {
        StartsAs::Unknown
    }
}

/// Red Hat's images of the system alone start as root, those of languages do not.
fn is_plain_ubi(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    name.starts_with("registry.access.redhat.com/") && last.starts_with("ubi")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Span;

    #[test]
    fn well_known_images() {
        let cases = [
            ("node:22", StartsAs::Root),
            ("docker.io/library/alpine:3.22", StartsAs::Root),
            ("public.ecr.aws/docker/library/python:3.13", StartsAs::Root),
            ("scratch", StartsAs::Root),
            ("gcr.io/distroless/static-debian12", StartsAs::Root),
            ("gcr.io/distroless/static-debian12:nonroot", StartsAs::User),
            ("cgr.dev/chainguard/node:latest", StartsAs::User),
            ("docker.io/bitnami/redis:7", StartsAs::User),
            ("mcr.microsoft.com/dotnet/aspnet:9.0", StartsAs::Root),
            ("mcr.microsoft.com/dotnet/aspnet:9.0-noble-chiseled", StartsAs::User),
            ("nginxinc/nginx-unprivileged:1.27", StartsAs::User),
            ("postgres:17", StartsAs::Drops),
            ("registry.access.redhat.com/ubi9/nodejs-22:1", StartsAs::User),
            ("registry.access.redhat.com/ubi9/ubi-minimal:9.5", StartsAs::Root),
            ("acme/base:1", StartsAs::Unknown),
            ("$BASE", StartsAs::Unknown),
        ];
        for (text, wanted) in cases {
            assert_eq!(starts_as(&ImageName { text: text.to_owned(), span: Span::START }), wanted, "{text}");
        }
    }
}
