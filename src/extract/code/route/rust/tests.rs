use super::RustRoutes;
use crate::extract::code::testing::routes;

fn at(text: &str) -> Vec<String> {
    routes(&RustRoutes, "src/main.rs", text)
}

#[test]
fn aide_describes_the_routes_of_axum() {
    let text = "use aide::axum::{ApiRouter, routing::get_with};\nuse axum::Json;\nasync fn health(State(state): State<AppState>) -> StatusCode {\n    state.db.execute(one()).await.into()\n}\n\
        fn router() -> ApiRouter<AppState> {\n    ApiRouter::new().api_route_with(\"/health\", get_with(health, |op| op).head_with(health, health_operation), tag)\n}\n";
    assert_eq!(at(text), ["axum GET /health +database"]);
}

#[test]
fn axum_nests_routers() {
    let text = "use axum::{Router, routing::get};\nfn app(pool: Pool) -> Router {\n    let admin = Router::new().route(\"/status\", get(status)).layer(from_fn(require_auth));\n    \
        Router::new()\n        .route(\"/health\", get(health))\n        .nest(\"/api\", Router::new().route(\"/ready\", get(|| async { \"ok\" }).post(x)))\n        .nest(\"/admin\", admin)\n}\n\
        async fn health() { sqlx::query(\"SELECT 1\").execute(&pool).await; }\n";
    assert_eq!(at(text), ["axum GET /admin/status login", "axum GET /health +database", "axum GET /api/ready"]);
}

#[test]
fn actix_has_scopes_resources_and_attributes() {
    let text = "use actix_web::{get, web};\n#[get(\"/healthz\")]\nasync fn healthz(db: web::Data<Pool>) -> impl Responder { db.ping().await }\n\
        fn config(c: &mut web::ServiceConfig) {\n    c.service(web::scope(\"/api\").route(\"/health\", web::get().to(h)).service(web::resource(\"/up\").route(web::get().to(up))));\n    \
        c.service(web::scope(\"/me\").wrap(HttpAuthentication::bearer(check)).route(\"/status\", web::get().to(h)));\n}\n";
    let mut found = at(text);
    found.sort();
    assert_eq!(
        found,
        [
            "Actix Web GET /api/health",
            "Actix Web GET /api/up",
            "Actix Web GET /healthz +database",
            "Actix Web GET /me/status login",
        ]
    );
}

#[test]
fn rocket_attributes_and_warp_filters() {
    let rocket = "use rocket::get;\n#[get(\"/health\")]\nfn health() -> &'static str { \"ok\" }\n#[get(\"/status\")]\nfn status(user: AuthUser) {}\n#[get(\"/alive\")]\nfn alive(_conn: DbConn) {}\n";
    assert_eq!(at(rocket), ["Rocket GET /health", "Rocket GET /status login", "Rocket GET /alive +database"]);
    let warp = "use warp::Filter;\nfn f() { let a = warp::path(\"api\").and(warp::path(\"health\")).and(warp::get()).map(|| \"ok\"); let b = warp::path!(\"ready\"); }\n";
    assert_eq!(at(warp), ["warp ANY /api/health", "warp ANY /ready"]);
}

#[test]
fn the_health_service_of_tonic() {
    let text = "fn f() { let (reporter, service) = tonic_health::server::health_reporter(); }\n";
    assert_eq!(at(text), ["gRPC ANY /grpc.health.v1.Health/Check"]);
}

#[test]
fn clients_tests_and_comments_are_none() {
    for code in [
        "client.get(\"http://x/health\").send()",
        "// Router::new().route(\"/health\", get(health))\n",
        "Mock::given(path(\"/health\"))",
        "let path = \"/health\";",
        "map.route(\"/health\", 1)",
    ] {
        let text = format!("use axum::Router;\nfn f() {{\n    {code}\n}}\n");
        assert_eq!(at(&text), [""; 0], "{code}");
    }
    let test = "use axum::Router;\n#[cfg(test)]\nmod tests {\n    fn app() -> Router { Router::new().route(\"/health\", get(f)) }\n}\n";
    assert_eq!(at(test), [""; 0]);
}
