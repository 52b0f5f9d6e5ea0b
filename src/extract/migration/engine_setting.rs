//! Settings that name the engine on which migrations run: the default connection of a framework, the address of a database.

use super::is_own;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, EngineSetting, File};
use crate::syntax::Source;

/// Where a framework says its engine: the tool, what its file ends in, and the text behind which the engine follows.
const PLACES: &[(&str, &str, &str)] = &[
    ("laravel", "config/database.php", "env('DB_CONNECTION',"),
    ("laravel", ".env.example", "DB_CONNECTION="),
    ("django", ".py", "django.db.backends."),
    ("active-record", "config/database.yml", "adapter:"),
    ("doctrine-migrations", ".env", "DATABASE_URL="),
    ("doctrine-migrations", "doctrine.yaml", "driver:"),
    ("ecto", ".ex", "adapter: Ecto.Adapters."),
    ("alembic", "alembic.ini", "sqlalchemy.url"),
    ("aerich", ".env.example", "DATABASE_URL="),
    ("", ".properties", "jdbc:"),
    ("", ".yml", "jdbc:"),
    ("", ".yaml", "jdbc:"),
    ("", ".conf", "jdbc:"),
    ("", ".toml", "jdbc:"),
    ("", ".env.example", "DATABASE_URL="),
    ("dbmate", ".env", "DATABASE_URL="),
];

/// The beginnings of what names an engine. SQLite is left out: it is what frameworks begin with on the laptop, and says
/// nothing of the database that is in use.
const ENGINES: &[(&str, &str)] = &[
    ("postg", "postgresql"),
    ("pgsql", "postgresql"),
    ("pdo_pgsql", "postgresql"),
    ("mysql", "mysql"),
    ("mariadb", "mysql"),
    ("trilogy", "mysql"),
    ("myxql", "mysql"),
    ("pdo_mysql", "mysql"),
    ("sqlserver", "sqlserver"),
    ("mssql", "sqlserver"),
    ("tds", "sqlserver"),
    ("oracle", "oracle"),
];

/// Finds the engines that settings name.
#[derive(Debug)]
pub(in crate::extract) struct EngineSettings;

impl Extractor for EngineSettings {
    fn name(&self) -> &'static str {
        "engine-setting"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(PLACES.iter().map(|(_, _, mark)| (*mark).to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        is_own(file) && PLACES.iter().any(|(_, ending, _)| ends_with(&file.path, ending))
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        for hit in hits {
            let Some(&(tool, ending, mark)) = PLACES.get(hit.literal) else { continue };
            let before = text.get(..hit.at).unwrap_or("");
            let line = before.rsplit('\n').next().unwrap_or("").trim_start();
            let is_comment = ["//", "#", "*", ";"].iter().any(|sign| line.starts_with(sign));
            // What tests connect to says nothing of production.
            let path = source.file.path.to_ascii_lowercase();
            if is_comment || path.contains("test") || !ends_with(&path, ending) {
                continue;
            }
            let rest = text.get(hit.at + mark.len()..).unwrap_or("").trim_start_matches(['\'', '"', ' ', '=', '\t']);
            let named = rest.chars().take(16).collect::<String>().to_ascii_lowercase();
            if let Some((_, engine)) = ENGINES.iter().find(|(name, _)| named.starts_with(name)) {
                found
                    .add(source.span(hit.at..hit.at + mark.len()), Data::EngineSetting(EngineSetting { tool, engine }));
            }
        }
    }
}

/// Whether a path ends so, in any case.
fn ends_with(path: &str, ending: &str) -> bool {
    path.len()
        .checked_sub(ending.len())
        .and_then(|at| path.get(at..))
        .is_some_and(|tail| tail.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn engines(path: &str, text: &str) -> Vec<(&'static str, &'static str)> {
        let file = File { path: path.into(), bytes: 1, role: Role::Configuration, language: None, lines: 1 };
        let extractors = Extractors::of(vec![Box::new(EngineSettings)]);
        let facts = extractors.extract(&file, text).facts;
        let told = facts.into_iter().filter_map(|fact| match fact.data {
            Data::EngineSetting(setting) => Some((setting.tool, setting.engine)),
            _ => None,
        });
        told.collect()
    }

    #[test]
    fn settings_name_the_engine() {
        assert_eq!(
            engines("config/database.php", "'default' => env('DB_CONNECTION', 'mysql'),"),
            [("laravel", "mysql")]
        );
        assert_eq!(
            engines("shop/settings.py", "\"ENGINE\": \"django.db.backends.postgresql\","),
            [("django", "postgresql")]
        );
        assert_eq!(
            engines("config/database.yml", "default:\n  adapter: postgresql\n"),
            [("active-record", "postgresql")]
        );
        assert_eq!(engines("src/main/resources/application.yml", "url: jdbc:postgresql://db/x"), [("", "postgresql")]);
        assert_eq!(engines("lib/shop/repo.ex", "    adapter: Ecto.Adapters.Postgres\n"), [("ecto", "postgresql")]);
        assert_eq!(engines("lib/shop/repo.ex", "    adapter: Ecto.Adapters.MyXQL\n"), [("ecto", "mysql")]);
    }

    #[test]
    fn comments_and_tests_name_none() {
        assert!(engines("config/database.yml", "  # adapter: mysql2\n").is_empty());
        assert!(engines("src/test/resources/application.yml", "url: jdbc:postgresql://db/x").is_empty());
        assert!(engines("src/main/resources/application.yml", "url: jdbc:h2:mem:x").is_empty());
    }
}
