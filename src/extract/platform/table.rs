//! Which reader reads which file.

use super::{Parts, amazon, cloudflare, container_hosts, google, heroku, static_hosts};
use crate::syntax::Source;

/// A platform's file.
pub(super) struct Row {
    /// The platform, as people write its name.
    pub(super) platform: &'static str,
    /// What reads it.
    pub(super) read: fn(&Source<'_>, &mut Parts<'_, '_>),
}

/// The reader of a path. Names that other things have too are read with care.
pub(super) fn of(path: &str) -> Option<Row> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let parent = folder.rsplit('/').next().unwrap_or("");
    let row = |platform, read| Some(Row { platform, read });
    match (parent, name) {
        (_, "vercel.json") => row("Vercel", static_hosts::vercel),
        (_, "vercel.ts") => row("Vercel", |_, parts| parts.by_nature(static_hosts::VERCEL)),
        (_, "netlify.toml") => row("Netlify", static_hosts::netlify),
        ("public" | "static" | "dist" | "", "_headers") => row("Netlify or Cloudflare", static_hosts::header_file),
        (_, "staticwebapp.config.json") => row("Azure Static Web Apps", static_hosts::azure_static),
        (_, "firebase.json") => row("Firebase", google::firebase),
        (_, "apphosting.yaml") => row("Firebase App Hosting", google::app_hosting),
        (".do", "app.yaml" | "app.yml") => row("DigitalOcean App Platform", container_hosts::digital_ocean),
        (_, "app.yaml" | "app.yml") => row("Google App Engine", google::app_engine),
        (_, "wrangler.toml" | "wrangler.json" | "wrangler.jsonc") => row("Cloudflare", cloudflare::wrangler),
        (_, "fly.toml") => row("Fly.io", container_hosts::fly),
        (_, name) if is_variant(name, "fly.", ".toml") => row("Fly.io", container_hosts::fly),
        (_, "render.yaml" | "render.yml") => row("Render", container_hosts::render),
        (_, "railway.toml" | "railway.json") => row("Railway", container_hosts::railway),
        (".railway", "railway.ts") => row("Railway", |_, parts| parts.by_nature(container_hosts::RAILWAY)),
        (_, "Procfile") => row("Heroku", heroku::procfile),
        (_, "heroku.yml") => row("Heroku", heroku::build_manifest),
        (_, "app.json") => row("Heroku", heroku::app),
        (_, "DOKKU_SCALE") => row("Dokku", heroku::dokku_scale),
        (_, "nixpacks.toml" | "nixpacks.json") => row("Nixpacks", heroku::build_only),
        (_, "railpack.json") => row("Railpack", heroku::build_only),
        (_, "project.toml") => row("Cloud Native Buildpacks", heroku::buildpack_project),
        ("config", name) if is_variant(name, "deploy.", ".yml") || name == "deploy.yml" => {
            row("Kamal", container_hosts::kamal)
        }
        (_, "captain-definition") => row("CapRover", container_hosts::builds_and_runs),
        (_, "scalingo.json") => row("Scalingo", heroku::app),
        (_, "zeabur.yaml" | "zbpack.json") => row("Zeabur", container_hosts::builds_and_runs),
        (_, ".platform.app.yaml") | (".upsun", "config.yaml") => row("Upsun", container_hosts::upsun),
        (_, "manifest.yml" | "manifest.yaml") if parent != "copilot" => row("Cloud Foundry", container_hosts::manifest),
        (_, "apprunner.yaml") => row("AWS App Runner", container_hosts::builds_and_runs),
        (_, "amplify.yml") => row("AWS Amplify", amazon::amplify),
        (_, "customHttp.yml") => row("AWS Amplify", amazon::amplify_headers),
        (_, "Dockerrun.aws.json") => row("AWS Elastic Beanstalk", amazon::beanstalk),
        (".ebextensions", name) if name.ends_with(".config") => row("AWS Elastic Beanstalk", amazon::beanstalk_options),
        (_, "azure.yaml") => row("Azure Developer CLI", amazon::azure_developer),
        _ => None,
    }
}

/// `fly.staging.toml`: the file of one environment.
fn is_variant(name: &str, start: &str, end: &str) -> bool {
    name.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).is_some_and(|inner| !inner.is_empty())
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn each_platform_is_known_by_its_file() {
        for (path, platform) in [
            ("vercel.json", "Vercel"),
            ("apps/web/netlify.toml", "Netlify"),
            ("fly.toml", "Fly.io"),
            ("fly.staging.toml", "Fly.io"),
            ("render.yaml", "Render"),
            ("railway.json", "Railway"),
            ("railway.toml", "Railway"),
            ("Procfile", "Heroku"),
            ("app.json", "Heroku"),
            ("app.yaml", "Google App Engine"),
            (".do/app.yaml", "DigitalOcean App Platform"),
            ("apprunner.yaml", "AWS App Runner"),
            ("wrangler.jsonc", "Cloudflare"),
            ("firebase.json", "Firebase"),
            ("amplify.yml", "AWS Amplify"),
            ("DOKKU_SCALE", "Dokku"),
            ("config/deploy.yml", "Kamal"),
            ("config/deploy.staging.yml", "Kamal"),
            ("azure.yaml", "Azure Developer CLI"),
        ] {
            assert_eq!(of(path).map(|row| row.platform), Some(platform), "{path}");
        }
        for path in ["docs/vercel.md", "Procfile.dev", "our-fly.toml", "deploy.yml", "src/app.yaml.ts"] {
            assert!(of(path).is_none(), "{path}");
        }
    }
}
