use super::*;
use crate::extract::code::testing::routes;

fn at(text: &str) -> Vec<String> {
    routes(&GoRoutes, "server/routes.go", text)
}

#[test]
fn the_standard_library_with_and_without_methods() {
    let text = "package server\nimport \"net/http\"\nfunc live(w http.ResponseWriter, r *http.Request) {}\n\
        func ready(w http.ResponseWriter, r *http.Request) { db.PingContext(r.Context()) }\n\
        func routes(mux *http.ServeMux) {\n\tmux.HandleFunc(\"/liveness\", live)\n\tmux.HandleFunc(\"GET /readyz\", ready)\n}\n";
    assert_eq!(at(text), ["net/http ANY /liveness", "net/http GET /readyz +database"]);
}

#[test]
fn groups_and_nested_routers_give_prefixes() {
    let gin = "package a\nimport \"github.com/gin-gonic/gin\"\nfunc f(r *gin.Engine) {\n\tapi := r.Group(\"/api\")\n\tapi.GET(\"/health\", health)\n}\n";
    assert_eq!(at(gin), ["Gin GET /api/health"]);
    let chi = "package a\nimport \"github.com/go-chi/chi/v5\"\nfunc f(r chi.Router) {\n\tr.Route(\"/ops\", func(r chi.Router) {\n\t\tr.Get(\"/status\", requireAuth(status))\n\t})\n}\n";
    assert_eq!(at(chi), ["chi GET /ops/status login"]);
}

#[test]
fn a_method_may_be_an_argument() {
    for (call, expected) in [
        ("r.Match([]string{\"GET\", \"HEAD\"}, \"/health\", h.Health)", "Gin GET /health"),
        ("r.Handle(\"GET\", \"/ready\", ready)", "Gin GET /ready"),
        ("r.Handle(http.MethodHead, \"/live\", live)", "Gin HEAD /live"),
    ] {
        let text = format!("package a\nimport \"github.com/gin-gonic/gin\"\nfunc f(r *gin.Engine) {{\n\t{call}\n}}\n");
        assert_eq!(at(&text), [expected]);
    }
    let text = "package a\nimport \"github.com/gin-gonic/gin\"\nfunc f() {\n\tr.Handle(\"POST\", \"/health\", h)\n\twg.Add(1)\n}\n";
    assert_eq!(at(text), [""; 0]);
}

#[test]
fn the_heartbeat_of_chi_is_a_route() {
    let chi = "package a\nimport \"github.com/go-chi/chi/v5\"\nfunc f(r chi.Router) {\n\tr.Use(middleware.Heartbeat(\"/ping\"))\n}\n";
    assert_eq!(at(chi), ["chi GET /ping"]);
}

#[test]
fn the_ping_of_a_library_of_middleware_is_a_route() {
    let text = "package a\nimport (\n\t\"net/http\"\n\tR \"github.com/go-pkgz/rest\"\n)\nfunc f() http.Handler {\n\trouter.Use(R.Throttle(10), R.Ping)\n}\n";
    assert_eq!(at(text), ["net/http GET /ping"]);
    assert_eq!(at(&text.replace("R.Ping", "R.Recoverer")), [""; 0]);
}

#[test]
fn clients_are_none() {
    for call in [
        "http.Get(\"http://x/health\")",
        "client.Get(\"/health\", &out)",
        "fetch(\"/health\")",
        "// mux.HandleFunc(\"/health\", h)",
    ] {
        let text = format!("package a\nimport \"net/http\"\nfunc f() {{\n\t{call}\n}}\n");
        assert_eq!(at(&text), [""; 0], "{call}");
    }
}

#[test]
fn the_grpc_health_service_is_one() {
    let text = "package a\nimport \"google.golang.org/grpc/health\"\nimport healthpb \"google.golang.org/grpc/health/grpc_health_v1\"\nfunc f() { healthpb.RegisterHealthServer(s, health.NewServer()) }\n";
    assert_eq!(at(text), ["gRPC ANY /grpc.health.v1.Health/Check"]);
}
