//! The table of calls and declarations that tell what code is, by language.

use crate::facts::Language;

/// A text that is evidence where it stands in code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sign {
    /// The languages, by a member of the family.
    language: Language,
    /// The kind of the entry point.
    pub(super) kind: &'static str,
    /// The text.
    pub(super) text: &'static str,
    /// Texts of which the file needs one besides; empty: none.
    pub(super) needs: &'static [&'static str],
    /// What to call it, where the text itself would not do.
    pub(super) detail: Option<&'static str>,
}

impl Sign {
    /// Whether it counts in files of a language.
    pub(super) fn is_of(&self, language: Language) -> bool {
        match self.language {
            JavaScript => language.is_javascript_family(),
            Java => matches!(language, Java | Kotlin | Language::Groovy | Language::Scala),
            other => other == language,
        }
    }
}

const fn sign(language: Language, kind: &'static str, text: &'static str) -> Sign {
    Sign { language, kind, text, needs: &[], detail: None }
}

const fn with(language: Language, kind: &'static str, text: &'static str, needs: &'static [&'static str]) -> Sign {
    Sign { language, kind, text, needs, detail: None }
}

const fn named(sign: Sign, detail: &'static str) -> Sign {
    Sign { detail: Some(detail), ..sign }
}

use Language::{CSharp, Cpp, Dart, Elixir, Go, Java, JavaScript, Kotlin, Php, Python, Ruby, Rust, Swift};

/// What makes `.listen(` the start of a server.
const NODE_SERVERS: &[&str] = &[
    "createServer(",
    "createSecureServer(",
    "express(",
    "astify(",
    "new Koa(",
    "NestFactory",
    "new Elysia(",
    "new Hono",
    "apollo-server",
    "polka(",
    "restify",
    "hapi",
    "uWebSockets",
    "json-server",
    "@feathersjs",
];

const REACT_DOM: &[&str] = &["react-dom", "preact"];

/// All signs. A library that offers such a call has it too: the component decides.
pub(super) const SIGNS: &[Sign] = &[
    sign(Go, "server", "ListenAndServe"),
    sign(Go, "server", "http.Serve("),
    sign(Go, "server", "grpc.NewServer("),
    with(Go, "server", "gin.Default(", &["gin-gonic"]),
    with(Go, "server", "gin.New(", &["gin-gonic"]),
    with(Go, "server", "echo.New(", &["labstack/echo"]),
    with(Go, "server", "fiber.New(", &["gofiber"]),
    sign(Go, "server", "lambda.Start("),
    with(Go, "worker", "asynq.NewServer(", &["hibiken/asynq"]),
    with(Go, "worker", "worker.New(", &["go.temporal.io"]),
    with(Go, "web", "template.ParseFS(", &["html/template"]),
    with(Go, "web", "template.ParseFiles(", &["html/template"]),
    with(Go, "web", "template.ParseGlob(", &["html/template"]),
    with(Go, "web", "template.New(", &["html/template"]),
    sign(Go, "cli", "cobra.Command{"),
    with(Go, "cli", "cli.App{", &["urfave/cli"]),
    with(Go, "cli", "cli.Command{", &["urfave/cli"]),
    with(Go, "cli", "kong.Parse(", &["alecthomas/kong"]),
    named(with(Go, "program", "func main()", &["package main"]), "a main function"),
    sign(Rust, "server", "axum::serve("),
    with(Rust, "server", "serve(", &["use axum"]),
    with(Rust, "server", "HttpServer::new(", &["actix_web"]),
    sign(Rust, "server", "rocket::build("),
    with(Rust, "server", "#[launch]", &["rocket"]),
    sign(Rust, "server", "warp::serve("),
    with(Rust, "server", "Server::builder(", &["tonic", "hyper"]),
    with(Rust, "server", "Server::bind(", &["axum", "hyper"]),
    with(Rust, "server", "Server::new(", &["poem"]),
    with(Rust, "server", "TcpListener::bind(", &[".accept(", "axum", "incoming("]),
    with(Rust, "server", "run(", &["lambda_http", "lambda_runtime"]),
    named(with(Rust, "server", "#[event(fetch", &["worker"]), "a Cloudflare Worker"),
    named(with(Rust, "application", "#[event(fetch", &["worker"]), "an event handler"),
    with(Rust, "cli", "Parser)]", &["clap"]),
    with(Rust, "cli", "Command::new(", &["clap::"]),
    with(Rust, "cli", "argh::from_env(", &[]),
    with(Rust, "client", "tauri::Builder", &[]),
    with(Python, "server", "FastAPI(", &["fastapi"]),
    with(Python, "server", "Flask(", &["flask"]),
    with(Python, "server", "Sanic(", &["sanic"]),
    with(Python, "server", "Starlette(", &["starlette"]),
    with(Python, "server", "Quart(", &["quart"]),
    with(Python, "server", "Litestar(", &["litestar"]),
    with(Python, "server", "falcon.App(", &["falcon"]),
    with(Python, "server", "web.Application(", &["aiohttp", "tornado"]),
    sign(Python, "server", "uvicorn.run("),
    sign(Python, "server", "grpc.server("),
    sign(Python, "server", "grpc.aio.server("),
    sign(Python, "server", "get_wsgi_application("),
    sign(Python, "server", "get_asgi_application("),
    with(Python, "server", "HTTPServer(", &["http.server"]),
    with(Python, "server", "FastMCP(", &["fastmcp", "mcp.server"]),
    with(Python, "worker", "Celery(", &["celery"]),
    with(Python, "worker", "@dramatiq.actor", &[]),
    with(Python, "worker", "class WorkerSettings", &["arq"]),
    with(Python, "web", "TemplateResponse(", &["starlette", "fastapi"]),
    with(Python, "web", "render_template(", &["flask", "quart"]),
    with(Python, "web", "gr.Blocks(", &["gradio"]),
    with(Python, "web", "streamlit", &["import streamlit"]),
    named(with(Python, "client", "Gtk.Application", &["gi.repository"]), "a GTK application"),
    named(with(Python, "client", "Adw.Application", &["gi.repository"]), "a GTK application"),
    with(Python, "client", "QApplication(", &["PyQt", "PySide"]),
    sign(Python, "program", "argparse.ArgumentParser("),
    sign(Python, "program", "ArgumentParser("),
    sign(Python, "program", "@click.command"),
    sign(Python, "program", "typer.Typer("),
    named(with(JavaScript, "server", ".listen(", NODE_SERVERS), "listen()"),
    named(with(JavaScript, "server", "serve(", &["@hono/node-server"]), "the Node server of Hono"),
    named(with(JavaScript, "server", "createHonoServer(", &[]), "the server of Hono"),
    sign(JavaScript, "server", "Bun.serve("),
    sign(JavaScript, "server", "Deno.serve("),
    with(JavaScript, "server", "startStandaloneServer(", &["@apollo/server"]),
    with(JavaScript, "server", "new WebSocketServer(", &["\"ws\"", "'ws'"]),
    with(JavaScript, "server", "new grpc.Server(", &["grpc"]),
    with(JavaScript, "server", "new Server(", &["@grpc/grpc-js"]),
    with(JavaScript, "worker", "new Worker(", &["bullmq", "@temporalio/worker"]),
    with(JavaScript, "worker", "Worker.create(", &["@temporalio/worker"]),
    with(JavaScript, "worker", "new PgBoss(", &["pg-boss"]),
    with(JavaScript, "worker", ".process(", &["from \"bull\"", "from 'bull'", "require(\"bull\")", "require('bull')"]),
    with(JavaScript, "web", "createRoot(", REACT_DOM),
    with(JavaScript, "web", "hydrateRoot(", REACT_DOM),
    with(JavaScript, "web", "ReactDOM.render(", REACT_DOM),
    with(JavaScript, "web", "createApp(", &["\"vue\"", "'vue'"]),
    with(JavaScript, "web", "new Vue(", &["\"vue\"", "'vue'"]),
    with(JavaScript, "web", "createSSRApp(", &["\"vue\"", "'vue'"]),
    with(JavaScript, "web", "new Vue(", &["\"vue\"", "'vue'"]),
    sign(JavaScript, "web", "bootstrapApplication("),
    sign(JavaScript, "web", "platformBrowserDynamic("),
    sign(JavaScript, "web", "createInertiaApp("),
    with(JavaScript, "web", "mount(", &["from \"svelte\"", "from 'svelte'"]),
    with(JavaScript, "client", "new BrowserWindow(", &["electron"]),
    named(with(JavaScript, "client", "registerRootComponent(", &["expo"]), "an Expo application"),
    named(
        with(JavaScript, "client", "AppRegistry.registerComponent(", &["react-native"]),
        "a React Native application",
    ),
    sign(Java, "server", "@SpringBootApplication"),
    with(Java, "server", "Micronaut.run(", &["micronaut"]),
    with(Java, "server", "Micronaut.build(", &["micronaut"]),
    with(Java, "server", "@Path(", &["jakarta.ws.rs", "javax.ws.rs"]),
    with(Java, "server", "extends HttpServlet", &["servlet"]),
    with(Java, "server", "Javalin.create(", &[]),
    with(Java, "server", "Vertx.vertx(", &[]),
    with(Java, "server", "ArmeriaServerConfigurator", &["com.linecorp.armeria"]),
    with(Java, "server", "Server.builder(", &["com.linecorp.armeria"]),
    with(Java, "server", "WebServer.builder(", &["io.helidon"]),
    with(Java, "server", "Undertow.builder(", &["io.undertow"]),
    with(Java, "server", "new Server(", &["org.eclipse.jetty.server"]),
    with(Java, "server", "runApp(", &["io.jooby"]),
    with(Java, "server", "createHttpServer(", &["io.vertx"]),
    named(with(Java, "application", "extends AbstractVerticle", &["createHttpServer("]), "a verticle"),
    named(with(Java, "application", "extends VerticleBase", &["createHttpServer("]), "a verticle"),
    with(Java, "server", "ServerBuilder.forPort(", &["io.grpc"]),
    with(Java, "server", "HttpServer.create(", &["com.sun.net.httpserver"]),
    with(Java, "server", "embeddedServer(", &["io.ktor"]),
    with(Java, "worker", "@KafkaListener", &[]),
    with(Java, "worker", "@RabbitListener", &[]),
    with(Java, "cli", "new CommandLine(", &["picocli"]),
    named(sign(Java, "program", "public static void main("), "a main method"),
    named(sign(Kotlin, "program", "fun main("), "a main function"),
    sign(CSharp, "server", "WebApplication.CreateBuilder("),
    sign(CSharp, "server", "WebApplication.CreateSlimBuilder("),
    sign(CSharp, "server", "ConfigureWebHostDefaults("),
    sign(CSharp, "server", "WebHost.CreateDefaultBuilder("),
    sign(CSharp, "server", "MapGrpcService<"),
    sign(CSharp, "worker", ": BackgroundService"),
    sign(CSharp, "worker", "AddHostedService<"),
    sign(CSharp, "web", "AddRazorComponents("),
    sign(CSharp, "web", "AddRazorPages("),
    sign(CSharp, "web", "AddControllersWithViews("),
    sign(CSharp, "web", "AddServerSideBlazor("),
    sign(CSharp, "web", "WebAssemblyHostBuilder.CreateDefault("),
    sign(CSharp, "client", "MauiApp.CreateBuilder("),
    sign(CSharp, "infra", "DistributedApplication.CreateBuilder("),
    with(CSharp, "cli", "new RootCommand(", &["System.CommandLine"]),
    named(with(Ruby, "server", "< Rails::Application", &[]), "Rails"),
    named(with(Ruby, "server", "< Sinatra::", &[]), "Sinatra"),
    named(with(Ruby, "server", "< Roda", &[]), "Roda"),
    named(with(Ruby, "server", "< Grape::API", &[]), "Grape"),
    named(with(Ruby, "worker", "include Sidekiq::", &[]), "Sidekiq"),
    named(with(Ruby, "cli", "< Thor", &[]), "Thor"),
    named(with(Ruby, "server", "GRPC::RpcServer.new", &[]), "the gRPC server"),
    sign(Ruby, "program", "OptionParser.new"),
    with(Php, "server", "Application::configure(", &["Illuminate"]),
    with(Php, "server", "new Application(", &["Illuminate\\Foundation"]),
    with(Php, "server", "extends BaseKernel", &["Symfony"]),
    with(Php, "server", "AppFactory::create(", &["Slim"]),
    with(Php, "cli", "new Application(", &["Symfony\\Component\\Console"]),
    named(sign(Elixir, "server", "use Phoenix.Endpoint"), "Phoenix.Endpoint"),
    named(sign(Elixir, "application", "use Phoenix.Endpoint"), "an endpoint"),
    named(with(Elixir, "server", "{Bandit,", &[]), "Bandit"),
    named(with(Elixir, "server", "Plug.Cowboy", &[]), "Plug.Cowboy"),
    named(with(Elixir, "worker", "use Oban.Worker", &[]), "Oban"),
    named(with(Elixir, "web", "use Phoenix.LiveView", &[]), "Phoenix.LiveView"),
    named(with(Elixir, "web", "use Phoenix.Component", &[]), "Phoenix.Component"),
    with(Swift, "server", "Application(", &["import Vapor", "import Hummingbird"]),
    with(Swift, "server", "Application.make(", &["import Vapor"]),
    with(Dart, "server", "serve(", &["package:shelf/shelf_io.dart", "package:dart_frog/"]),
    with(Dart, "server", "Serverpod(", &["package:serverpod/"]),
    named(with(Dart, "web", "document.", &["dart:html", "package:web/"]), "the document of a page"),
    named(with(Dart, "program", "main(", &["void main(", "void> main(", "main(List<String>"]), "a main function"),
    named(with(Cpp, "server", "ServerBuilder", &["grpcpp"]), "the gRPC server"),
];
