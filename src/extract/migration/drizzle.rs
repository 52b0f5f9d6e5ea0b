//! `drizzle.config.ts`: the engine that Drizzle Kit works with.

use super::{is_own, lock};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, SchemaDefinition, Span};
use crate::syntax::{Source, descendants, node_text};

/// Reads the configuration of Drizzle Kit.
#[derive(Debug)]
pub(in crate::extract) struct DrizzleConfig;

impl Extractor for DrizzleConfig {
    fn name(&self) -> &'static str {
        "drizzle-config"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        let name = file.name();
        name.starts_with("drizzle") && name.contains(".config.") && file.language.is_some() && is_own(file)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some(tree) = source.tree() else { return };
        let mut engine: Option<(Span, String)> = None;
        descendants(tree.root_node(), |node| {
            if node.kind() == "pair"
                && let (Some(key), Some(value)) = (node.child_by_field_name("key"), node.child_by_field_name("value"))
                && matches!(node_text(key, source.text()).trim_matches(['"', '\'']), "dialect" | "driver")
            {
                let name = lock::drizzle_engine(node_text(value, source.text()).trim_matches(['"', '\'', '`']));
                if !name.is_empty() && engine.is_none() {
                    engine = Some((source.span(node.byte_range()), name));
                }
            }
            true
        });
        let (span, engine) = engine.unwrap_or((Span::START, String::new()));
        found.add(
            span,
            Data::SchemaDefinition(SchemaDefinition { tool: "drizzle".to_owned(), engine, emulates_keys: false }),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Language, Role};

    #[test]
    fn the_dialect_is_a_value_and_no_comment() {
        let text =
            "// dialect: 'mysql'\nexport default defineConfig({\n  dialect: 'sqlite',\n  out: './drizzle',\n});\n";
        let path = "drizzle.config.ts".into();
        let file = File { path, bytes: 1, role: Role::Configuration, language: Some(Language::TypeScript), lines: 1 };
        let mut found = Found::new(&file);
        DrizzleConfig.extract(&Source::new(&file, text), &[], &mut found);
        let [fact] = found.facts() else { panic!("one fact") };
        assert_eq!(fact.place.span.line, 3);
        let expected =
            SchemaDefinition { tool: "drizzle".to_owned(), engine: "sqlite".to_owned(), emulates_keys: false };
        assert_eq!(fact.data, Data::SchemaDefinition(expected));
    }
}
