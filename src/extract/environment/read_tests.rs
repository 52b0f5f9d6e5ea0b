//! Which texts read which variables.

use super::*;
use crate::extract::Extractors;
use crate::facts::Role;

fn reads(path: &str, text: &str) -> Vec<String> {
    let language = path.rsplit('.').next().and_then(Language::from_extension);
    let file = File { path: path.into(), bytes: 0, role: Role::Product, language, lines: 1 };
    let extractors = Extractors::of(vec![Box::new(EnvironmentReads::new())]);
    let name_of = |fact: &crate::facts::Fact| match &fact.data {
        Data::EnvironmentRead(read) => read.name.clone(),
        other => panic!("{other:?}"),
    };
    extractors.extract(&file, text).facts.iter().map(name_of).collect()
}

#[test]
fn every_form_compiles() {
    assert!(EXPRESSIONS.iter().all(Option::is_some));
    assert!(HELPER.is_some() && FIELD.is_some() && PREFIX.is_some() && ALIAS.is_some());
    assert!(MEMBER_OF_MODULE.is_some());
}

#[test]
fn each_language_reads_in_its_ways() {
    for (path, text, names) in [
        ("a.ts", "process.env.A; process.env['B']; process.env?.C; `${process.env.D}`", vec!["A", "B", "C", "D"]),
        ("a.ts", "const { A, B: b = 'x', C } = process.env;", vec!["A", "B", "C"]),
        (
            "a.ts",
            "env('SMTP_HOST'); requireEnv(\"SMTP_PORT\"); env('dev'); setEnv('x', 1)",
            vec!["SMTP_HOST", "SMTP_PORT"],
        ),
        ("a.vue", "import.meta.env.VITE_A", vec!["VITE_A"]),
        (
            "a.svelte",
            "<p>it's {import.meta.env.VITE_A} isn't process.env.B</p><!-- {process.env.C} -->",
            vec!["VITE_A"],
        ),
        (
            "a.astro",
            "---\nprocess.env.A;\n---\n<a href={import.meta.env.B}>it's</a> <p>process.env.C</p>",
            vec!["A", "B"],
        ),
        ("a.ts", "Deno.env.get(\"A\"); Bun.env.B", vec!["A", "B"]),
        (
            "a.py",
            "os.environ['A']; os.environ.get(\"B\"); os.getenv('C', 'x'); environ[\"D\"]",
            vec!["A", "B", "C", "D"],
        ),
        (
            "a.go",
            "os.Getenv(\"A\"); os.LookupEnv(\"B\")\ntype c struct {\n X string `env:\"C,required\"`\n}",
            vec!["A", "B", "C"],
        ),
        ("a.rs", "std::env::var(\"A\"); env::var_os(\"B\")", vec!["A", "B"]),
        ("a.java", "System.getenv(\"A\"); @Value(\"${B:x}\") String b;", vec!["A", "B"]),
        ("a.cs", "Environment.GetEnvironmentVariable(\"A\")", vec!["A"]),
        (
            "a.cs",
            "configuration[\"A:B\"]; builder.Configuration[\"C\"]; config.GetConnectionString(\"D\"); c.GetValue<int>(\"E\", 1)",
            vec!["A__B", "C", "ConnectionStrings__D", "E"],
        ),
        ("a.cs", "c.GetRequiredValue(\"A\"); c.GetSection(\"B\"); c.GetRequiredSection(\"C\")", vec!["A", "B", "C"]),
        (
            "config/services.yaml",
            "a: '%env(A)%'\nb: '%env(int:B)%'\nc: '%env(default:app.c:C)%'\n",
            vec!["A", "B", "C"],
        ),
        ("a.rs", "use clap::Parser;\n#[arg(long, env = \"A\")]\nport: u16,\n", vec!["A"]),
        ("a.kt", "System.getenv()[\"A\"]; System.getenv().getOrDefault(\"B\", \"x\")", vec!["A", "B"]),
        ("a.scala", "sys.env(\"A\"); sys.env.get(\"B\"); sys.env.getOrElse(\"C\", \"x\")", vec!["A", "B", "C"]),
        ("src/main/resources/application.conf", "db.url = ${?A}\nname = ${app.name}\n", vec!["A"]),
        ("a.go", "viper.BindEnv(\"port\", \"A\")", vec!["A"]),
        ("a.cs", "_configuration[\"A\"]; my_configuration[\"B\"]", vec!["A"]),
        ("config/database.yml", "url: <%= ENV['A'] %>\npool: <%= ENV.fetch(\"B\") { 5 } %>\n", vec!["A", "B"]),
        (
            "a.php",
            "#[Autowire('%env(int:A)%')] int $a, #[Autowire(env: 'B')] string $b; Env::get('C')",
            vec!["A", "B", "C"],
        ),
        ("a.swift", "ProcessInfo.processInfo.environment[\"A\"]; Environment.get(\"B\")", vec!["A", "B"]),
        ("a.dart", "Platform.environment['A']", vec!["A"]),
        (
            "src/hooks.server.ts",
            "import { A, B } from '$env/static/private';\nimport { env } from \"$env/dynamic/private\";\nenv.C; 'env.D'",
            vec!["A", "B", "C"],
        ),
        ("a.rb", "ENV['A']; ENV.fetch(\"B\", 1); ENV.fetch 'C'", vec!["A", "B", "C"]),
        ("a.php", "env('A', false); getenv('B'); $_ENV['C'];", vec!["A", "B", "C"]),
        ("a.exs", "System.get_env(\"A\"); System.fetch_env!(\"B\")", vec!["A", "B"]),
        ("src/application.yml", "url: ${A}\nuser: ${B:x}\nname: ${spring.application.name}\n# ${C}\n", vec!["A", "B"]),
        ("compose.yml", "image: x:${A:-latest}\ncommand: echo $${B}\n", vec!["A"]),
    ] {
        let mut found = reads(path, text);
        found.sort();
        assert_eq!(found, names, "{path}: {text}");
    }
}

#[test]
fn libraries_of_python_read_by_fields_and_calls() {
    let settings = "class Settings(BaseSettings):\n    \"\"\"Doc: it.\"\"\"\n    model_config = SettingsConfigDict()\n    SECRET_KEY: str = 'x'\n    smtp_host: str | None = None\n\n    def f(self):\n        x: int = 1\n\nclass Other(Base):\n    y: int\n";
    assert_eq!(reads("a.py", settings), ["SECRET_KEY", "smtp_host"]);
    let prefixed = "class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='APP_')\n    A: str\n";
    assert_eq!(reads("a.py", prefixed), ["APP_A"]);
    let aliased =
        "class S(BaseSettings):\n    a: str = Field(alias='DATABASE_URL')\n    b: str = Field(..., env=\"KEY\")\n";
    assert_eq!(reads("a.py", aliased), ["DATABASE_URL", "KEY"]);
    let helper = "import environ\nenv = environ.Env()\nDEBUG = env.bool('DEBUG')\nKEY = env(\"KEY\")\n# env('NO')\n";
    assert_eq!(reads("a.py", helper), ["DEBUG", "KEY"]);
    assert_eq!(reads("a.py", "from decouple import config\nX = config('X', default=1)\n"), ["X"]);
}

#[test]
fn comments_texts_and_writes_are_no_reads() {
    for (path, text) in [
        ("a.ts", "// process.env.A\n/* process.env.B */ 'process.env.C is missing'"),
        ("a.ts", "process.env.A = 'x'; delete process.env.B;"),
        ("a.ts", "const all = { ...process.env }; process.env[name]"),
        ("a.py", "\"\"\"os.environ['A']\"\"\"\n# os.getenv('B')\nos.environ['C'] = 'x'\n"),
        ("a.rb", "# ENV['A']\n"),
        ("a.go", "// os.Getenv(\"A\")\n"),
        ("a.rs", "Settings { env = \"A\" }"),
        ("a.rs", "use clap::Parser;\n// #[arg(env = \"A\")]"),
        ("a.rs", "my_env::variable(\"A\"); env!(\"B\")"),
        ("notes.md", "process.env.A"),
    ] {
        assert_eq!(reads(path, text), Vec::<String>::new(), "{text}");
    }
}
