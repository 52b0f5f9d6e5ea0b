//! What the files of hosting platforms bring to the program that they describe.

use super::{Attributes, Value};

/// What a platform brings, by its nature or because its file says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlatformPart {
    /// It runs the program. Every file that describes more than a build brings this.
    Deployment,
    /// It builds the program from its source.
    Build,
    /// It gives change requests an environment of their own.
    Previews,
    /// It serves files from a network of edge locations.
    Cdn,
    /// It spreads requests over instances.
    LoadBalancing,
    /// The file sets the bounds in which the number of instances follows the load; the value is the bounds.
    Autoscaling,
    /// The file asks for more than one instance; the value is the number.
    Replicas,
    /// The file names the path of a health check; the value is the path.
    HealthCheck,
    /// The file adds a header to answers; the value is the header's name.
    Header,
    /// The file starts something by the clock; the value is what.
    Schedule,
    /// The file limits how many requests a client may send.
    RateLimit,
    /// The file orders a database that has copies for reading.
    ReadReplicas,
}

impl PlatformPart {
    /// The name in rules and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deployment => "deployment",
            Self::Build => "build",
            Self::Previews => "previews",
            Self::Cdn => "cdn",
            Self::LoadBalancing => "load-balancing",
            Self::Autoscaling => "autoscaling",
            Self::Replicas => "replicas",
            Self::HealthCheck => "health-check",
            Self::Header => "header",
            Self::Schedule => "schedule",
            Self::RateLimit => "rate-limit",
            Self::ReadReplicas => "read-replicas",
        }
    }
}

/// One thing that a platform's file brings. A file gives one fact for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformFile {
    /// The platform, as people write its name: `Vercel`, `Fly.io`.
    pub platform: &'static str,
    /// What it brings.
    pub brings: PlatformPart,
    /// What the file says about it, `""` where the platform does it by itself.
    pub value: String,
}

impl Attributes for PlatformFile {
    const FIELDS: &'static [&'static str] = &["platform", "brings", "value"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "platform" => Value::Text(self.platform),
            "brings" => Value::Text(self.brings.name()),
            "value" => Value::Text(&self.value),
            _ => return None,
        })
    }
}
