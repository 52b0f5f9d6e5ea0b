//! Images and containers: what Dockerfiles build, what compose files run, and what follows from both.

use super::{Attributes, HealthCheck, Span, Value};

/// An image that is named somewhere: `node:22-alpine`, with arguments filled in as far as their values are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageName {
    /// The reference.
    pub text: String,
    /// Where it is named.
    pub span: Span,
}

impl ImageName {
    /// The name without tag and digest.
    pub fn repository(&self) -> &str {
        let name = self.text.split('@').next().unwrap_or("");
        let slash = name.rfind('/').map_or(0, |slash| slash + 1);
        let colon = name.get(slash..).and_then(|last| last.find(':'));
        colon.and_then(|colon| name.get(..slash + colon)).unwrap_or(name)
    }

    /// The last part of the name: `node` of `docker.io/library/node:22`.
    pub fn last_name(&self) -> &str {
        let repository = self.repository();
        repository.rsplit('/').next().unwrap_or(repository)
    }

    /// The tag.
    pub fn tag(&self) -> Option<&str> {
        let name = self.text.split('@').next().unwrap_or("");
        name.get(self.repository().len()..)?.strip_prefix(':')
    }

    /// How firmly it is named: `digest`, `tag`, `latest` (by name or by leaving the tag out), or `unknown` where a
    /// variable without a default decides.
    pub fn pin(&self) -> &'static str {
        if self.text.contains("@sha256:") {
            return "digest";
        }
        // The name may be a variable, the tag decides.
        match self.tag() {
            Some("latest") => "latest",
            Some(tag) if tag.contains('$') || tag.contains("{{") || tag.is_empty() => "unknown",
            Some(_) => "tag",
            None if self.text.contains(['$', '{']) || self.text.is_empty() => "unknown",
            None => "latest",
        }
    }
}

/// A stage of a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildStage {
    /// The name after `AS`, in small letters.
    pub name: Option<String>,
    /// What it starts from, as written and filled in.
    pub base: ImageName,
    /// The stage of the same file that it starts from.
    pub parent: Option<usize>,
    /// The last `USER` of its own, filled in, and where.
    pub user: Option<(String, Span)>,
    /// The words of `ENTRYPOINT` and `CMD`.
    pub command: Vec<String>,
    /// Its `HEALTHCHECK`.
    pub healthcheck: Option<HealthCheck>,
    /// What is installed for dropping privileges, or does so at the start: `gosu`.
    pub drops_with: Option<String>,
    /// The command that compiles or installs dependencies.
    pub builds_with: Option<(String, Span)>,
    /// What it copies from the build context.
    pub copies: Vec<String>,
    /// Whether it takes files of other stages.
    pub takes_from_stages: bool,
    /// Other images that it takes files of.
    pub takes_from: Vec<ImageName>,
}

/// A Dockerfile or Containerfile as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    /// Its stages; at least one.
    pub stages: Vec<BuildStage>,
}

impl Dockerfile {
    /// A stage and those of this file that it starts from, itself first.
    pub fn chain(&self, stage: usize) -> Vec<&BuildStage> {
        let mut chain = Vec::new();
        let mut at = Some(stage);
        while let Some(stage) = at.and_then(|at| self.stages.get(at)).filter(|_| chain.len() < self.stages.len()) {
            chain.push(stage);
            at = stage.parent;
        }
        chain
    }
}

impl Attributes for Dockerfile {
    const FIELDS: &'static [&'static str] = &["stages"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        (field == "stages").then(|| Value::Number(u64::try_from(self.stages.len()).unwrap_or(u64::MAX)))
    }
}

/// How a compose service is built.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComposeBuild {
    /// The build context, from the root of the repository.
    pub context: String,
    /// The Dockerfile, from the root of the repository.
    pub dockerfile: String,
    /// The stage, `""` for the last one.
    pub target: String,
    /// Whether the context is mounted over what the image holds: what runs is the developer's working tree.
    pub mounts_context: bool,
}

/// A service of a compose file as written there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposeService {
    /// Its name.
    pub name: String,
    /// The image that it runs or is called.
    pub image: Option<ImageName>,
    /// How it is built, where it is built here.
    pub build: Option<ComposeBuild>,
    /// Its health check.
    pub healthcheck: Option<HealthCheck>,
    /// The service that it extends, with the file that holds it (from the root of the repository).
    pub extends: Option<(String, String)>,
    /// Profiles that switch it on.
    pub profiles: Vec<String>,
    /// Whether it is told how a cluster runs it: `deploy` with replicas, placement or update settings.
    pub is_clustered: bool,
    /// Whom the file's name and folder are for: `developers`, `deployment` or `""`.
    pub audience: &'static str,
}

impl Attributes for ComposeService {
    const FIELDS: &'static [&'static str] = &["name", "image", "built", "clustered", "audience"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "name" => Value::Text(&self.name),
            "image" => Value::Text(&self.image.as_ref()?.text),
            "built" => Value::Flag(self.build.is_some()),
            "clustered" => Value::Flag(self.is_clustered),
            "audience" => Value::Text(self.audience),
            _ => return None,
        })
    }
}

/// A script that starts a program as another user than root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivilegeDrop {
    /// The program that changes the user: `gosu`.
    pub with: String,
}

impl Attributes for PrivilegeDrop {
    const FIELDS: &'static [&'static str] = &["with"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        (field == "with").then_some(Value::Text(&self.with))
    }
}

/// The image that a Dockerfile makes, at the stage that counts. Derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerImage {
    /// Whether it is deployed, as far as the tree tells: not for development, tests or packaging alone.
    pub is_shipped: bool,
    /// Why it is not.
    pub unshipped_because: String,
    /// The image that it starts from.
    pub base: String,
    /// The number of stages.
    pub stages: u64,
    /// Whether it runs as root: `yes`, `no`, `drops` (starts so and changes the user) or `unknown`.
    pub root: &'static str,
    /// Why it does or not.
    pub root_because: String,
    /// What compiles or installs dependencies, where something does.
    pub builds_with: Option<String>,
    /// Whether the stage that counts is made apart from the one that builds.
    pub is_multi_stage: bool,
    /// Whether it copies a folder of its build context.
    pub copies_context: bool,
}

impl Attributes for ContainerImage {
    const FIELDS: &'static [&'static str] = &[
        "shipped",
        "unshipped-because",
        "base",
        "stages",
        "root",
        "root-because",
        "builds",
        "builds-with",
        "multi-stage",
        "copies-context",
    ];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "shipped" => Value::Flag(self.is_shipped),
            "unshipped-because" => Value::Text(&self.unshipped_because),
            "base" => Value::Text(&self.base),
            "stages" => Value::Number(self.stages),
            "root" => Value::Text(self.root),
            "root-because" => Value::Text(&self.root_because),
            "builds" => Value::Flag(self.builds_with.is_some()),
            "builds-with" => Value::Text(self.builds_with.as_deref()?),
            "multi-stage" => Value::Flag(self.is_multi_stage),
            "copies-context" => Value::Flag(self.copies_context),
            _ => return None,
        })
    }
}

/// A shipped image takes a component along whose folder its Dockerfile does not stand in. Derived; it stands at the
/// component's first file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedComponent {
    /// The Dockerfile.
    pub dockerfile: String,
}

impl Attributes for PackedComponent {
    const FIELDS: &'static [&'static str] = &["dockerfile"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        (field == "dockerfile").then_some(Value::Text(&self.dockerfile))
    }
}

/// An ignore file keeps files out of the build context of a Dockerfile. Derived; it stands at the ignore file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredContext {
    /// The Dockerfile.
    pub dockerfile: String,
    /// Whether its image is shipped.
    pub is_shipped: bool,
}

impl Attributes for IgnoredContext {
    const FIELDS: &'static [&'static str] = &["dockerfile", "shipped"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "dockerfile" => Value::Text(&self.dockerfile),
            "shipped" => Value::Flag(self.is_shipped),
            _ => return None,
        })
    }
}

/// An image of somebody else that is deployed: what a shipped image starts from or takes files of, what a deployment's
/// compose file or a workload runs. Derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployedImage {
    /// The reference.
    pub image: String,
    /// How it is used: `base`, `copied`, `service`, `workload`.
    pub usage: &'static str,
    /// How firmly it is named: `digest`, `tag`, `latest`, `unknown`.
    pub pin: &'static str,
}

impl Attributes for DeployedImage {
    const FIELDS: &'static [&'static str] = &["image", "usage", "pin"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "image" => Value::Text(&self.image),
            "usage" => Value::Text(self.usage),
            "pin" => Value::Text(self.pin),
            _ => return None,
        })
    }
}

/// A container's or a platform's runtime is told how to see whether a program is well. Derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerCheck {
    /// Who asks: `Docker`, `Compose`, `Kubernetes`, `Render`, …
    pub platform: &'static str,
    /// What is asked: the image's, the service's or the container's name.
    pub of: String,
    /// Whether that is this repository's program and not a database beside it.
    pub is_own: bool,
    /// Whether the program itself is asked, on the machines that serve users.
    pub asks: bool,
}

impl Attributes for ContainerCheck {
    const FIELDS: &'static [&'static str] = &["platform", "of", "own", "asks"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "platform" => Value::Text(self.platform),
            "of" => Value::Text(&self.of),
            "own" => Value::Flag(self.is_own),
            "asks" => Value::Flag(self.asks),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_named_firmly_or_not() {
        let cases = [
            ("node", "latest"),
            ("node:latest", "latest"),
            ("registry:5000/team/node", "latest"),
            ("registry:5000/team/node:22", "tag"),
            ("node@sha256:abc", "digest"),
            ("node:latest@sha256:abc", "digest"),
            ("$BASE", "unknown"),
            ("node:${TAG}", "unknown"),
            ("${REGISTRY}/node:22", "tag"),
            ("${REGISTRY}/node:latest", "latest"),
        ];
        for (text, pin) in cases {
            assert_eq!(ImageName { text: text.to_owned(), span: Span::START }.pin(), pin, "{text}");
        }
    }
}
