//! Whether a migration in code says how it is taken back: the body of its `down`, told by brackets or indentation, so
//! that it is the same for languages without a grammar.

/// How the body of a definition is told.
#[derive(Clone, Copy)]
enum Form {
    /// In braces.
    Braces,
    /// By indentation, as in Python; in Ruby and Elixir up to an `end` of the same depth.
    Indentation,
}

/// Whether the migration of a tool has a way back that does something.
pub(super) fn is_there(tool: &str, text: &str) -> bool {
    let has = |marks: &[&str], form| marks.iter().any(|mark| has_body(text, mark, form));
    match tool {
        "alembic" => has(&["def downgrade"], Form::Indentation),
        // Operations know their own way back, but for code and SQL that are given none.
        "django" | "tortoise" => ["RunPython(", "RunSQL("].iter().all(|call| {
            text.match_indices(call).all(|(at, _)| has_second_argument(text.get(at + call.len()..).unwrap_or("")))
        }),
        "active-record" => {
            is_defined(text, "def change")
                || is_defined(text, "def self.change")
                || has(&["def down", "def self.down"], Form::Indentation)
        }
        "ecto" => is_defined(text, "def change") || has(&["def down"], Form::Indentation),
        "ef-core" | "fluent-migrator" => has(&["void Down("], Form::Braces),
        "laravel" | "doctrine-migrations" | "phinx" => {
            is_defined(text, "function change(") || has(&["function down("], Form::Braces)
        }
        "sea-orm" => has(&["fn down("], Form::Braces),
        "goose" => text.match_indices("Migration").any(|(at, _)| {
            let call = text.get(at..).and_then(|rest| rest.split_once('(')).map_or("", |(_, inside)| inside);
            let second = call.split([',', ')']).nth(1).unwrap_or("").trim();
            !second.is_empty() && second != "nil" && second.starts_with(|first: char| first.is_alphabetic())
        }),
        "flyway" => false,
        _ => has(&["down(", "exports.down", "down =", "down:", "const down", "function down"], Form::Braces),
    }
}

/// The places where a mark begins a word.
fn places<'t>(text: &'t str, mark: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(mark).map(|(at, _)| at).filter(|&at| {
        let before = text.get(..at).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("");
        let is_word = before.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        let is_comment = ["//", "#", "*"].iter().any(|comment| line.trim_start().starts_with(comment));
        !is_word && !is_comment
    })
}

fn is_defined(text: &str, mark: &str) -> bool {
    places(text, mark).next().is_some()
}

fn has_body(text: &str, mark: &str, form: Form) -> bool {
    places(text, mark).any(|at| {
        let rest = text.get(at..).unwrap_or("");
        let body = match form {
            Form::Braces => in_braces(rest),
            Form::Indentation => {
                let line_start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
                indented(rest, at - line_start)
            }
        };
        does_something(&body)
    })
}

/// What stands between the first braces; the expression where an arrow function has none.
fn in_braces(rest: &str) -> String {
    let open = rest.find('{').unwrap_or(rest.len());
    if let Some(arrow) = rest.find("=>").filter(|&arrow| arrow < open || open == rest.len()) {
        let after = rest.get(arrow + 2..).unwrap_or("").trim_start();
        if !after.starts_with('{') {
            return after.split([';', '}']).next().unwrap_or("").to_owned();
        }
    }
    let mut depth = 0_usize;
    let inside = rest.get(open..).unwrap_or("");
    let end = inside.char_indices().find(|(_, character)| {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    inside.get(1..end.map_or(inside.len(), |(at, _)| at)).unwrap_or("").to_owned()
}

/// The lines that are indented deeper than the definition, which begins in that column.
fn indented(rest: &str, column: usize) -> String {
    let deeper = |line: &&str| {
        let indent = line.len() - line.trim_start().len();
        line.trim().is_empty() || indent > column
    };
    rest.lines().skip(1).take_while(deeper).collect::<Vec<_>>().join("\n")
}

/// Whether a body is more than a comment, an empty statement or a refusal.
fn does_something(body: &str) -> bool {
    const NOTHING: &[&str] = &["pass", "return", "return;", "nil", ":ok", "...", "Ok(())", "{", "}", "end", "do"];
    const REFUSALS: &[&str] = &[
        "raise",
        "throw ",
        "Err(",
        "todo!",
        "unimplemented!",
        "panic",
        "#",
        "//",
        "*",
        "/*",
        "\"\"\"",
        "'''",
        "$this->throw",
    ];
    let lines: Vec<&str> = body.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let does = |line: &&&str| {
        !NOTHING.contains(*line)
            && !REFUSALS.iter().any(|refusal| line.starts_with(refusal))
            && !line.starts_with("Promise.resolve")
    };
    // What comes first refuses all of it.
    let refuses =
        lines.first().is_some_and(|line| ["raise", "throw ", "$this->throw"].iter().any(|word| line.starts_with(word)));
    !refuses && lines.iter().any(|line| does(&line))
}

/// Whether a call of Django's has an argument that stands for the way back: one of that name, or a second one without a
/// name.
fn has_second_argument(inside: &str) -> bool {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut arguments = vec![String::new()];
    for character in inside.chars() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (Some(_), _) => continue,
            (None, '"' | '\'') => quote = Some(character),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') if depth == 0 => break,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                arguments.push(String::new());
                continue;
            }
            (None, _) => {}
        }
        if let Some(last) = arguments.last_mut() {
            last.push(character);
        }
    }
    arguments.iter().enumerate().any(|(index, argument)| match argument.split_once('=') {
        Some((name, _)) if !name.contains(['(', '"', '\'']) => matches!(name.trim(), "reverse_code" | "reverse_sql"),
        _ => index == 1 && !argument.trim().is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use super::is_there;

    #[test]
    fn a_body_that_does_something_is_a_way_back() {
        for (tool, text) in [
            (
                "alembic",
                "def upgrade():\n    op.drop_table('a')\n\n\ndef downgrade() -> None:\n    op.create_table('a')\n",
            ),
            ("active-record", "class A\n  def change\n    add_column :a, :b, :text\n  end\nend\n"),
            ("active-record", "class A\n  def down\n    drop_table :a\n  end\nend\n"),
            ("ef-core", "protected override void Down(MigrationBuilder b)\n{\n    b.DropTable(\"a\");\n}\n"),
            ("knex", "exports.up = f;\nexports.down = (knex) => knex.schema.dropTable('a');\n"),
            (
                "typeorm",
                "public async down(queryRunner: QueryRunner): Promise<void> {\n await queryRunner.query(`DROP`);\n}\n",
            ),
            ("laravel", "public function down(): void\n{\n    Schema::drop('a');\n}\n"),
            ("django", "operations = [migrations.RunPython(fill, migrations.RunPython.noop)]"),
            ("django", "operations = [migrations.RunSQL('a, b', reverse_sql='c')]"),
            ("django", "operations = [migrations.AddField('a', 'b', c)]"),
            ("goose", "goose.AddMigrationContext(up, down)"),
        ] {
            assert!(is_there(tool, text), "{tool} {text}");
        }
    }

    #[test]
    fn an_empty_body_or_a_refusal_is_none() {
        for (tool, text) in [
            ("alembic", "def downgrade():\n    pass\n"),
            ("alembic", "def downgrade():\n    raise NotImplementedError()\n"),
            (
                "active-record",
                "class A\n  def up\n  end\n\n  def down\n    raise ActiveRecord::IrreversibleMigration\n  end\nend\n",
            ),
            ("ef-core", "protected override void Down(MigrationBuilder b)\n{\n\n}\n"),
            ("knex", "exports.up = f;\nexports.down = async (knex) => {};\n"),
            ("knex", "// exports.down = (knex) => knex.x();\nexports.up = f;\n"),
            ("django", "operations = [migrations.RunPython(fill)]"),
            ("django", "operations = [migrations.RunSQL(\n 'a, b',\n)]"),
            ("django", "operations = [migrations.RunPython(fill, elidable=True)]"),
            ("goose", "goose.AddMigrationContext(up, nil)"),
        ] {
            assert!(!is_there(tool, text), "{tool} {text}");
        }
    }
}
