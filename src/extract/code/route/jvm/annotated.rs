//! Routes of Spring MVC, JAX-RS, Micronaut and Armeria, which stand in annotations of classes and methods; and what checks of
//! health that the project writes itself exercise.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::annotation::{Annotation, annotations};
use super::{is_of_jvm, remember};
use crate::extract::code::route::handler::{self, Functions};
use crate::extract::code::route::{add, join, literals, refer};
use crate::extract::code::unquoted;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, HEALTH_INDICATOR, HandlerFunction, Route};
use crate::syntax::{Source, descendants, node_text};

/// Finds routes in annotations.
#[derive(Clone, Copy)]
pub(crate) struct AnnotatedRoutes;

/// What says that an interface describes somebody else's server.
const CLIENTS: &[&str] = &["FeignClient", "RegisterRestClient", "Client", "HttpExchange", "RetrofitClient"];

/// Where Armeria's annotations come from: any class may hold its routes.
const ARMERIA: &str = "com.linecorp.armeria.server.annotation.";

/// Annotations that let nobody in who is not signed in.
const GUARDS: &[&str] =
    &["PreAuthorize", "Secured", "RolesAllowed", "Authenticated", "RequiresAuthentication", "DenyAll"];

/// Annotations of a method that give its path, with the method.
const MAPPINGS: &[(&str, &str)] = &[
    ("GetMapping", "GET"),
    ("RequestMapping", "ANY"),
    ("PostMapping", "POST"),
    ("PutMapping", "PUT"),
    ("DeleteMapping", "DELETE"),
    ("PatchMapping", "PATCH"),
    ("Get", "GET"),
    ("Head", "HEAD"),
    ("Post", "POST"),
];

impl Extractor for AnnotatedRoutes {
    fn name(&self) -> &'static str {
        "jvm-annotated-routes"
    }

    fn demand(&self) -> Demand {
        let mut literals = literals();
        literals.push("HealthIndicator".to_owned());
        literals.push("HealthCheck".to_owned());
        Demand::AnyOf(literals)
    }

    fn wants(&self, file: &File) -> bool {
        is_of_jvm(file)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let signs = ["Mapping", "@Path", "@Controller", "HealthIndicator", "HealthCheck", ARMERIA];
        if !signs.iter().any(|sign| text.contains(sign)) {
            return;
        }
        let Some(tree) = source.tree() else { return };
        let mut reader = Reader { source, text, functions: Functions::new(), constants: BTreeMap::new() };
        descendants(tree.root_node(), |node| {
            match node.kind() {
                "method_declaration" | "function_declaration" => remember(node, text, &mut reader.functions),
                "variable_declarator" | "property_declaration" => reader.constant(node),
                _ => {}
            }
            true
        });
        descendants(tree.root_node(), |node| {
            if matches!(node.kind(), "class_declaration" | "interface_declaration" | "record_declaration") {
                reader.class(node, found);
            }
            true
        });
    }
}

struct Reader<'a, 'tree> {
    source: &'a Source<'tree>,
    text: &'tree str,
    functions: Functions<'tree>,
    constants: BTreeMap<&'tree str, &'tree str>,
}

/// What a class gives its methods.
struct Class {
    framework: &'static str,
    prefix: String,
    needs_login: bool,
}

impl<'tree> Reader<'_, 'tree> {
    fn text_of(&self, node: Node<'tree>) -> &'tree str {
        node_text(node, self.text)
    }

    /// `String PATH = "/health"`, `const val PATH = "/health"`.
    fn constant(&mut self, node: Node<'tree>) {
        let Some((name, value)) = self.text_of(node).split_once('=') else { return };
        let name = name.split(':').next().unwrap_or(name).split_whitespace().next_back().unwrap_or("");
        if let Some(text) = unquoted(value.trim()).filter(|text| !text.contains('"')) {
            self.constants.insert(name, text);
        }
    }

    /// The annotations of a declaration. The grammar of Kotlin takes those of some classes for an expression before it.
    fn annotations(&self, declaration: Node<'tree>) -> Vec<Annotation<'tree>> {
        let modifiers = declaration.named_children(&mut declaration.walk()).find(|child| child.kind() == "modifiers");
        let mut list = modifiers.map(|node| annotations(self.text_of(node))).unwrap_or_default();
        let before = declaration.prev_named_sibling().filter(|it| it.kind() == "annotated_expression");
        list.extend(before.map(|node| annotations(self.text_of(node))).unwrap_or_default());
        list
    }

    fn paths(&self, annotation: &Annotation<'tree>) -> Vec<&'tree str> {
        annotation.paths(|name| self.constants.get(name.rsplit('.').next().unwrap_or(name)).copied())
    }

    fn class(&self, class: Node<'tree>, found: &mut Found<'_>) {
        self.indicator(class, found);
        let list = self.annotations(class);
        let has = |names: &[&str]| list.iter().any(|it| names.contains(&it.name));
        if has(CLIENTS) {
            return;
        }
        let is_micronaut = self.text.contains("io.micronaut.");
        let framework = if has(&["RestController", "Controller", "RequestMapping"]) {
            if is_micronaut { "Micronaut" } else { "Spring MVC" }
        } else if has(&["Path"]) {
            "JAX-RS"
        } else if self.text.contains(ARMERIA) {
            "Armeria"
        } else {
            return;
        };
        let prefix = list.iter().find(|it| match it.name {
            "RequestMapping" => framework == "Spring MVC",
            "Controller" => framework == "Micronaut",
            "PathPrefix" => framework == "Armeria",
            name => name == "Path",
        });
        let prefix = prefix.and_then(|it| self.paths(it).first().copied()).unwrap_or("");
        let prefix = if prefix.contains('$') { "" } else { prefix };
        let class_of = Class { framework, prefix: prefix.to_owned(), needs_login: Self::is_guarded(&list) };
        let body = class.named_children(&mut class.walk()).find(|it| it.kind().ends_with("_body"));
        let Some(body) = body else { return };
        for method in body.named_children(&mut body.walk()) {
            if matches!(method.kind(), "method_declaration" | "function_declaration") {
                self.method(&class_of, method, found);
            }
        }
    }

    fn is_guarded(list: &[Annotation<'tree>]) -> bool {
        list.iter().any(|it| {
            let is_open = ["permitAll", "isAnonymous", "IS_ANONYMOUS"].iter().any(|word| it.text().contains(word));
            GUARDS.contains(&it.name) && !is_open || it.name == "SecurityRequirement"
        })
    }

    fn method(&self, class: &Class, method: Node<'tree>, found: &mut Found<'_>) {
        let list = self.annotations(method);
        let (verb, paths) = if class.framework == "JAX-RS" {
            let Some(verb) = list.iter().find(|it| matches!(it.name, "GET" | "HEAD" | "POST" | "PUT" | "DELETE"))
            else {
                return;
            };
            (verb.name, list.iter().find(|it| it.name == "Path").map(|it| self.paths(it)).unwrap_or_default())
        } else {
            let mapping = list.iter().find_map(|it| Some((it, MAPPINGS.iter().find(|(name, _)| *name == it.name)?.1)));
            let Some((annotation, verb)) = mapping else { return };
            // `method = RequestMethod.POST` leaves no GET.
            let others = ["POST", "PUT", "DELETE", "PATCH"];
            let is_other = !annotation.text().contains("GET") && others.iter().any(|it| annotation.text().contains(it));
            (if verb == "ANY" && is_other { "POST" } else { verb }, self.paths(annotation))
        };
        let paths = if paths.is_empty() { vec![""] } else { paths };
        let is_open = list.iter().any(|it| matches!(it.name, "PermitAll" | "Anonymous"));
        for path in paths {
            let mut route = Route::new(class.framework, verb, join(&class.prefix, path));
            route.needs_login = Self::is_guarded(&list) || class.needs_login && !is_open;
            let handling = handler::read(method, &self.functions, self.text);
            route.checks = handling.checks();
            refer(self.source, found, method, &route, &handling);
            add(self.source, found, method, route);
        }
    }

    /// `class DbHealth implements HealthIndicator`: what it exercises, the health route of the framework does.
    fn indicator(&self, class: Node<'tree>, found: &mut Found<'_>) {
        let head = self.text_of(class).split('{').next().unwrap_or("");
        let heads = head.split_once("class ").map_or("", |(_, rest)| rest);
        let is_indicator = ["HealthIndicator", "HealthCheck"]
            .iter()
            .any(|name| heads.split(|c: char| !c.is_alphanumeric()).skip(1).any(|word| word.ends_with(name)));
        if !is_indicator {
            return;
        }
        let checks = handler::read(class, &self.functions, self.text).checks();
        if !checks.is_empty() {
            let function = HEALTH_INDICATOR.to_owned();
            let data = HandlerFunction {
                owner: String::new(),
                function,
                checks,
                asks: Vec::new(),
                answers: true,
                needs_login: Some(false),
            };
            found.add(self.source.span(class.byte_range()), Data::HandlerFunction(data));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::code::testing::routes;

    #[test]
    fn spring_joins_the_class_and_the_method() {
        let text = "@RestController\n@RequestMapping(\"/api\")\nclass HealthController {\n  static final String PATH = \"/up\";\n  @GetMapping({\"/health\", \"/healthz\"})\n  \
            String health() { return check(); }\n  @GetMapping(PATH) String up() { return \"\"; }\n  @PreAuthorize(\"hasRole('A')\") @RequestMapping(path = \"/status\", method = RequestMethod.GET)\n  String status() { return \"\"; }\n  \
            private String check() { return jdbc.queryForObject(\"SELECT 1\", String.class); }\n}\n";
        assert_eq!(
            routes(&AnnotatedRoutes, "src/main/java/HealthController.java", text),
            [
                "Spring MVC GET /api/health +database",
                "Spring MVC GET /api/healthz +database",
                "Spring MVC GET /api/up",
                "Spring MVC ANY /api/status login",
            ]
        );
    }

    #[test]
    fn kotlin_is_read_alike() {
        let text = "package a\n\nimport org.x.RestController\n\n@RestController\n@RequestMapping(\"/api\")\nclass HealthController(private val redis: RedisClient) {\n  @GetMapping(value = [\"/health\"])\n  fun health() = redis.ping()\n}\n";
        assert_eq!(routes(&AnnotatedRoutes, "HealthController.kt", text), ["Spring MVC GET /api/health +cache"]);
    }

    #[test]
    fn armeria_routes_stand_in_any_class() {
        let text = "import com.linecorp.armeria.server.annotation.Get;\nclass A {\n  @Get(\"/health\") HttpResponse health() { return HttpResponse.of(200); }\n}\n";
        assert_eq!(routes(&AnnotatedRoutes, "A.java", text), ["Armeria GET /health"]);
    }

    #[test]
    fn jax_rs_and_micronaut() {
        let text = "import jakarta.ws.rs.*;\n@Path(\"/status\") class A { @GET String a() { return \"\"; } @POST @Path(\"/ready\") String b() { return \"\"; } }";
        assert_eq!(routes(&AnnotatedRoutes, "A.java", text), ["JAX-RS GET /status", "JAX-RS POST /status/ready"]);
        let text = "import io.micronaut.http.annotation.*;\n@Controller(\"/ops\") class A { @Get(\"/health\") String a() { return \"\"; } }";
        assert_eq!(routes(&AnnotatedRoutes, "A.java", text), ["Micronaut GET /ops/health"]);
    }

    #[test]
    fn clients_and_plain_classes_are_none() {
        for text in [
            "@FeignClient(\"other\") interface A { @GetMapping(\"/health\") String health(); }",
            "@Path(\"/health\") @RegisterRestClient interface A { @GET String health(); }",
            "class A { @GetMapping(\"/health\") String health() { return \"\"; } }",
            "// @RestController class A { @GetMapping(\"/health\") String health(); }\nclass A {}",
        ] {
            assert_eq!(routes(&AnnotatedRoutes, "A.java", text), [""; 0], "{text}");
        }
    }
}
