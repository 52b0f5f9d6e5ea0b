//! Miniature repositories of the stacks that remedies are written for: files with their texts, and no more than what makes
//! a stack known.

/// A path and a text each.
pub(crate) type Files = &'static [(&'static str, &'static str)];

pub(crate) const EXPRESS: Files = &[
    (
        "package.json",
        r#"{"name": "shop", "packageManager": "pnpm@10.0.0", "engines": {"node": ">=22"},
            "scripts": {"test": "vitest run", "lint": "eslint .", "build": "tsc", "start": "node dist/server.js"},
            "dependencies": {"express": "5.0.0", "pg": "8.0.0"}, "devDependencies": {"typescript": "5.9.0"}}"#,
    ),
    ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n"),
    (
        "src/server.ts",
        "import express from \"express\";\nimport pg from \"pg\";\nconst pool = new pg.Pool();\nconst app = express();\n\
         app.get(\"/orders\", async (_q, r) => { console.log(\"orders\"); r.json((await pool.query(\"SELECT 1\")).rows); });\napp.listen(3000);\n",
    ),
];

pub(crate) const GO: Files = &[
    ("go.mod", "module example.org/shop\n\ngo 1.24\n"),
    (
        "main.go",
        "package main\n\nimport (\n\t\"fmt\"\n\t\"net/http\"\n\t\"os\"\n)\n\nfunc main() {\n\thttp.HandleFunc(\"/orders\", func(w http.ResponseWriter, r *http.Request) {\n\
         \t\tfmt.Println(os.Getenv(\"SHOP_NAME\"))\n\t})\n\t_ = http.ListenAndServe(\":8080\", nil)\n}\n",
    ),
];

pub(crate) const FASTAPI: Files = &[
    (
        "pyproject.toml",
        "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.12\"\ndependencies = [\"fastapi\", \"uvicorn\", \"psycopg\"]\n\n\
         [dependency-groups]\ndev = [\"pytest\", \"ruff\"]\n",
    ),
    ("uv.lock", "version = 1\n"),
    (
        "app/main.py",
        "import os\n\nimport psycopg\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get(\"/orders\")\ndef orders():\n    print(\"orders\")\n    \
         return psycopg.connect(os.environ[\"DATABASE_URL\"]).execute(\"SELECT 1\").fetchall()\n",
    ),
];

/// All of them, each with the name of its stack.
pub(crate) const ALL: &[(&str, Files)] = &[
    ("node", EXPRESS),
    ("go", GO),
    ("python", FASTAPI),
    (
        "node",
        &[
            (
                "package.json",
                r#"{"name": "web", "scripts": {"build": "next build", "start": "next start"}, "dependencies": {"next": "15.0.0", "react": "19.0.0"}, "devDependencies": {"typescript": "5.9.0"}}"#,
            ),
            ("package-lock.json", "{}"),
            ("next.config.ts", "export default {};\n"),
            ("app/page.tsx", "export default function Page() { return <p>shop</p>; }\n"),
            ("app/api/orders/route.ts", "export async function GET() { return Response.json([]); }\n"),
            ("lib/orders.ts", "export const orders = () => [] as string[];\n"),
        ],
    ),
    (
        "node",
        &[
            (
                "package.json",
                r#"{"name": "api", "dependencies": {"fastify": "5.0.0"}, "scripts": {"start": "node server.js", "test": "node --test"}}"#,
            ),
            ("yarn.lock", "# yarn lockfile v1\n"),
            (
                "server.js",
                "import Fastify from \"fastify\";\nconst app = Fastify();\napp.get(\"/orders\", () => []);\nawait app.listen({ port: 3000 });\n",
            ),
        ],
    ),
    (
        "python",
        &[
            ("requirements.txt", "django==5.2\ngunicorn\npsycopg\n"),
            (
                "manage.py",
                "import sys\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n",
            ),
            ("shop/settings.py", "import os\nDEBUG = os.environ.get(\"DEBUG\")\n"),
            (
                "shop/urls.py",
                "from django.urls import path\nfrom . import views\nurlpatterns = [path(\"orders\", views.orders)]\n",
            ),
            (
                "shop/views.py",
                "from django.http import JsonResponse\n\n\ndef orders(request):\n    return JsonResponse({})\n",
            ),
        ],
    ),
    (
        "python",
        &[
            ("requirements.txt", "flask==3.1\n"),
            (
                "app.py",
                "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get(\"/orders\")\ndef orders():\n    return []\n",
            ),
        ],
    ),
    (
        "ruby",
        &[
            ("Gemfile", "source \"https://rubygems.org\"\ngem \"rails\", \"~> 8.0\"\ngem \"pg\"\n"),
            ("Gemfile.lock", "GEM\n"),
            (
                "config/application.rb",
                "require \"rails/all\"\nmodule Shop\n  class Application < Rails::Application\n  end\nend\n",
            ),
            ("config/routes.rb", "Rails.application.routes.draw do\n  resources :orders\nend\n"),
            (
                "app/controllers/orders_controller.rb",
                "class OrdersController < ApplicationController\n  def index\n    puts \"orders\"\n  end\nend\n",
            ),
        ],
    ),
    (
        "java",
        &[
            (
                "pom.xml",
                "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion><groupId>shop</groupId><artifactId>shop</artifactId><version>1</version><properties><java.version>21</java.version></properties><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-data-jpa</artifactId></dependency><dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency></dependencies></project>\n",
            ),
            ("mvnw", "#!/bin/sh\n"),
            ("src/main/resources/application.properties", "spring.datasource.url=${DATABASE_URL}\n"),
            (
                "src/main/java/shop/Application.java",
                "package shop;\n\nimport org.springframework.boot.SpringApplication;\nimport org.springframework.boot.autoconfigure.SpringBootApplication;\n\n@SpringBootApplication\npublic class Application {\n  public static void main(String[] args) {\n    SpringApplication.run(Application.class, args);\n  }\n}\n",
            ),
            (
                "src/main/java/shop/Orders.java",
                "package shop;\n\nimport org.springframework.web.bind.annotation.*;\n\n@RestController\npublic class Orders {\n  @GetMapping(\"/orders\")\n  String orders() {\n    System.out.println(\"orders\");\n    try {\n      return System.getenv(\"SHOP_NAME\");\n    } catch (RuntimeException error) {\n    }\n    return \"\";\n  }\n}\n",
            ),
        ],
    ),
    (
        "java",
        &[
            (
                "build.gradle.kts",
                "plugins {\n    kotlin(\"jvm\") version \"2.2.0\"\n    id(\"io.ktor.plugin\") version \"3.2.0\"\n}\n\ndependencies {\n    implementation(\"io.ktor:ktor-server-core:3.2.0\")\n    implementation(\"io.ktor:ktor-server-netty:3.2.0\")\n}\n",
            ),
            ("gradlew", "#!/bin/sh\n"),
            (
                "src/main/kotlin/Application.kt",
                "import io.ktor.server.engine.embeddedServer\nimport io.ktor.server.netty.Netty\nimport io.ktor.server.response.respondText\nimport io.ktor.server.routing.get\nimport io.ktor.server.routing.routing\n\nfun main() {\n    embeddedServer(Netty, port = 8080) {\n        routing {\n            get(\"/orders\") {\n                println(\"orders\")\n                call.respondText(System.getenv(\"SHOP_NAME\"))\n            }\n        }\n    }.start(wait = true)\n}\n",
            ),
        ],
    ),
    (
        "dotnet",
        &[
            (
                "Shop.csproj",
                "<Project Sdk=\"Microsoft.NET.Sdk.Web\">\n  <PropertyGroup>\n    <TargetFramework>net9.0</TargetFramework>\n  </PropertyGroup>\n  <ItemGroup>\n    <PackageReference Include=\"Npgsql.EntityFrameworkCore.PostgreSQL\" Version=\"9.0.0\" />\n  </ItemGroup>\n</Project>\n",
            ),
            (
                "Program.cs",
                "var builder = WebApplication.CreateBuilder(args);\nvar app = builder.Build();\napp.MapGet(\"/orders\", () =>\n{\n    Console.WriteLine(\"orders\");\n    return Environment.GetEnvironmentVariable(\"SHOP_NAME\");\n});\napp.Run();\n",
            ),
        ],
    ),
    (
        "php",
        &[
            (
                "composer.json",
                "{\"name\": \"shop/shop\", \"require\": {\"php\": \"^8.3\", \"laravel/framework\": \"^12.0\"}, \"require-dev\": {\"phpunit/phpunit\": \"^11.0\"}}\n",
            ),
            ("artisan", "#!/usr/bin/env php\n<?php\nrequire __DIR__.'/vendor/autoload.php';\n"),
            (
                "routes/web.php",
                "<?php\n\nuse Illuminate\\Support\\Facades\\Route;\n\nRoute::get('/orders', function () {\n    var_dump('orders');\n    return env('SHOP_NAME');\n});\n",
            ),
        ],
    ),
    (
        "php",
        &[
            (
                "composer.json",
                "{\"name\": \"shop/shop\", \"require\": {\"php\": \"^8.3\", \"symfony/framework-bundle\": \"^7.0\", \"doctrine/dbal\": \"^4.0\"}}\n",
            ),
            ("composer.lock", "{}\n"),
            (
                "config/bundles.php",
                "<?php\n\nreturn [Symfony\\Bundle\\FrameworkBundle\\FrameworkBundle::class => ['all' => true]];\n",
            ),
            (
                "src/Controller/OrdersController.php",
                "<?php\n\nnamespace App\\Controller;\n\nuse Symfony\\Component\\HttpFoundation\\Response;\nuse Symfony\\Component\\Routing\\Attribute\\Route;\n\nclass OrdersController\n{\n    #[Route('/orders', methods: ['GET'])]\n    public function list(): Response\n    {\n        return new Response($_ENV['SHOP_NAME']);\n    }\n}\n",
            ),
        ],
    ),
    (
        "rust",
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\naxum = \"0.8\"\ntokio = { version = \"1\", features = [\"full\"] }\nsqlx = { version = \"0.8\", features = [\"postgres\"] }\n",
            ),
            (
                "src/main.rs",
                "use axum::{Router, routing::get};\n\n#[tokio::main]\nasync fn main() {\n    let pool = sqlx::PgPool::connect(&std::env::var(\"DATABASE_URL\").unwrap()).await.unwrap();\n    let app = Router::new().route(\"/orders\", get(|| async { println!(\"orders\"); \"orders\" })).with_state(pool);\n    let listener = tokio::net::TcpListener::bind(\"0.0.0.0:8080\").await.unwrap();\n    axum::serve(listener, app).await.unwrap();\n}\n",
            ),
        ],
    ),
    (
        "elixir",
        &[
            (
                "mix.exs",
                "defmodule Shop.MixProject do\n  use Mix.Project\n\n  def project do\n    [app: :shop, version: \"0.1.0\", elixir: \"~> 1.18\", deps: deps()]\n  end\n\n  def application do\n    [mod: {Shop.Application, []}]\n  end\n\n  defp deps do\n    [{:phoenix, \"~> 1.8\"}, {:ecto_sql, \"~> 3.13\"}, {:postgrex, \"~> 0.20\"}]\n  end\nend\n",
            ),
            (
                "lib/shop_web/endpoint.ex",
                "defmodule ShopWeb.Endpoint do\n  use Phoenix.Endpoint, otp_app: :shop\n  plug ShopWeb.Router\nend\n",
            ),
            (
                "lib/shop_web/router.ex",
                "defmodule ShopWeb.Router do\n  use Phoenix.Router\n\n  scope \"/\", ShopWeb do\n    get \"/orders\", OrderController, :index\n  end\nend\n",
            ),
            (
                "lib/shop/repo.ex",
                "defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.Postgres\n\n  def name do\n    IO.puts(\"orders\")\n    System.get_env(\"SHOP_NAME\")\n  end\nend\n",
            ),
        ],
    ),
    (
        "node",
        &[
            (
                "package.json",
                r#"{"name": "api", "scripts": {"build": "nest build", "start": "node dist/main.js", "test": "jest", "lint": "eslint ."}, "dependencies": {"@prisma/client": "6.0.0", "prisma": "6.0.0", "@nestjs/core": "11.0.0", "@nestjs/common": "11.0.0", "@nestjs/platform-express": "11.0.0"}, "devDependencies": {"typescript": "5.9.0", "jest": "30.0.0"}}"#,
            ),
            ("package-lock.json", "{}"),
            (
                "prisma/schema.prisma",
                "datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\n\nmodel Order {\n  id Int @id\n}\n",
            ),
            ("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n"),
            (
                "prisma/migrations/20250101000000_init/migration.sql",
                "CREATE TABLE \"Order\" (\n  \"id\" INTEGER NOT NULL,\n  CONSTRAINT \"Order_pkey\" PRIMARY KEY (\"id\")\n);\n",
            ),
            (
                "prisma/migrations/20250201000000_total/migration.sql",
                "ALTER TABLE \"Order\" ADD COLUMN \"total\" INTEGER;\n",
            ),
            ("nest-cli.json", "{}"),
            (
                "src/main.ts",
                "import { NestFactory } from \"@nestjs/core\";\nimport { AppModule } from \"./app.module\";\n\nconst app = await NestFactory.create(AppModule);\nawait app.listen(3000);\n",
            ),
            (
                "src/orders.controller.ts",
                "import { Controller, Get } from \"@nestjs/common\";\n\n@Controller(\"orders\")\nexport class OrdersController {\n  @Get()\n  list() {\n    return process.env.SHOP_NAME;\n  }\n}\n",
            ),
        ],
    ),
    (
        "ruby",
        &[
            ("Gemfile", "source \"https://rubygems.org\"\ngem \"sinatra\"\ngem \"puma\"\n"),
            ("Gemfile.lock", "GEM\n"),
            ("config.ru", "require \"./app\"\nrun Sinatra::Application\n"),
            (
                "app.rb",
                "require \"sinatra\"\n\nget \"/orders\" do\n  puts \"orders\"\n  ENV.fetch(\"SHOP_NAME\")\nend\n",
            ),
        ],
    ),
];
