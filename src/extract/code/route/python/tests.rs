use super::PythonRoutes;
use crate::extract::code::testing::{facts, routes};
use crate::facts::Data;

fn at(text: &str) -> Vec<String> {
    routes(&PythonRoutes, "app/main.py", text)
}

#[test]
fn fastapi_joins_prefixes_of_the_same_file() {
    let text = "from fastapi import APIRouter, FastAPI\napp = FastAPI()\nrouter = APIRouter(prefix=\"/utils\")\n\n\
        @router.get(\"/health-check/\")\nasync def health_check() -> bool:\n    return True\n\n\
        app.include_router(router, prefix=\"/api/v1\")\n";
    assert_eq!(at(text), ["FastAPI GET /api/v1/utils/health-check/"]);
}

#[test]
fn dependencies_can_want_a_login() {
    let text = "from fastapi import FastAPI, Depends\napp = FastAPI()\n\n\
        @app.get('/status')\ndef status(user = Depends(get_current_user)):\n    return {}\n";
    assert_eq!(at(text), ["FastAPI GET /status login"]);
}

#[test]
fn a_session_of_the_database_is_no_login() {
    let text = "from fastapi import FastAPI, Depends\napp = FastAPI()\n\n\
        @app.get('/health')\ndef health(session = Depends(get_session)):\n    session.execute(text('SELECT 1'))\n";
    assert_eq!(at(text), ["FastAPI GET /health +database"]);
}

#[test]
fn flask_routes_and_blueprints() {
    let text = "from flask import Flask, Blueprint\nbp = Blueprint('ops', __name__, url_prefix='/ops')\n\n\
        @bp.route('/ready')\ndef ready():\n    db.session.execute(text('SELECT 1'))\n    return 'ok'\n\n\
        def create_app():\n    app = Flask(__name__)\n    app.add_url_rule('/ping', view_func=ping)\n    return app\n";
    assert_eq!(at(text), ["Flask GET /ops/ready +database", "Flask GET /ping"]);
}

#[test]
fn django_patterns() {
    let text = "from django.urls import include, path, re_path\nurlpatterns = [\n    path('health/', views.health),\n    \
        re_path(r'^status/$', login_required(views.status)),\n    path('ht/', include('health_check.urls')),\n]\n";
    assert_eq!(
        at(text),
        ["Django ANY /health/", "Django ANY /status/ login", "django-health-check GET /ht/ +cache +database"]
    );
}

#[test]
fn clients_and_comments_are_none() {
    for text in [
        "import requests\nrequests.get('/health')\n",
        "from fastapi.testclient import TestClient\nclient = TestClient(app)\nclient.get('/health')\n",
        "from fastapi import FastAPI\napp = FastAPI()\n# @app.get('/health')\n",
        "from fastapi import FastAPI\ndoc = \"\"\"@app.get('/health')\"\"\"\n",
    ] {
        assert_eq!(at(text), [""; 0], "{text}");
    }
}

#[test]
fn routers_of_other_modules_are_mounted() {
    let text = "from fastapi import APIRouter\nfrom app.api.routes import health\nfrom .status import router as status_router\n\n\
        api = APIRouter(prefix=\"/api\")\napi.include_router(health.router, prefix=\"/ops\")\napi.include_router(status_router)\n";
    let mounts: Vec<String> = facts(&PythonRoutes, "app/api/main.py", text)
        .into_iter()
        .filter_map(|fact| match fact.data {
            Data::RouterMount(it) => Some(format!("{} {} {} {}", it.module, it.router, it.prefix, it.on)),
            _ => None,
        })
        .collect();
    assert_eq!(mounts, ["app.api.routes.health router /api/ops api", ".status router /api api"]);
}

#[test]
fn lists_of_patterns_nest() {
    let text =
        "from django.urls import include, path\nurlpatterns = [path('api/', include([path('health/', health)]))]\n";
    assert_eq!(at(text), ["Django ANY /api/health/"]);
}
