//! Each tool of migrations: how it is recognised, where its history is, in what order it is applied, what takes it back and
//! what it keeps in the repository.

use serde_json::Value;

use crate::support::trees::{Tree, auditor};

/// A tool with a small history.
struct Case {
    /// The history as the report tells it: the tool, its folder, how many there are, the first and the last.
    told: &'static str,
    /// What the report tells of ways back, `""` where there are none.
    back: &'static str,
    /// The lock or journal, `""` where the tool has none or it is not there.
    lock: &'static str,
    files: &'static [(&'static str, &'static str)],
}

const MAKE: &str = "CREATE TABLE a (id bigint PRIMARY KEY, b int);\n";
const CHANGE: &str = "ALTER TABLE a ADD COLUMN c int;\n";
const BACK: &str = "ALTER TABLE a DROP COLUMN c;\n";

const CASES: &[Case] = &[
    Case {
        told: "Prisma Migrate in prisma/migrations: 2 migrations, from 20240101000000_a to 20240201000000_b",
        back: "",
        lock: "Prisma Migrate: migration_lock.toml",
        files: &[
            ("package.json", r#"{"name": "shop", "devDependencies": {"prisma": "6"}}"#),
            ("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n"),
            ("prisma/migrations/20240101000000_a/migration.sql", MAKE),
            ("prisma/migrations/20240201000000_b/migration.sql", CHANGE),
        ],
    },
    Case {
        told: "Drizzle Kit in drizzle: 2 migrations, from 0001_z to 0000_a",
        back: "",
        lock: "Drizzle Kit: _journal.json",
        files: &[
            ("package.json", r#"{"name": "shop", "devDependencies": {"drizzle-kit": "0.30"}}"#),
            (
                "drizzle/meta/_journal.json",
                r#"{"dialect": "postgresql", "entries": [{"idx": 0, "tag": "0001_z"}, {"idx": 1, "tag": "0000_a"}]}"#,
            ),
            ("drizzle/0001_z.sql", MAKE),
            ("drizzle/0000_a.sql", CHANGE),
        ],
    },
    Case {
        told: "Knex in migrations: 2 migrations, from 20240101000000_a to 20240201000000_b",
        back: "Knex in migrations: 1 of 2 migrations have a way back",
        lock: "",
        files: &[
            ("package.json", r#"{"name": "shop", "dependencies": {"knex": "3", "pg": "8"}}"#),
            (
                "migrations/20240101000000_a.js",
                "/** @param {import('knex').Knex} knex */\nexports.up = (knex) => knex.schema.createTable('a', (t) => { t.increments(); });\n",
            ),
            (
                "migrations/20240201000000_b.js",
                "/** @param {import('knex').Knex} knex */\nexports.up = (knex) => knex.schema.alterTable('a', (t) => { t.integer('c'); });\nexports.down = (knex) => knex.schema.alterTable('a', (t) => { t.dropColumn('c'); });\n",
            ),
        ],
    },
    Case {
        told: "Kysely in migrations: 1 migration, 20240101T000000-a",
        back: "",
        lock: "",
        files: &[
            ("package.json", r#"{"name": "shop", "dependencies": {"kysely": "0.27", "pg": "8"}}"#),
            (
                "migrations/20240101T000000-a.ts",
                "import type { Kysely } from 'kysely';\nexport async function up(db: Kysely<unknown>) { await db.schema.createTable('a').addColumn('id', 'serial').execute(); }\n",
            ),
        ],
    },
    Case {
        told: "TypeORM in src/migration: 2 migrations, from 1700000000000-A to 1800000000000-B",
        back: "TypeORM in src/migration: 1 of 2 migrations have a way back",
        lock: "",
        files: &[
            ("package.json", r#"{"name": "shop", "dependencies": {"typeorm": "0.3", "pg": "8"}}"#),
            (
                "src/migration/1700000000000-A.ts",
                "export class A1700000000000 implements MigrationInterface {\n  async up(q: QueryRunner) { await q.query('CREATE TABLE a (id int)'); }\n  async down() {}\n}\n",
            ),
            (
                "src/migration/1800000000000-B.ts",
                "export class B1800000000000 implements MigrationInterface {\n  async up(q: QueryRunner) { await q.query('ALTER TABLE a ADD COLUMN c int'); }\n  async down(q: QueryRunner) { await q.query('ALTER TABLE a DROP COLUMN c'); }\n}\n",
            ),
        ],
    },
    Case {
        told: "Sequelize in migrations: 1 migration, 20240101000000-a",
        back: "",
        lock: "",
        files: &[
            ("package.json", r#"{"name": "shop", "dependencies": {"sequelize": "6", "pg": "8"}}"#),
            (
                "migrations/20240101000000-a.js",
                "module.exports = { async up(queryInterface) { await queryInterface.createTable('a', {}); } };\n",
            ),
        ],
    },
    Case {
        told: "MikroORM in migrations: 1 migration, Migration20240101000000",
        back: "",
        lock: "MikroORM: .snapshot-shop.json",
        files: &[
            ("package.json", r#"{"name": "shop", "dependencies": {"@mikro-orm/migrations": "6", "pg": "8"}}"#),
            (
                "migrations/Migration20240101000000.ts",
                "import { Migration } from '@mikro-orm/migrations';\nexport class Migration20240101000000 extends Migration {\n  async up() { this.addSql('create table a (id int)'); }\n}\n",
            ),
            ("migrations/.snapshot-shop.json", "{\"tables\": []}\n"),
        ],
    },
    Case {
        told: "node-pg-migrate in migrations: 1 migration, 1700000000000_a",
        back: "",
        lock: "",
        files: &[
            ("package.json", r#"{"name": "shop", "dependencies": {"node-pg-migrate": "7", "pg": "8"}}"#),
            ("migrations/1700000000000_a.js", "exports.up = (pgm) => { pgm.createTable('a', { id: 'id' }); };\n"),
        ],
    },
    Case {
        told: "Supabase in supabase/migrations: 2 migrations, from 20240101000000_a to 20240201000000_b",
        back: "",
        lock: "",
        files: &[
            ("supabase/config.toml", "project_id = \"shop\"\n"),
            ("supabase/migrations/20240101000000_a.sql", MAKE),
            ("supabase/migrations/20240201000000_b.sql", CHANGE),
        ],
    },
    Case {
        told: "Alembic in alembic/versions: 2 migrations, from ffff to aaaa",
        back: "Alembic in alembic/versions: 1 of 2 migrations have a way back",
        lock: "Alembic: one head, `aaaa`",
        files: &[
            ("pyproject.toml", "[project]\nname = \"shop\"\ndependencies = [\"alembic\", \"psycopg\"]\n"),
            ("alembic.ini", "[alembic]\nscript_location = alembic\n"),
            (
                "alembic/versions/ffff_a.py",
                "revision = 'ffff'\ndown_revision = None\n\n\ndef upgrade():\n    op.create_table('a')\n\n\ndef downgrade():\n    pass\n",
            ),
            (
                "alembic/versions/aaaa_b.py",
                "revision = 'aaaa'\ndown_revision = 'ffff'\n\n\ndef upgrade():\n    op.add_column('a', sa.Column('c', sa.Integer()))\n\n\ndef downgrade():\n    op.drop_column('a', 'c')\n",
            ),
        ],
    },
    Case {
        told: "Django in shop/migrations: 2 migrations, from 0001_initial to 0002_b",
        back: "Django in shop/migrations: 2 of 2 migrations have a way back",
        lock: "",
        files: &[
            ("requirements.txt", "django\npsycopg\n"),
            ("manage.py", "import django\n"),
            (
                "shop/migrations/0001_initial.py",
                "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    initial = True\n    operations = []\n",
            ),
            (
                "shop/migrations/0002_b.py",
                "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0001_initial')]\n    operations = []\n",
            ),
        ],
    },
    Case {
        told: "Tortoise ORM in shop/migrations: 1 migration, 0001_initial",
        back: "Tortoise ORM in shop/migrations: 1 of 1 migrations have a way back",
        lock: "",
        files: &[
            ("pyproject.toml", "[project]\nname = \"shop\"\ndependencies = [\"tortoise-orm\", \"asyncpg\"]\n"),
            (
                "shop/migrations/0001_initial.py",
                "from tortoise import migrations\nfrom tortoise.migrations import operations as ops\n\n\nclass Migration(migrations.Migration):\n    operations = []\n",
            ),
        ],
    },
    Case {
        told: "Aerich in migrations/models: 2 migrations, from 2_20240101000000_a to 10_20240201000000_b",
        back: "",
        lock: "",
        files: &[
            ("pyproject.toml", "[project]\nname = \"shop\"\ndependencies = [\"aerich\", \"asyncpg\"]\n"),
            (
                "migrations/models/2_20240101000000_a.py",
                "from tortoise import BaseDBAsyncClient\n\n\nasync def upgrade(db: BaseDBAsyncClient) -> str:\n    return \"CREATE TABLE a (id int)\"\n",
            ),
            (
                "migrations/models/10_20240201000000_b.py",
                "from tortoise import BaseDBAsyncClient\n\n\nasync def upgrade(db: BaseDBAsyncClient) -> str:\n    return \"ALTER TABLE a ADD COLUMN c int\"\n",
            ),
        ],
    },
    Case {
        told: "Active Record in db/migrate: 1 migration, 20240101000000_a",
        back: "Active Record in db/migrate: 1 of 1 migrations have a way back",
        lock: "Active Record: schema.rb",
        files: &[
            ("Gemfile", "gem \"rails\"\ngem \"pg\"\n"),
            (
                "db/migrate/20240101000000_a.rb",
                "class A < ActiveRecord::Migration[8.0]\n  def change\n    create_table :a\n  end\nend\n",
            ),
            (
                "db/schema.rb",
                "ActiveRecord::Schema[8.0].define(version: 20240101000000) do\n  create_table \"a\"\nend\n",
            ),
        ],
    },
    Case {
        told: "Laravel in database/migrations: 1 migration, 2024_01_01_000000_a",
        back: "Laravel in database/migrations: 1 of 1 migrations have a way back",
        lock: "",
        files: &[
            ("composer.json", r#"{"name": "x/shop", "require": {"laravel/framework": "^11"}}"#),
            (
                "database/migrations/2024_01_01_000000_a.php",
                "<?php\nreturn new class extends Migration {\n    public function up(): void { Schema::create('a', function (Blueprint $table) { $table->id(); }); }\n    public function down(): void { Schema::drop('a'); }\n};\n",
            ),
        ],
    },
    Case {
        told: "Doctrine Migrations in migrations: 1 migration, Version20240101000000",
        back: "",
        lock: "",
        files: &[
            ("composer.json", r#"{"name": "x/shop", "require": {"doctrine/doctrine-migrations-bundle": "^3"}}"#),
            (
                "migrations/Version20240101000000.php",
                "<?php\nuse Doctrine\\Migrations\\AbstractMigration;\nfinal class Version20240101000000 extends AbstractMigration {\n    public function up(Schema $schema): void { $this->addSql('CREATE TABLE a (id int)'); }\n}\n",
            ),
        ],
    },
    Case {
        told: "Phinx in db/migrations: 1 migration, 20240101000000_a",
        back: "Phinx in db/migrations: 1 of 1 migrations have a way back",
        lock: "",
        files: &[
            ("composer.json", r#"{"name": "x/shop", "require": {"robmorgan/phinx": "^0.16"}}"#),
            (
                "db/migrations/20240101000000_a.php",
                "<?php\nuse Phinx\\Migration\\AbstractMigration;\nfinal class A extends AbstractMigration {\n    public function change(): void { $this->table('a')->create(); }\n}\n",
            ),
        ],
    },
    Case {
        told: "Flyway in src/main/resources/db/migration: 2 migrations, from V2__a to V10__b",
        back: "Flyway in src/main/resources/db/migration: 1 of 2 migrations have a way back",
        lock: "",
        files: &[
            (
                "pom.xml",
                "<project><artifactId>shop</artifactId><dependencies><dependency><groupId>org.flywaydb</groupId><artifactId>flyway-core</artifactId></dependency></dependencies></project>\n",
            ),
            ("src/main/resources/db/migration/V2__a.sql", MAKE),
            ("src/main/resources/db/migration/V10__b.sql", CHANGE),
            ("src/main/resources/db/migration/U10__b.sql", BACK),
        ],
    },
    Case {
        told: "Liquibase in src/main/resources/db/master.xml: 3 migrations, from one to three",
        back: "Liquibase in src/main/resources/db/master.xml: 3 of 3 migrations have a way back",
        lock: "",
        files: &[
            (
                "pom.xml",
                "<project><artifactId>shop</artifactId><dependencies><dependency><groupId>org.liquibase</groupId><artifactId>liquibase-core</artifactId></dependency></dependencies></project>\n",
            ),
            (
                "src/main/resources/db/master.xml",
                "<databaseChangeLog><include file=\"z.xml\" relativeToChangelogFile=\"true\"/><include file=\"b.yaml\" relativeToChangelogFile=\"true\"/><include file=\"a.sql\" relativeToChangelogFile=\"true\"/></databaseChangeLog>\n",
            ),
            (
                "src/main/resources/db/z.xml",
                "<databaseChangeLog><changeSet id=\"one\" author=\"me\"><createTable tableName=\"a\"><column name=\"id\" type=\"int\"/></createTable></changeSet></databaseChangeLog>\n",
            ),
            (
                "src/main/resources/db/b.yaml",
                "databaseChangeLog:\n  - changeSet:\n      id: two\n      author: me\n      changes:\n        - addColumn:\n            tableName: a\n            columns:\n              - column: {name: b, type: int}\n      rollback:\n        - dropColumn: {tableName: a, columnName: b}\n",
            ),
            (
                "src/main/resources/db/a.sql",
                "--liquibase formatted sql\n--changeset me:three\nALTER TABLE a ADD COLUMN c int;\n--rollback ALTER TABLE a DROP COLUMN c;\n",
            ),
        ],
    },
    Case {
        told: "golang-migrate in migrations: 2 migrations, from 2_a to 10_b",
        back: "golang-migrate in migrations: 1 of 2 migrations have a way back",
        lock: "",
        files: &[
            ("go.mod", "module x\n\nrequire github.com/golang-migrate/migrate/v4 v4.19.0\n"),
            ("migrations/2_a.up.sql", MAKE),
            ("migrations/10_b.up.sql", CHANGE),
            ("migrations/10_b.down.sql", BACK),
        ],
    },
    Case {
        told: "goose in migrations: 2 migrations, from 00001_a to 00002_b",
        back: "goose in migrations: 1 of 2 migrations have a way back",
        lock: "",
        files: &[
            ("go.mod", "module x\n\nrequire github.com/pressly/goose/v3 v3.24.1\n"),
            ("migrations/00001_a.sql", "-- +goose Up\nCREATE TABLE a (id int);\n"),
            (
                "migrations/00002_b.sql",
                "-- +goose Up\nALTER TABLE a ADD COLUMN c int;\n-- +goose Down\nALTER TABLE a DROP COLUMN c;\n",
            ),
        ],
    },
    Case {
        told: "dbmate in db/migrations: 1 migration, 20240101000000_a",
        back: "dbmate in db/migrations: 1 of 1 migrations have a way back",
        lock: "dbmate: schema.sql",
        files: &[
            ("package.json", r#"{"name": "shop", "devDependencies": {"dbmate": "2"}}"#),
            (
                "db/migrations/20240101000000_a.sql",
                "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:down\nDROP TABLE a;\n",
            ),
            ("db/schema.sql", "CREATE TABLE a (id int);\n-- Dbmate schema migrations\n"),
        ],
    },
    Case {
        told: "Atlas in migrations: 2 migrations, from 20240101000000_a to 20240201000000_b",
        back: "",
        lock: "Atlas: atlas.sum",
        files: &[
            ("atlas.hcl", "env \"local\" {\n}\n"),
            ("migrations/20240101000000_a.sql", MAKE),
            ("migrations/20240201000000_b.sql", CHANGE),
            ("migrations/atlas.sum", "h1:aaaa=\n20240101000000_a.sql h1:bbbb=\n20240201000000_b.sql h1:cccc=\n"),
        ],
    },
    Case {
        told: "SQLx in migrations: 2 migrations, from 20240101000000_a to 20240201000000_b",
        back: "",
        lock: "",
        files: &[
            (
                "Cargo.toml",
                "[package]\nname = \"shop\"\n\n[dependencies]\nsqlx = { version = \"0.8\", features = [\"postgres\"] }\n",
            ),
            ("migrations/20240101000000_a.sql", MAKE),
            ("migrations/20240201000000_b.sql", CHANGE),
        ],
    },
    Case {
        told: "Diesel in migrations: 2 migrations, from 2024-01-01-000000_a to 2024-02-01-000000_b",
        back: "Diesel in migrations: 1 of 2 migrations have a way back",
        lock: "",
        files: &[
            (
                "Cargo.toml",
                "[package]\nname = \"shop\"\n\n[dependencies]\ndiesel = { version = \"2\", features = [\"postgres\"] }\n",
            ),
            ("migrations/2024-01-01-000000_a/up.sql", MAKE),
            ("migrations/2024-02-01-000000_b/up.sql", CHANGE),
            ("migrations/2024-02-01-000000_b/down.sql", BACK),
        ],
    },
    Case {
        told: "SeaORM in migration/src: 2 migrations, from m0000010_a to m20240201_000001_b",
        back: "",
        lock: "",
        files: &[
            ("Cargo.toml", "[package]\nname = \"shop\"\n\n[dependencies]\nsea-orm-migration = \"1\"\n"),
            (
                "migration/src/m0000010_a.rs",
                "impl MigrationTrait for Migration {\n    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {\n        manager.get_connection().execute_unprepared(\"CREATE TABLE a (id int)\").await\n    }\n}\n",
            ),
            (
                "migration/src/m20240201_000001_b.rs",
                "impl MigrationTrait for Migration {\n    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {\n        manager.get_connection().execute_unprepared(\"ALTER TABLE a ADD COLUMN c int\").await\n    }\n}\n",
            ),
        ],
    },
    Case {
        told: "EF Core in Migrations: 1 migration, 20240101000000_A",
        back: "EF Core in Migrations: 1 of 1 migrations have a way back",
        lock: "EF Core: ShopModelSnapshot.cs",
        files: &[
            (
                "Shop.csproj",
                "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><ItemGroup><PackageReference Include=\"Microsoft.EntityFrameworkCore.Design\" Version=\"9.0.0\" /></ItemGroup></Project>\n",
            ),
            (
                "Migrations/20240101000000_A.cs",
                "public partial class A : Migration {\n    protected override void Up(MigrationBuilder migrationBuilder) { migrationBuilder.CreateTable(name: \"a\"); }\n    protected override void Down(MigrationBuilder migrationBuilder) { migrationBuilder.DropTable(name: \"a\"); }\n}\n",
            ),
            ("Migrations/ShopModelSnapshot.cs", "partial class ShopModelSnapshot : ModelSnapshot {\n}\n"),
        ],
    },
    Case {
        told: "FluentMigrator in Migrations: 2 migrations, from 2_First to 10_Another",
        back: "",
        lock: "",
        files: &[
            (
                "Shop.csproj",
                "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><ItemGroup><PackageReference Include=\"FluentMigrator\" Version=\"6.2.0\" /></ItemGroup></Project>\n",
            ),
            (
                "Migrations/First.cs",
                "using FluentMigrator;\n[Migration(2)]\npublic class First : ForwardOnlyMigration {\n    public override void Up() { Create.Table(\"a\").WithColumn(\"id\").AsInt32(); }\n}\n",
            ),
            (
                "Migrations/Another.cs",
                "using FluentMigrator;\n[Migration(10)]\npublic class Another : ForwardOnlyMigration {\n    public override void Up() { Create.Column(\"c\").OnTable(\"a\").AsInt32().Nullable(); }\n}\n",
            ),
        ],
    },
    Case {
        told: "Ecto in priv/repo/migrations: 1 migration, 20240101000000_a",
        back: "Ecto in priv/repo/migrations: 1 of 1 migrations have a way back",
        lock: "",
        files: &[
            ("mix.exs", "defp deps do\n  [{:ecto_sql, \"~> 3.12\"}, {:postgrex, \"~> 0.19\"}]\nend\n"),
            (
                "priv/repo/migrations/20240101000000_a.exs",
                "defmodule Shop.Repo.Migrations.A do\n  use Ecto.Migration\n\n  def change do\n    create table(:a) do\n      add :b, :integer\n    end\n  end\nend\n",
            ),
        ],
    },
];

#[test]
fn every_tool_is_recognised_with_its_folder_its_order_its_way_back_and_its_lock() {
    let mut wrong = Vec::new();
    for case in CASES {
        let tree = Tree::new(case.files);
        let mut arguments = vec!["scan", ".", "--format", "json"];
        for rule in ["migrations/history", "migrations/rollback", "migrations/lock"] {
            arguments.extend(["--only", rule]);
        }
        let output = auditor(&arguments, tree.path());
        let Ok(report) = serde_json::from_slice::<Value>(&output.stdout) else {
            wrong.push(format!("{}: {}", case.told, String::from_utf8_lossy(&output.stderr)));
            continue;
        };
        let details = |rule: &str| -> Vec<String> {
            let rules = report["rules"].as_array().cloned().unwrap_or_default();
            let found = rules.into_iter().find(|one| one["id"] == format!("migrations/{rule}").as_str());
            let evidence = found.and_then(|rule| rule["evidence"].as_array().cloned()).unwrap_or_default();
            evidence.iter().map(|one| one["detail"].as_str().unwrap_or("").to_owned()).collect()
        };
        for (rule, expected) in [("history", case.told), ("rollback", case.back), ("lock", case.lock)] {
            let expected: Vec<&str> = if expected.is_empty() { Vec::new() } else { vec![expected] };
            let said = details(rule);
            if said != expected {
                wrong.push(format!("{rule}: {expected:?}, but {said:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
