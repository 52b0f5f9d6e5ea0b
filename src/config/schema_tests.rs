//! The schema that editors use is the one of the types. `UPDATE_DOCS=1 cargo test --lib config` rewrites it.

use super::{Form, SCHEMA};

fn generated() -> String {
    let settings = schemars::generate::SchemaSettings::draft07();
    let mut schema = settings.into_generator().into_root_schema_for::<Form>();
    schema.insert("$id".to_owned(), "config.schema.json".into());
    schema.insert("title".to_owned(), "auditor.toml".into());
    format!("{}\n", serde_json::to_string_pretty(&schema).unwrap())
}

#[test]
fn the_schema_is_that_of_the_types() {
    let generated = generated();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/schema/config.schema.json");
        std::fs::write(path, generated).unwrap();
        return;
    }
    assert!(SCHEMA == generated, "stale: run `UPDATE_DOCS=1 cargo test --lib config`");
}

#[test]
fn the_schema_accepts_what_the_type_accepts_and_refuses_unknown_keys() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let full = include_str!("full.toml");
    let form: Form = toml::from_str(full).unwrap();
    form.check().unwrap();
    let value: toml::Value = toml::from_str(full).unwrap();
    let json = serde_json::to_value(&value).unwrap();
    let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    // Every key of the form stands in the example, so that none escapes this test.
    let written = serde_json::to_value(&form).unwrap();
    for (key, value) in written.as_object().unwrap() {
        assert!(json.get(key).is_some() && !value.is_null(), "full.toml lacks `{key}`");
    }
    for wrong in ["profle = \"web\"", "[gates]\nfail-undr = 7", "[rules.\"a/b\"]\nweigt = 1"] {
        let value: toml::Value = toml::from_str(wrong).unwrap();
        assert!(!validator.is_valid(&serde_json::to_value(&value).unwrap()), "{wrong}");
        assert!(toml::from_str::<Form>(wrong).is_err(), "{wrong}");
    }
}
