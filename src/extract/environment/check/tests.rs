//! Which texts check the environment, with what they leave out.

use super::*;
use crate::extract::Extractors;
use crate::facts::Language;

fn checks(path: &str, text: &str) -> Vec<String> {
    let language = path.rsplit('.').next().and_then(Language::from_extension);
    let file = File { path: path.into(), bytes: 0, role: Role::Product, language, lines: 1 };
    let extractors = Extractors::of(vec![Box::new(EnvironmentChecks::new())]);
    let describe = |fact: &crate::facts::Fact| match &fact.data {
        Data::EnvironmentCheck(check) => format!("{}{}", check.tool, if check.is_complete { "" } else { " (partial)" }),
        other => panic!("{other:?}"),
    };
    extractors.extract(&file, text).facts.iter().map(describe).collect()
}

#[test]
fn libraries_check_in_their_ways() {
    for (path, text, expected) in [
        (
            "env.ts",
            "import { createEnv } from \"@t3-oss/env-nextjs\";\nexport const env = createEnv({ server: {} });",
            "t3-env",
        ),
        (
            "env.ts",
            "import { cleanEnv, str } from 'envalid';\nexport default cleanEnv(process.env, { A: str() });",
            "envalid",
        ),
        ("env.ts", "import z from 'zod';\nexport const env = z.object({ A: z.string() }).parse(process.env);", "zod"),
        (
            "env.ts",
            "import z from 'zod';\nconst env = schema.safeParse({\n  A: process.env.A,\n  B: process.env.B ?? '1',\n});",
            "zod",
        ),
        ("env.ts", "import * as v from 'valibot';\nexport const env = v.parse(EnvSchema, process.env);", "valibot"),
        ("env.ts", "import { type } from 'arktype';\nconst env = Env(process.env);", "arktype"),
        (
            "env.ts",
            "import * as Joi from 'joi';\nconst { error, value } = schema.validate(process.env, { abortEarly: false });",
            "joi",
        ),
        (
            "env.ts",
            "import { envSchema } from './schema';\nexport const env = envSchema.parse(process.env);",
            "a schema",
        ),
        (
            "env.ts",
            "import { Schema } from 'effect';\nconst env = Schema.decodeUnknownSync(Env)(process.env);",
            "effect",
        ),
        ("app.module.ts", "ConfigModule.forRoot({ isGlobal: true, validationSchema: schema })", "@nestjs/config"),
        (
            "config.py",
            "from pydantic_settings import BaseSettings\n\nclass Settings(BaseSettings):\n    a: str\n",
            "pydantic-settings",
        ),
        ("config.py", "from environs import Env\nenv = Env()\nDEBUG = env.bool('DEBUG')\n", "environs"),
        ("settings.py", "import environ\nenv = environ.Env(DEBUG=(bool, False))\n", "django-environ"),
        ("main.go", "err := envconfig.Process(\"app\", &cfg)\n", "envconfig"),
        ("main.go", "import \"github.com/caarlos0/env/v11\"\nfunc f() { env.Parse(&cfg) }\n", "caarlos0/env"),
        ("main.go", "err := viper.Unmarshal(&cfg)\n", "viper (partial)"),
        ("main.rs", "let config = envy::from_env::<Config>()?;", "envy"),
        ("main.rs", "#[derive(Parser)]\nstruct Args {\n    #[arg(long, env = \"PORT\")]\n    port: u16,\n}", "clap"),
        ("A.java", "@Validated\n@ConfigurationProperties(prefix = \"app\")\nrecord A() {}", "Spring"),
        ("A.java", "@ConfigurationProperties(prefix = \"app\")\nrecord A() {}", "Spring (partial)"),
        ("Program.cs", "services.AddOptions<A>().BindConfiguration(\"A\").ValidateOnStart();", "options (partial)"),
        ("Ext.cs", "configuration[name] ?? throw new InvalidOperationException(name);", "a check of its own (partial)"),
        ("c.rb", "class C < Anyway::Config\n  attr_config :a\n  required :a\nend", "anyway_config"),
        ("c.php", "use Dotenv\\Dotenv;\n$dotenv->required(['A'])->notEmpty();", "phpdotenv"),
        ("c.php", "use Dotenv\\Dotenv;\n$dotenv->required(['A']);", "phpdotenv (partial)"),
        ("config/services.yaml", "x: '%env(int:PORT)%'\n", "Symfony (partial)"),
        ("config/runtime.exs", "import Config\nurl = System.fetch_env!(\"DATABASE_URL\")\n", "runtime.exs"),
        ("config/runtime.exs", "url =\n  System.get_env(\"DATABASE_URL\") ||\n    raise \"missing\"\n", "runtime.exs"),
    ] {
        let found = checks(path, text);
        assert_eq!(found.first().map(String::as_str), Some(expected), "{path}: {text}\n{found:?}");
    }
    let validated = "services.AddOptions<A>().BindConfiguration(\"A\").ValidateOnStart();";
    assert_eq!(checks("Program.cs", validated), ["options (partial)", "options"]);
}

#[test]
fn checks_of_its_own_are_complete_where_they_look_at_values() {
    let presence = "const REQUIRED = ['DATABASE_URL', 'JWT_SECRET'];\nfor (const name of REQUIRED) {\n  if (!process.env[name]) throw new Error(name);\n}\n";
    assert_eq!(checks("env.ts", presence), ["a check of its own (partial)"]);
    let presence = "REQUIRED = [\"DATABASE_URL\", \"JWT_SECRET\"]\nfor name in REQUIRED:\n    if name not in os.environ:\n        raise RuntimeError(name)\n";
    assert_eq!(checks("env.py", presence), ["a check of its own (partial)"]);
    let values = "func Load() (*Config, error) {\n\tparse(os.Environ())\n}\n\nfunc (c *Config) Validate() error {\n\treturn nil\n}\n";
    assert_eq!(checks("config.go", values), ["a check of its own"]);
}

#[test]
fn what_only_resembles_a_check_is_none() {
    for (path, text) in [
        ("a.ts", "import z from 'zod';\nconst port = JSON.parse(process.env.PORT);"),
        ("a.ts", "import z from 'zod';\nconst client = create({ key: process.env.KEY });\nclient.run(process.env);"),
        ("a.ts", "import z from 'zod';\nbody.parse(await request.json());\nconst a = () => { return process.env.A; };"),
        ("a.ts", "// schema.parse(process.env)\n"),
        (
            "a.ts",
            "export const requireEnv = (name: string) => {\n  const value = process.env[name];\n  if (!value) throw new Error(name);\n};\n",
        ),
        ("a.ts", "ConfigModule.forRoot({ isGlobal: true })"),
        ("a.py", "os.environ.get('A')\nraise ValueError\n"),
        ("a.go", "func get(key string) string {\n\treturn os.Getenv(key)\n}\n"),
        ("a.rb", "ENV.fetch('A') { 'b' }\n"),
        ("config/prod.exs", "System.get_env(\"A\")\n"),
        ("config/runtime.exs", "config :app, port: System.get_env(\"PORT\") || \"4000\"\n"),
    ] {
        assert_eq!(checks(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}
