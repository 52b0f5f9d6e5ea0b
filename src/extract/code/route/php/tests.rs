use super::PhpRoutes;
use crate::extract::code::testing::routes;

#[test]
fn laravel_groups_and_middleware() {
    let text = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('/health', fn () => DB::select('SELECT 1'));\n\
        Route::prefix('ops')->middleware('auth')->group(function () {\n    Route::get('status', [A::class, 'show']);\n});\n\
        Route::group(['prefix' => 'v1', 'middleware' => ['throttle']], function () { Route::get('ping', 'A@b'); });\n\
        Route::get('/up', [A::class, 'up'])->middleware(['auth:sanctum']);\n// Route::get('/ready', fn () => 1);\n";
    assert_eq!(
        routes(&PhpRoutes, "routes/web.php", text),
        [
            "Laravel GET /health +database",
            "Laravel GET /ops/status login",
            "Laravel GET /v1/ping",
            "Laravel GET /up login"
        ]
    );
    let api = "<?php\nRoute::get('/health', fn () => 'ok');\n";
    assert_eq!(routes(&PhpRoutes, "routes/api.php", api), ["Laravel GET /api/health"]);
}

#[test]
fn laravel_has_a_health_route_of_its_own() {
    let text = "<?php\nreturn Application::configure(basePath: dirname(__DIR__))\n    ->withRouting(web: __DIR__.'/../routes/web.php', health: '/up')->create();\n";
    assert_eq!(routes(&PhpRoutes, "bootstrap/app.php", text), ["Laravel GET /up"]);
}

#[test]
fn symfony_attributes_and_annotations() {
    let text = "<?php\nuse Symfony\\Component\\Routing\\Attribute\\Route;\n#[Route('/api')]\nclass HealthController {\n    #[Route(path: '/health', name: 'health', methods: ['GET'])]\n    \
        public function show(Connection $c) { $c->executeQuery('SELECT 1'); }\n    #[Route('/status')]\n    #[IsGranted('ROLE_ADMIN')]\n    public function status() {}\n    \
        /**\n     * @Route(\"/ready\", methods={\"GET\"})\n     */\n    public function ready() {}\n}\n";
    assert_eq!(
        routes(&PhpRoutes, "src/Controller/HealthController.php", text),
        ["Symfony GET /api/health +database", "Symfony ANY /api/status login", "Symfony GET /api/ready"]
    );
    let invoked = "<?php\nuse Symfony\\Component\\Routing\\Attribute\\Route;\n#[Route('/healthz')]\nclass A { public function __invoke() {} }\n";
    assert_eq!(routes(&PhpRoutes, "src/A.php", invoked), ["Symfony ANY /healthz"]);
}

#[test]
fn slim_groups() {
    let text = "<?php\nuse Slim\\Factory\\AppFactory;\n$app = AppFactory::create();\n$app->group('/api', function ($group) { $group->get('/health', Health::class); });\n$app->get('/status', fn ($q, $r) => $r)->add(AuthMiddleware::class);\n";
    assert_eq!(routes(&PhpRoutes, "public/index.php", text), ["Slim GET /api/health", "Slim GET /status login"]);
}

#[test]
fn clients_tests_and_helpers_are_none() {
    for code in [
        "$client->get('/health');",
        "$this->get('/health')->assertOk();",
        "Http::get('/health', ['a' => 1]);",
        "$response = $http->get('/health', []);",
        "Cache::get('/health', 1);",
    ] {
        let text = format!("<?php\nuse Slim\\App;\nRoute::post('/x', 'A@b');\n{code}\n");
        assert_eq!(routes(&PhpRoutes, "app/A.php", &text), [""; 0], "{code}");
    }
}

#[test]
fn handlers_of_psr_15_carry_their_path_or_are_entries_of_a_configuration() {
    let handler = "<?php\nclass HealthAction extends AbstractAction {\n    public const string ROUTE_PATH = '/health';\n    \
        public function handle(ServerRequestInterface $request): ResponseInterface {\n        $connection->executeQuery('SELECT 1');\n        return new JsonResponse([]);\n    }\n}\n";
    assert_eq!(routes(&PhpRoutes, "src/HealthAction.php", handler), ["Mezzio GET /health +database"]);
    let client = handler.replace("ServerRequestInterface", "Reply");
    assert_eq!(routes(&PhpRoutes, "src/HealthAction.php", &client), [""; 0]);
    let entries = "<?php\nreturn ['routes' => [\n    ['name' => 'ping', 'path' => '/ping', 'middleware' => PingHandler::class, 'allowed_methods' => ['GET']],\n]];\n";
    assert_eq!(routes(&PhpRoutes, "config/routes.php", entries), ["Mezzio GET /ping"]);
    let pipeline = "<?php\nreturn ['pre' => ['path' => '/status', 'middleware' => [A::class]]];\n";
    assert_eq!(routes(&PhpRoutes, "config/pipeline.php", pipeline), [""; 0]);
}
