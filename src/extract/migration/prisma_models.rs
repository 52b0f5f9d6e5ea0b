//! The models of Prisma schemas, as the tables, columns, keys and indexes that they stand for.

use super::is_own;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Column, Data, DeclaredSchema, File, Operation, Span, Statement};
use crate::syntax::Source;

/// Reads the models of `.prisma` files.
#[derive(Debug)]
pub(in crate::extract) struct PrismaModels;

impl Extractor for PrismaModels {
    fn name(&self) -> &'static str {
        "prisma-model"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["model ".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.extension() == "prisma" && is_own(file)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut statements = Vec::new();
        let mut open: Option<Model> = None;
        for line in logical_lines(source) {
            let code = line.code.trim();
            match &mut open {
                Some(_) if code == "}" => statements.extend(open.take().into_iter().flat_map(Model::into_statements)),
                Some(model) => model.read(code, line.span),
                None => {
                    let mut words = code.split_whitespace();
                    if let (Some("model"), Some(name), Some("{")) = (words.next(), words.next(), words.next()) {
                        open = Some(Model::new(name, line.span));
                    }
                }
            }
        }
        if !statements.is_empty() {
            let declared = DeclaredSchema { tool: "prisma".to_owned(), statements, understood: true, dialect: "" };
            found.add(Span::START, Data::DeclaredSchema(declared));
        }
    }
}

/// A line without its comment; lines of an attribute that goes on are one.
struct Line {
    code: String,
    span: Span,
}

fn logical_lines(source: &Source<'_>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for written in source.text().split_inclusive('\n') {
        let code = without_comment(written);
        if let Some(last) = lines.last_mut().filter(|_| depth > 0) {
            last.code.push_str(code);
        } else {
            let span = source.span(start..start + written.trim_end().len());
            lines.push(Line { code: code.to_owned(), span });
        }
        for byte in code.bytes() {
            match byte {
                b'(' | b'[' => depth += 1,
                b')' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        start += written.len();
    }
    lines
}

/// A line up to its comment; two slashes in quotes begin none.
fn without_comment(line: &str) -> &str {
    let mut is_quoted = false;
    let mut last = ' ';
    for (at, character) in line.char_indices() {
        match character {
            '"' if last != '\\' => is_quoted = !is_quoted,
            '/' if last == '/' && !is_quoted => return line.get(..at - 1).unwrap_or(line),
            _ => {}
        }
        last = character;
    }
    line
}

struct Model {
    name: String,
    table: String,
    span: Span,
    /// The columns: the field, the column's name, its type, whether it must have a value, and its line.
    fields: Vec<(String, Column, Span)>,
    /// Foreign keys by field names: columns, the model that they refer to, and the line.
    keys: Vec<(Vec<String>, String, Span)>,
    /// Keys and indexes by field names.
    indexes: Vec<(Operation, Vec<String>, Span)>,
}

impl Model {
    fn new(name: &str, span: Span) -> Self {
        let (name, table) = (name.to_owned(), name.to_owned());
        Self { name, table, span, fields: Vec::new(), keys: Vec::new(), indexes: Vec::new() }
    }

    fn read(&mut self, code: &str, span: Span) {
        if let Some(attribute) = code.strip_prefix("@@") {
            // Prisma takes `@@index(a)` for `@@index([a])`.
            let names = list(attribute, "[").or_else(|| single(attribute)).unwrap_or_default();
            match attribute.split(['(', ' ']).next().unwrap_or("") {
                "map" => text(attribute).unwrap_or_default().clone_into(&mut self.table),
                "id" => self.indexes.push((Operation::AddPrimaryKey, names, span)),
                "unique" => self.indexes.push((Operation::AddUnique, names, span)),
                "index" => self.indexes.push((Operation::CreateIndex, names, span)),
                _ => {}
            }
            return;
        }
        let mut words = code.split_whitespace();
        let (Some(field), Some(kind)) = (words.next(), words.next()) else { return };
        let has = |name: &str| {
            code.match_indices(name).any(|(at, _)| {
                let after = code.get(at + name.len()..).unwrap_or("");
                !after.starts_with(|next: char| next.is_alphanumeric() || next == '.' || next == '_')
            })
        };
        if let Some(relation) = code.split_once("@relation").map(|(_, relation)| relation) {
            if let Some(columns) = list(relation, "fields:") {
                self.keys.push((columns, kind.trim_end_matches(['?', '[', ']']).to_owned(), span));
            }
            return;
        }
        let mapped = code.split_once("@map(").and_then(|(_, rest)| text(rest)).unwrap_or(field);
        let is_required = !kind.ends_with('?') && !kind.ends_with("[]");
        let is_filled = has("@default");
        let column =
            Column { name: mapped.to_owned(), kind: kind.trim_end_matches('?').to_owned(), is_filled, is_required };
        self.fields.push((field.to_owned(), column, span));
        if has("@id") {
            self.indexes.push((Operation::AddPrimaryKey, vec![field.to_owned()], span));
        } else if has("@unique") {
            self.indexes.push((Operation::AddUnique, vec![field.to_owned()], span));
        }
    }

    fn into_statements(self) -> Vec<Statement> {
        let Self { name, table, span, fields, keys, indexes } = self;
        let columns = |names: &[String]| -> Vec<Column> {
            let mapped =
                |name: &String| fields.iter().find(|(field, ..)| field == name).map(|(_, column, _)| &column.name);
            names.iter().map(|name| Column::named(mapped(name).unwrap_or(name).clone())).collect()
        };
        let statement = |operation, span| Statement::new(operation, table.clone(), span);
        let mut statements = vec![Statement { object: name, ..statement(Operation::CreateTable, span) }];
        for (_, column, span) in &fields {
            let object = column.name.clone();
            statements.push(Statement {
                object,
                columns: vec![column.clone()],
                ..statement(Operation::AddColumn, *span)
            });
        }
        for (operation, names, span) in &indexes {
            statements.push(Statement { columns: columns(names), ..statement(*operation, *span) });
        }
        for (names, detail, span) in keys {
            let columns = columns(&names);
            statements.push(Statement { columns, detail, ..statement(Operation::AddForeignKey, span) });
        }
        statements
    }
}

/// The names in the brackets behind a word: `fields: [a, b]`; options of a name (`a(sort: Desc)`) are left out.
fn list(written: &str, before: &str) -> Option<Vec<String>> {
    let from = written.find(before)?;
    let rest = written.get(from..)?;
    let inside = rest.get(rest.find('[')? + 1..)?;
    let inside = inside.get(..inside.find(']')?)?;
    let mut depth = 0_usize;
    let parts = inside.split(|character| {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && character == ','
    });
    Some(
        parts
            .filter_map(|part| part.split('(').next())
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect(),
    )
}

/// The one name in the brackets of `index(a)`.
fn single(attribute: &str) -> Option<Vec<String>> {
    let name = attribute.split_once('(')?.1.split([')', ',', '(']).next()?.trim();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then(|| vec![name.to_owned()])
}

/// The first text in quotes.
fn text(written: &str) -> Option<&str> {
    written.split('"').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Role;

    #[test]
    fn models_are_tables_with_their_columns_keys_and_indexes() {
        let schema = r#"
// model Old {
model Order {
  id       Int     @id @default(autoincrement())
  userId   Int     @map("user_id") // not @unique
  code     String? @unique
  tags     String[]
  user     User    @relation(fields: [userId], references: [id], onDelete: Cascade)
  items    Item[]

  @@index([code(sort: Desc), userId])
  @@index(code)
  @@map("orders")
}
"#;
        let path = "prisma/schema.prisma".into();
        let file = File { path, bytes: 1, role: Role::Product, language: None, lines: 1 };
        let mut found = Found::new(&file);
        PrismaModels.extract(&Source::new(&file, schema), &[], &mut found);
        let [fact] = found.facts() else { panic!("one fact") };
        let Data::DeclaredSchema(declared) = &fact.data else { panic!("a schema") };
        let told: Vec<String> = declared
            .statements
            .iter()
            .map(|one| {
                let columns: Vec<&str> = one.columns.iter().map(|column| column.name.as_str()).collect();
                format!("{} {} {} {}:{}", one.operation.name(), one.table, columns.join(","), one.detail, one.span.line)
            })
            .collect();
        assert_eq!(
            told,
            [
                "create-table orders  :3",
                "add-column orders id :4",
                "add-column orders user_id :5",
                "add-column orders code :6",
                "add-column orders tags :7",
                "add-column orders items :9",
                "add-primary-key orders id :4",
                "add-unique orders code :6",
                "create-index orders code,user_id :11",
                "create-index orders code :12",
                "add-foreign-key orders user_id User:8",
            ]
        );
    }
}
