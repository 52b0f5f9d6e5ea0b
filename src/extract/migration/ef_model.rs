//! EF Core's models as its tool writes them down: beside each migration, and the snapshot that the next one starts from.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, ModelStatement, Role, Span, WrittenModel};
use crate::syntax::Source;

/// Reads `*.Designer.cs` and `*ModelSnapshot.cs`.
#[derive(Debug)]
pub(in crate::extract) struct EfModels;

impl Extractor for EfModels {
    fn name(&self) -> &'static str {
        "ef-model"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["BuildModel(".to_owned(), "BuildTargetModel(".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        let is_written = file.name().ends_with(".Designer.cs") || file.name().ends_with("ModelSnapshot.cs");
        is_written && !matches!(file.role, Role::Test | Role::Example | Role::Vendored)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let version = text.split_once("[Migration(\"").and_then(|(_, rest)| rest.split('"').next());
        let context = text.split_once("[DbContext(typeof(").and_then(|(_, rest)| rest.split(')').next());
        let mut model = WrittenModel {
            context: context.unwrap_or_default().to_owned(),
            version: version.unwrap_or_default().to_owned(),
            statements: Vec::new(),
        };
        let mut entity = String::new();
        let mut statement = String::new();
        let mut first: Option<usize> = None;
        let mut at = 0;
        let mut is_inside = false;
        for line in text.split_inclusive('\n') {
            let code = line.trim();
            let start = at + (line.len() - line.trim_start().len());
            at += line.len();
            if !is_inside {
                is_inside = code.contains("BuildModel(") || code.contains("BuildTargetModel(");
                continue;
            }
            if code.is_empty() || code.starts_with("//") || code.starts_with('#') || matches!(code, "{" | "}" | "});") {
                if let Some(name) = statement.strip_prefix("modelBuilder.Entity(\"") {
                    name.split('"').next().unwrap_or("").clone_into(&mut entity);
                    statement.clear();
                    first = None;
                }
                continue;
            }
            statement.push_str(code);
            first.get_or_insert(start);
            if code.ends_with(';') {
                let written = std::mem::take(&mut statement);
                let begin = first.take().unwrap_or(start);
                if !written.contains("\"ProductVersion\"") {
                    let span = source.span(begin..start + code.len());
                    model.statements.push(ModelStatement { entity: entity.clone(), written, span });
                }
            }
        }
        found.add(Span::START, Data::WrittenModel(model));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Language;

    #[test]
    fn each_statement_is_told_with_its_entity() {
        let text = "[DbContext(typeof(Shop))]\n[Migration(\"2024_A\")]\npartial class A\n{\n  protected override void BuildTargetModel(ModelBuilder modelBuilder)\n  {\n    modelBuilder\n      .HasAnnotation(\"ProductVersion\", \"9.0\");\n\n    modelBuilder.Entity(\"Order\", b =>\n      {\n        b.Property<int>(\"Id\")\n          .HasColumnType(\"integer\");\n\n        b.ToTable(\"orders\");\n      });\n  }\n}\n";
        let path = "Migrations/2024_A.Designer.cs".into();
        let file = File { path, bytes: 1, role: Role::Generated, language: Some(Language::CSharp), lines: 1 };
        let mut found = Found::new(&file);
        EfModels.extract(&Source::new(&file, text), &[], &mut found);
        let Some(Data::WrittenModel(model)) = found.facts().first().map(|fact| fact.data.clone()) else {
            panic!("a model")
        };
        assert_eq!((model.context.as_str(), model.version.as_str()), ("Shop", "2024_A"));
        let told: Vec<_> =
            model.statements.iter().map(|one| (one.entity.as_str(), one.written.as_str(), one.span.line)).collect();
        assert_eq!(
            told,
            [
                ("Order", "b.Property<int>(\"Id\").HasColumnType(\"integer\");", 12),
                ("Order", "b.ToTable(\"orders\");", 15),
            ]
        );
    }
}
