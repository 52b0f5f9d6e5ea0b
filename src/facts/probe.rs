//! Questions that a platform asks a program over HTTP, again and again: is it up, may it get traffic?

use super::{Attributes, Value};

/// What a platform does with the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProbeKind {
    /// Restarts the program when it does not answer.
    Liveness,
    /// Sends traffic only while it answers.
    Readiness,
    /// Waits with the other probes until it answers.
    Startup,
    /// Marks the container or the deployment as unhealthy: `HEALTHCHECK`, a platform's health check.
    Healthcheck,
}

impl ProbeKind {
    /// The name in rules.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Liveness => "liveness",
            Self::Readiness => "readiness",
            Self::Startup => "startup",
            Self::Healthcheck => "healthcheck",
        }
    }
}

/// An HTTP request by which a container runtime, an orchestrator or a platform checks a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// What the answer is for.
    pub kind: ProbeKind,
    /// The path that is asked for, with a leading `/`.
    pub path: String,
    /// The port, where it is told; a number or a name.
    pub port: Option<String>,
    /// Who asks: `Docker`, `Compose`, `Kubernetes`, `Fly.io`, …
    pub platform: &'static str,
    /// Whether the program is this repository's and shipped, as far as the file tells: not a database's image, not a
    /// service of a developer's compose file.
    pub is_own: bool,
}

impl Attributes for Probe {
    const FIELDS: &'static [&'static str] = &["kind", "path", "port", "platform", "own"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "kind" => Value::Text(self.kind.name()),
            "path" => Value::Text(&self.path),
            "port" => Value::Text(self.port.as_deref()?),
            "platform" => Value::Text(self.platform),
            "own" => Value::Flag(self.is_own),
            _ => return None,
        })
    }
}

/// Whether this repository's program answers a probe. Derived; it stands where the probe does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeAnswer {
    /// Who asks.
    pub platform: &'static str,
    /// The path that is asked for.
    pub path: String,
    /// `yes`, `no` or `unknown`.
    pub answered: &'static str,
    /// Why.
    pub because: String,
}

impl Attributes for ProbeAnswer {
    const FIELDS: &'static [&'static str] = &["platform", "path", "answered", "because"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "platform" => Value::Text(self.platform),
            "path" => Value::Text(&self.path),
            "answered" => Value::Text(self.answered),
            "because" => Value::Text(&self.because),
            _ => return None,
        })
    }
}
