//! Routes that frameworks answer by themselves once a package is there: Spring Boot's Actuator, the health of Quarkus and
//! Micronaut; and the default endpoints that the services of .NET Aspire share.

use std::collections::BTreeSet;

use super::folder;
use crate::facts::{
    Data, Dependency, DependencyScope, Ecosystem, Fact, FrameworkSetting, HEALTH_INDICATOR, Manifest, Payload, Role,
    Route, ToolSetup, join_paths,
};

/// What the health route asks by itself where a package is there: a part of its name, and what is asked.
const CHECKED: &[(&str, &str)] = &[
    ("spring-boot-starter-data-jpa", "database"),
    ("spring-boot-starter-data-jdbc", "database"),
    ("spring-boot-starter-data-r2dbc", "database"),
    ("spring-boot-starter-data-mongodb", "database"),
    ("spring-boot-starter-data-cassandra", "database"),
    ("spring-boot-starter-jdbc", "database"),
    ("spring-boot-starter-jooq", "database"),
    ("spring-boot-starter-data-redis", "cache"),
    ("spring-boot-starter-amqp", "queue"),
    ("spring-boot-starter-data-elasticsearch", "search"),
    ("quarkus-jdbc-", "database"),
    ("quarkus-reactive-pg-client", "database"),
    ("quarkus-reactive-mysql-client", "database"),
    ("quarkus-mongodb-client", "database"),
    ("quarkus-redis-client", "cache"),
    ("quarkus-messaging-kafka", "queue"),
    ("micronaut-jdbc-", "database"),
    ("micronaut-redis-lettuce", "cache"),
    ("micronaut-rabbitmq", "queue"),
];

/// The name by which services of .NET Aspire map the endpoints that they share.
const SHARED_ENDPOINTS: &str = "MapDefaultEndpoints";

/// The facts that follow.
pub(super) fn add(mut facts: Vec<Fact>) -> Vec<Fact> {
    let manifests: BTreeSet<&str> =
        facts.iter().filter(|fact| Manifest::of(&fact.data).is_some()).map(|fact| folder(&fact.place.path)).collect();
    let holder = |path: &str| {
        let is_above =
            |base: &&&str| base.is_empty() || path.strip_prefix(**base).is_some_and(|it| it.starts_with('/'));
        manifests.iter().filter(is_above).max_by_key(|base| base.len()).copied().unwrap_or("")
    };
    let mut more = Vec::new();
    for fact in facts.iter().filter(|fact| !matches!(fact.role, Role::Test | Role::Example | Role::Vendored)) {
        let Some(dependency) = Dependency::of(&fact.data) else { continue };
        if dependency.ecosystem != Ecosystem::Maven || dependency.scope != DependencyScope::Runtime {
            continue;
        }
        let base = folder(&fact.place.path);
        // A library of the build may bring the health of the applications that use it: then theirs counts too.
        let has_settings =
            facts.iter().any(|it| FrameworkSetting::of(&it.data).is_some() && holder(&it.place.path) == base);
        let is_shared = !has_settings && !base.is_empty();
        let own = Project { facts: &facts, base, is_shared, holds: &|path| is_shared || holder(path) == base };
        more.extend(own.provided(&dependency.name).into_iter().map(|data| Fact { data, ..fact.clone() }));
    }
    let replaced = shared_endpoints(&facts);
    if !replaced.is_empty() {
        facts.retain(|fact| !matches!(&fact.data, Data::Route(route) if route.framework == ".NET Aspire"));
    }
    facts.extend(more);
    facts.extend(replaced);
    facts
}

/// A folder with a manifest, and what lies in it.
struct Project<'a> {
    facts: &'a [Fact],
    base: &'a str,
    /// Whether it is a library without settings, whose users count too.
    is_shared: bool,
    holds: &'a dyn Fn(&str) -> bool,
}

impl Project<'_> {
    fn setting(&self, key: &str) -> Option<&str> {
        let is_own = |fact: &&Fact| (self.holds)(&fact.place.path);
        let settings = self.facts.iter().filter(is_own).filter_map(|fact| FrameworkSetting::of(&fact.data));
        settings.filter(|setting| setting.key == key).map(|setting| setting.value.as_str()).last()
    }

    fn provided(&self, dependency: &str) -> Vec<Data> {
        let (framework, paths) = match dependency {
            "org.springframework.boot:spring-boot-starter-actuator" => ("Spring Boot Actuator", self.actuator()),
            "io.quarkus:quarkus-smallrye-health" => {
                let root = self.setting("quarkus.smallryehealth.rootpath").unwrap_or("/q/health");
                let root = if root.starts_with('/') { root.to_owned() } else { join_paths("/q", root) };
                ("Quarkus", ["", "live", "ready"].map(|path| join_paths(&root, path)).to_vec())
            }
            "io.micronaut:micronaut-management" => ("Micronaut", self.micronaut()),
            "io.quarkus:quarkus-micrometer-registry-prometheus" => {
                return vec![exposed("quarkus-micrometer-registry-prometheus")];
            }
            "io.micrometer:micrometer-registry-prometheus" => {
                let is_exposed = self.exposes("prometheus") == Some(true);
                return is_exposed.then(|| exposed("management.endpoints.web.exposure.include")).into_iter().collect();
            }
            _ => return Vec::new(),
        };
        let checks = self.checks();
        paths
            .into_iter()
            .map(|path| {
                let asks = !path.ends_with("live") && !path.ends_with("liveness");
                let checks = if asks { checks.clone() } else { Vec::new() };
                Data::Route(Route { checks, ..Route::new(framework, "GET", path) })
            })
            .collect()
    }

    /// Whether an endpoint is on the list of those that answer; `None` where there is no list.
    fn exposes(&self, endpoint: &str) -> Option<bool> {
        let names = |list: &str| list.split(',').any(|it| matches!(it.trim(), "*") || it.trim() == endpoint);
        if self.setting("management.endpoints.web.exposure.exclude").is_some_and(names) {
            return Some(false);
        }
        self.setting("management.endpoints.web.exposure.include").map(names)
    }

    /// The health routes of Micronaut, where they are on.
    fn micronaut(&self) -> Vec<String> {
        let own = self.setting("endpoints.health.enabled").or_else(|| self.setting("endpoints.all.enabled"));
        if own == Some("false") {
            return Vec::new();
        }
        let base = self.setting("endpoints.all.path").unwrap_or("/");
        ["/health", "/health/liveness", "/health/readiness"].map(|path| join_paths(base, path)).to_vec()
    }

    /// The health routes of the Actuator, as far as they are on and exposed.
    fn actuator(&self) -> Vec<String> {
        let is = |key: &str, value: &str| self.setting(key) == Some(value);
        let is_own = is("management.endpoint.health.enabled", "true")
            || is("management.endpoint.health.access", "readonly")
            || is("management.endpoint.health.access", "read-only")
            || is("management.endpoint.health.access", "unrestricted");
        let is_off = is("management.endpoint.health.enabled", "false")
            || is("management.endpoint.health.access", "none")
            || is("management.endpoints.enabledbydefault", "false") && !is_own
            || is("management.endpoints.access.default", "none") && !is_own
            || is("management.endpoints.access.maxpermitted", "none")
            || is("management.server.port", "-1");
        if is_off || self.exposes("health") == Some(false) {
            return Vec::new();
        }
        let base = self.setting("management.endpoints.web.basepath").unwrap_or("/actuator");
        let name = self.setting("management.endpoints.web.pathmapping.health").unwrap_or("health");
        let health = join_paths(base, name);
        let has_probes = is("management.endpoint.health.probes.enabled", "true")
            || is("management.health.livenessstate.enabled", "true");
        let mut paths = vec![health.clone()];
        if has_probes {
            paths.extend(["liveness", "readiness"].map(|probe| join_paths(&health, probe)));
        }
        paths
    }

    /// What the health of the framework asks: its own indicators, and those of the project.
    fn checks(&self) -> Vec<String> {
        let mut checks = BTreeSet::new();
        let is_off = self.setting("management.health.defaults.enabled") == Some("false");
        for fact in self.facts.iter().filter(|fact| (self.holds)(&fact.place.path) && fact.role != Role::Test) {
            match &fact.data {
                Data::Dependency(it)
                    if !is_off
                        && it.scope == DependencyScope::Runtime
                        && (self.is_shared || folder(&fact.place.path) == self.base) =>
                {
                    let known = CHECKED.iter().filter(|(part, _)| it.name.contains(part));
                    checks.extend(known.map(|(_, check)| (*check).to_owned()));
                }
                Data::HandlerFunction(it) if it.function == HEALTH_INDICATOR => {
                    checks.extend(it.checks.iter().cloned());
                }
                _ => {}
            }
        }
        checks.into_iter().collect()
    }
}

fn exposed(text: &str) -> Data {
    Data::ToolSetup(ToolSetup { tool: "micrometer".to_owned(), text: text.to_owned(), is_exported_only: false })
}

/// The endpoints that services share, where this repository says itself what they are.
fn shared_endpoints(facts: &[Fact]) -> Vec<Fact> {
    let own: Vec<&Route> = facts
        .iter()
        .filter_map(|fact| Route::of(&fact.data))
        .filter(|route| route.router == SHARED_ENDPOINTS && route.framework != ".NET Aspire")
        .collect();
    let calls: BTreeSet<_> = facts
        .iter()
        .filter(|fact| Route::of(&fact.data).is_some_and(|route| route.framework == ".NET Aspire"))
        .map(|fact| (&fact.place, fact.role))
        .collect();
    let of_call = |(place, role): &(&crate::facts::Place, Role)| -> Vec<Fact> {
        own.iter()
            .map(|route| Fact { place: (*place).clone(), role: *role, data: Data::Route((*route).clone()) })
            .collect()
    };
    calls.iter().flat_map(of_call).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Place, Span};

    fn fact(path: &str, data: Data) -> Fact {
        Fact { place: Place { path: path.into(), span: Span::START }, role: Role::Configuration, data }
    }

    fn dependency(name: &str) -> Fact {
        let dependency = Dependency {
            ecosystem: Ecosystem::Maven,
            name: name.to_owned(),
            requirement: String::new(),
            scope: DependencyScope::Runtime,
            local: None,
            alias: None,
            shared: None,
        };
        fact("api/pom.xml", Data::Dependency(dependency))
    }

    fn setting(key: &str, value: &str) -> Fact {
        let data = FrameworkSetting { key: key.to_owned(), value: value.to_owned() };
        fact("api/src/main/resources/application.yml", Data::FrameworkSetting(data))
    }

    fn routes(mut facts: Vec<Fact>) -> Vec<String> {
        let manifest = Manifest {
            ecosystem: Ecosystem::Maven,
            name: None,
            version: None,
            is_private: true,
            members: Vec::new(),
            package_manager: None,
            runtimes: std::collections::BTreeMap::new(),
            is_package: true,
            sources: None,
        };
        facts.push(fact("api/pom.xml", Data::Manifest(manifest)));
        let describe = |fact: Fact| match fact.data {
            Data::Route(route) => Some(format!("{} {}", route.path, route.checks.join(" ")).trim_end().to_owned()),
            Data::ToolSetup(setup) => Some(setup.tool),
            _ => None,
        };
        add(facts).into_iter().filter_map(describe).collect()
    }

    const ACTUATOR: &str = "org.springframework.boot:spring-boot-starter-actuator";

    #[test]
    fn the_actuator_answers_where_its_settings_say() {
        assert_eq!(routes(vec![dependency(ACTUATOR)]), ["/actuator/health"]);
        let jpa = dependency("org.springframework.boot:spring-boot-starter-data-jpa");
        let moved = setting("management.endpoints.web.basepath", "/ops");
        assert_eq!(routes(vec![dependency(ACTUATOR), jpa.clone(), moved]), ["/ops/health database"]);
        let probes = setting("management.endpoint.health.probes.enabled", "true");
        assert_eq!(
            routes(vec![dependency(ACTUATOR), jpa, probes]),
            ["/actuator/health database", "/actuator/health/liveness", "/actuator/health/readiness database"]
        );
        for (key, value) in [
            ("management.endpoints.web.exposure.include", "info,prometheus"),
            ("management.endpoints.web.exposure.exclude", "*"),
            ("management.endpoint.health.enabled", "false"),
        ] {
            assert_eq!(routes(vec![dependency(ACTUATOR), setting(key, value)]), [""; 0], "{key}");
        }
    }

    #[test]
    fn quarkus_and_micronaut_bring_three_routes() {
        let facts =
            vec![dependency("io.quarkus:quarkus-smallrye-health"), dependency("io.quarkus:quarkus-jdbc-postgresql")];
        assert_eq!(routes(facts), ["/q/health database", "/q/health/live", "/q/health/ready database"]);
        assert_eq!(routes(vec![dependency("io.micronaut:micronaut-management")]).len(), 3);
    }

    #[test]
    fn metrics_are_set_up_where_they_are_exposed() {
        let registry = dependency("io.micrometer:micrometer-registry-prometheus");
        assert_eq!(routes(vec![registry.clone()]), [""; 0]);
        let include = setting("management.endpoints.web.exposure.include", "health,prometheus");
        assert_eq!(routes(vec![registry, include]), ["micrometer"]);
    }
}
