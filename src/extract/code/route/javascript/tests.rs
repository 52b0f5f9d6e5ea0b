//! What counts as a route of a JavaScript server, and what only looks like one.

use super::JavaScriptRoutes;
use crate::extract::code::testing::{facts, routes};
use crate::facts::Data;

fn at(text: &str) -> Vec<String> {
    routes(&JavaScriptRoutes, "src/server.ts", text)
}

#[test]
fn express_with_mounted_routers() {
    let text = "import express, { Router } from 'express';\nconst app = express();\nconst api = Router();\nconst ops = express.Router();\n\
        ops.get('/ready', async (req, res) => { await pool.query('SELECT 1'); res.send('ok'); });\n\
        api.use('/ops', ops);\napp.use('/api', api);\napp.get(['/health', '/healthz'], (req, res) => res.send('ok'));\n\
        app.route('/status').get(requireAuth, show);\napp.use('/ping', (req, res) => res.end());\n";
    assert_eq!(
        at(text),
        [
            "Express GET /api/ops/ready +database",
            "Express GET /health",
            "Express GET /healthz",
            "Express GET /status login",
            "Express ANY /ping"
        ]
    );
}

#[test]
fn express_in_common_js() {
    let text = "const express = require('express');\nconst router = express.Router();\nrouter.get('/health', ctl.health);\nmodule.exports = router;\n";
    assert_eq!(at(text), ["Express GET /health"]);
    let text = "module.exports = (app) => {\n  app.get('/health', (req, res) => res.send('ok'));\n};\n";
    assert_eq!(at(text), ["Express GET /health"]);
}

#[test]
fn a_guard_before_the_routes_makes_them_private() {
    let text = "import { Router } from 'express';\nconst r = Router();\nr.get('/health', h);\nr.use(requireAuth);\nr.get('/status', h);\n";
    assert_eq!(at(text), ["Express GET /health", "Express GET /status login"]);
}

#[test]
fn constants_and_unknown_beginnings_of_paths() {
    let text = "import express from 'express';\nconst app = express();\nconst PATH = '/healthz';\napp.get(PATH, h);\napp.get(`${base}/ready`, h);\n";
    assert_eq!(at(text), ["Express GET /healthz", "Express GET /ready"]);
}

#[test]
fn fastify_with_plugins_and_route_objects() {
    let text = "import Fastify from 'fastify';\nconst app = Fastify({ logger: true });\n\
        app.register(async (instance) => { instance.get('/live', async () => 'ok'); }, { prefix: '/v1' });\n\
        app.route({ method: 'GET', url: '/health', handler: async () => { await redis.ping(); } });\n\
        app.get('/status', { preHandler: [authenticate] }, async () => 'ok');\n";
    assert_eq!(at(text), ["Fastify GET /v1/live", "Fastify GET /health +cache", "Fastify GET /status login"]);
    let text = "import type { FastifyInstance } from 'fastify';\nexport async function ops(server: FastifyInstance) {\n  server.get('/health', async () => 'ok');\n}\n";
    assert_eq!(at(text), ["Fastify GET /health"]);
    let text = "module.exports = async function (fastify, opts) {\n  fastify.get('/health', async (request, reply) => 'ok')\n}\n// fastify plugin\n";
    assert_eq!(at(text), ["Fastify GET /health"]);
}

#[test]
fn koa_with_a_router_prefix() {
    let text = "import Koa from 'koa';\nimport Router from '@koa/router';\nconst router = new Router({ prefix: '/ops' });\n\
        router.get('live', '/live', (ctx) => { ctx.body = 'ok'; });\nconst app = new Koa();\napp.use(router.routes());\n";
    assert_eq!(at(text), ["Koa GET /ops/live"]);
}

#[test]
fn hono_with_base_paths_and_chains() {
    let text = "import { Hono } from 'hono';\nconst health = new Hono().get('/', (c) => c.text('ok')).get('/ready', (c) => c.text('ok'));\n\
        const app = new Hono().basePath('/api');\napp.route('/health', health);\nexport default app;\n";
    assert_eq!(at(text), ["Hono GET /api/health", "Hono GET /api/health/ready"]);
    let text = "import { OpenAPIHono, createRoute } from '@hono/zod-openapi';\nconst route = createRoute({ method: 'get', path: '/health' });\n\
        const app = new OpenAPIHono();\napp.openapi(route, (c) => c.json({}));\n";
    assert_eq!(at(text), ["Hono GET /health"]);
}

#[test]
fn nest_controllers_with_terminus_and_guards() {
    let text = "import { Controller, Get, UseGuards } from '@nestjs/common';\n\
        @Controller('health')\nexport class HealthController {\n  @Get()\n  @HealthCheck()\n  check() { return this.health.check([() => this.db.pingCheck('database')]); }\n\
          @Get('live')\n  live() { return 'ok'; }\n}\n\
        @UseGuards(JwtAuthGuard)\n@Controller({ path: 'status' })\nexport class StatusController {\n  @Get() show() {}\n  @Public() @Get('ping') ping() {}\n}\n";
    assert_eq!(
        at(text),
        [
            "NestJS GET /health +database",
            "NestJS GET /health/live",
            "NestJS GET /status login",
            "NestJS GET /status/ping"
        ]
    );
}

#[test]
fn other_servers() {
    let text = "import http from 'node:http';\nhttp.createServer((req, res) => { if (req.url === '/healthz') { res.end('ok'); } });\n";
    assert_eq!(at(text), ["HTTP server ANY /healthz"]);
    let text = "import { createTerminus } from '@godaddy/terminus';\ncreateTerminus(server, { healthChecks: { '/healthcheck': onCheck } });\n";
    assert_eq!(at(text), ["Terminus GET /healthcheck"]);
}

#[test]
fn handlers_are_followed_inside_the_file() {
    let text = "import express from 'express';\nconst app = express();\nasync function ping() { await prisma.$queryRaw`SELECT 1`; }\n\
        const health = async (req, res) => { await ping(); };\napp.get('/health', health);\n";
    assert_eq!(at(text), ["Express GET /health +database"]);
}

#[test]
fn what_calls_or_mocks_a_server_is_none() {
    for text in [
        "import axios from 'axios';\nimport express from 'express';\naxios.get('/health', { timeout: 1 });\n",
        "import express from 'express';\nconst client = createClient();\nclient.get('/health', (req, res) => {});\n",
        "import request from 'supertest';\nimport { app } from './express-app';\nrequest(app).get('/health').expect(200);\n",
        "import { http, HttpResponse } from 'msw';\nexport const handlers = [http.get('/health', (req, res) => res())];\n",
        "import nock from 'nock';\nnock('https://x').get('/health').reply(200); // req, res\n",
        "import express from 'express';\nconst app = express();\n// app.get('/health', (req, res) => res.send('ok'));\n",
        "import express from 'express';\nconst doc = \"app.get('/health', (req, res) => {})\";\n",
        "import express from 'express';\nconst app = express();\napp.get('health');\napp.set('/health', 1);\n",
        "import { Hono } from 'hono';\nimport { api } from './client';\napi.get('/health', { query: 1 });\n",
        "import express from 'express';\nconst app = express();\napp.use('/health', (req, res, next) => next());\n",
    ] {
        assert_eq!(at(text), [""; 0], "{text}");
    }
}

#[test]
fn routers_of_other_files_are_mounted() {
    let text = "import express from 'express';\nimport users, { health as ops } from './routes';\nconst app = express();\n\
        app.use('/api', users);\napp.use('/me', requireAuth, ops);\napp.use('/x', require('./x'));\napp.use(express.json());\n";
    let mounts: Vec<String> = facts(&JavaScriptRoutes, "src/app.ts", text)
        .into_iter()
        .filter_map(|fact| match fact.data {
            Data::RouterMount(it) => Some(format!("{} {} {} {}", it.module, it.router, it.prefix, it.needs_login)),
            _ => None,
        })
        .collect();
    assert_eq!(mounts, ["./routes  /api false", "./routes health /me true", "./x  /x false"]);
}
