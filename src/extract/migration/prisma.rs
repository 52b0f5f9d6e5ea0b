//! Prisma schemas: the engine that the `datasource` block names, and whether Prisma looks after foreign keys itself.

use super::is_own;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, SchemaDefinition};
use crate::syntax::Source;

/// Reads `.prisma` files. Models of a schema in several files need no fact of their own.
#[derive(Debug)]
pub(in crate::extract) struct PrismaSchemas;

impl Extractor for PrismaSchemas {
    fn name(&self) -> &'static str {
        "prisma-schema"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["datasource".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.extension() == "prisma" && is_own(file)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut start = 0;
        let mut is_in_datasource = false;
        let mut emulates_keys = false;
        let mut provider = None;
        for line in source.text().split_inclusive('\n') {
            let code = line.split("//").next().unwrap_or("").trim();
            let mut words = code.split_whitespace();
            match (words.next(), is_in_datasource) {
                (Some("datasource"), false) if code.ends_with('{') => is_in_datasource = true,
                (Some("}"), true) => is_in_datasource = false,
                (Some("provider"), true) => {
                    let engine = code.split_once('=').map_or("", |(_, value)| value.trim());
                    let span = source.span(start..start + line.trim_end().len());
                    provider = Some((span, engine_name(engine)));
                }
                (Some("relationMode"), true) => emulates_keys = code.contains("\"prisma\""),
                _ => {}
            }
            start += line.len();
        }
        if let Some((span, engine)) = provider {
            let definition = SchemaDefinition { tool: "prisma".to_owned(), engine, emulates_keys };
            found.add(span, Data::SchemaDefinition(definition));
        }
    }
}

/// The engine that a Prisma provider means; `""` for an expression.
pub(super) fn engine_name(written: &str) -> String {
    let name = written.trim().trim_matches(['"', '\'']);
    match name {
        "postgresql" | "postgres" | "prisma+postgres" => "postgresql",
        "cockroachdb" => "cockroachdb",
        "mysql" | "sqlite" | "sqlserver" | "mongodb" => name,
        _ => "",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Role;

    fn engines(text: &str) -> Vec<(String, u32)> {
        let path = "prisma/schema.prisma".into();
        let file = File { path, bytes: 1, role: Role::Product, language: None, lines: 1 };
        let mut found = Found::new(&file);
        PrismaSchemas.extract(&Source::new(&file, text), &[], &mut found);
        let definitions = found.facts().iter().filter_map(|fact| match &fact.data {
            Data::SchemaDefinition(definition) => Some((definition.engine.clone(), fact.place.span.line)),
            _ => None,
        });
        definitions.collect()
    }

    #[test]
    fn the_engine_is_the_provider_of_the_datasource_alone() {
        let text = "generator client {\n  provider = \"prisma-client-js\"\n}\n// datasource db {\ndatasource db {\n  // provider = \"sqlite\"\n  provider = \"mongodb\" // x\n}\n";
        assert_eq!(engines(text), [("mongodb".to_owned(), 7)]);
        assert_eq!(engines("datasource db {\n provider = env(\"P\")\n}"), [(String::new(), 2)]);
    }
}
