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
    // A function's host starts it as somebody without rights, whatever the image says.
    "lambda/",
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
    "amazonlinux/",
    "clux/muslrust",
    "condaforge/",
    "debian/",
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
    "ubuntu/",
    "webdevops/",
];

/// Servers that stand beside a program: an image that starts from one of them is one of them with settings.
const SERVERS: &[&str] = &[
    "apache/kafka",
    "axllent/mailpit",
    "cassandra",
    "clickhouse/",
    "confluentinc/",
    "consul",
    "couchdb",
    "docker.elastic.co/",
    "elasticsearch",
    "envoyproxy/",
    "grafana/",
    "haproxy",
    "hashicorp/",
    "influxdb",
    "kibana",
    "localstack/",
    "logstash",
    "mailhog/",
    "mariadb",
    "mcr.microsoft.com/mssql/",
    "memcached",
    "minio/",
    "mongo",
    "mysql",
    "nats",
    "opensearchproject/",
    "percona",
    "pgvector/",
    "postgis/",
    "postgres",
    "prom/",
    "quay.io/keycloak/",
    "rabbitmq",
    "redis",
    "solr",
    "timescale/",
    "traefik",
    "valkey/",
    "varnish",
    "vault",
    "zookeeper",
];

/// Whether an image is that of a server which programs use, and no base on which they are built.
pub(super) fn is_server(image: &ImageName) -> bool {
    is_of(SERVERS, plain_name(image.repository()))
}

/// A name without the registries that carry Docker's images under names of their own.
fn plain_name(repository: &str) -> &str {
    let registries =
        ["docker.io/", "index.docker.io/", "public.ecr.aws/docker/", "mirror.gcr.io/", "public.ecr.aws/", "library/"];
    registries.iter().fold(repository, |name, registry| name.strip_prefix(registry).unwrap_or(name))
}

fn is_of(list: &[&str], name: &str) -> bool {
    list.iter().any(|known| name == *known || known.ends_with('/') && name.starts_with(known))
}

/// Whom the image starts as.
pub(super) fn starts_as(image: &ImageName) -> StartsAs {
    let name = plain_name(image.repository());
    let tag = image.tag().unwrap_or("");
    let says_so = ["nonroot", "non-root", "rootless", "unprivileged", "chiseled"];
    if says_so.iter().any(|word| tag.contains(word) || name.contains(word)) {
        return StartsAs::User;
    }
    if is_of(USERS, name) || name.starts_with("registry.access.redhat.com/") && !is_plain_ubi(name) {
        StartsAs::User
    } else if is_of(DROPPERS, name) {
        StartsAs::Drops
    } else if is_of(ROOTS, name) || !name.contains(['/', '$', '{']) && !name.is_empty() || is_plain_ubi(name) {
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
            ("public.ecr.aws/lambda/python:3.13", StartsAs::User),
            ("public.ecr.aws/amazonlinux/amazonlinux:2023", StartsAs::Root),
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
