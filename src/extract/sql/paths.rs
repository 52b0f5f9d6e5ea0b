//! Which `.sql` files may change or declare a schema, by their paths.

/// Folders in which tools keep migrations.
const FOLDERS: &[&str] =
    &["migrations", "migration", "migrate", "drizzle", "flyway", "changelog", "changelogs", "evolutions"];

/// Names of files that declare a whole schema.
const SCHEMAS: &[&str] = &["schema", "structure", "init", "tables", "ddl"];

/// Words of folders and names that hold rows, not a schema, or that nothing applies.
const DATA: &[&str] =
    &["seed", "seeds", "seeders", "dump", "dumps", "backup", "backups", "fixture", "fixtures", "queries", "query"];

/// Whether a file holds data or queries.
pub(super) fn is_data(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let stem = name.strip_suffix(".sql").unwrap_or(name);
    folders.split('/').any(|folder| DATA.contains(&folder)) || DATA.contains(&stem)
}

/// Whether a file is where, or is named as, migrations and schemas are.
pub(super) fn is_schema_change(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let stem = name.strip_suffix(".sql").unwrap_or(name);
    folders.split('/').any(|folder| FOLDERS.contains(&folder))
        || SCHEMAS.iter().any(|word| stem == *word || stem.ends_with(&format!("_{word}")))
        || is_versioned(stem)
}

/// Whether a name begins with a version: `0001_x`, `V1.2__x`, `20240101-x`, `1_x.up`.
fn is_versioned(stem: &str) -> bool {
    let rest = stem.strip_prefix(['v', 'b']).unwrap_or(stem);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && rest.as_bytes().get(digits).is_some_and(|byte| matches!(byte, b'_' | b'-' | b'.'))
}
