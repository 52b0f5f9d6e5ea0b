//! The attributes that rules ask for, in one spelling for all tools. Everything else is left where it is: attributes
//! are where people put credentials.

use crate::syntax::data::{Node, Value};

/// Ends of paths of attributes that are kept, in snake case.
const KEPT: &[&str] = &[
    // Backups.
    "backup_retention_period",
    "backup_retention",
    "backup_retention_days",
    "backup_retention_interval_in_hours",
    "geo_redundant_backup",
    "geo_redundant_backup_enabled",
    "backup_configuration.enabled",
    "point_in_time_recovery",
    "point_in_time_recovery.enabled",
    "point_in_time_recovery_enabled",
    "point_in_time_recovery_specification.point_in_time_recovery_enabled",
    "snapshot_retention_limit",
    "snapshot_retention_period",
    "delete_automated_backups",
    // Copies for reading.
    "replicate_source_db",
    "source_db_instance_identifier",
    "master_instance_name",
    "create_mode",
    "multi_az",
    "read_replicas",
    "read_replica_config.node_count",
    "readers",
    "replica_count",
    // Scaling.
    "min_size",
    "max_size",
    "min_capacity",
    "max_capacity",
    "min_replicas",
    "max_replicas",
    "min_instance_count",
    "max_instance_count",
    "maximum_instance_count",
    "min_node_count",
    "max_node_count",
    "desired_count",
    "assessments_enabled",
    // Rotation.
    "enable_key_rotation",
    "rotation_period",
    "rotation_lambda_arn",
    "automatically_after_days",
    "automatically_after",
    // Progressive delivery.
    "deployment_controller.type",
    "deployment_preference.type",
    "deployment_config_name",
    "deployment_option",
    "deployment_type",
    "strategy.type",
    "deployment_configuration.strategy",
    "traffic.percent",
    "weight",
    "deployment_circuit_breaker.rollback",
    // Limits on requests.
    "rate_based_statement.limit",
    "rate_limit_threshold",
    "rate_limit_threshold.count",
    "phase",
    // Events that start a function.
    "events",
];

/// How deep attributes are read.
const MAX_DEPTH: usize = 8;
/// How many attributes of a resource are kept.
const MAX_KEPT: usize = 24;

/// `name=value`, where rules ask for that attribute.
pub(super) fn kept(path: &[String], value: &str) -> Option<String> {
    let whole = path.join(".");
    let is_it = |end: &&&str| whole == ***end || whole.strip_suffix(**end).is_some_and(|rest| rest.ends_with('.'));
    // The longest end says most: `backup_configuration.enabled`.
    let end = KEPT.iter().filter(is_it).max_by_key(|end| end.len())?;
    let value = value.trim();
    // A value is a number, a flag, a word or a reference.
    let is_plain = value.len() <= 80 && !value.contains(['\n', '"', '\'', '{']);
    Some(format!("{end}={}", if is_plain { value } else { "…" }))
}

/// `backup_retention_period` of `BackupRetentionPeriod`, `backupRetentionPeriod` and itself.
pub(super) fn snake_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let ends_capitals = before.is_ascii_uppercase() && letters.peek().is_some_and(char::is_ascii_lowercase);
        if letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit() || ends_capitals) {
            out.push('_');
        }
        out.push(if letter == '-' { '_' } else { letter.to_ascii_lowercase() });
        before = letter;
    }
    out
}

/// The attributes of a tree of properties.
pub(super) fn of_node(root: &Node) -> Vec<String> {
    let mut all = Vec::new();
    let mut open: Vec<(Vec<String>, &Node)> = vec![(Vec::new(), root)];
    while let Some((path, node)) = open.pop() {
        for (key, value) in node.entries() {
            let mut path = path.clone();
            path.push(snake_case(key.text().unwrap_or("")));
            match &value.value {
                Value::Scalar(scalar) => all.extend(kept(&path, &scalar.text)),
                Value::Mapping(_) | Value::Sequence(_) => {
                    all.extend(kept(&path, "…"));
                    if path.len() < MAX_DEPTH {
                        open.push((path, value));
                    }
                }
            }
        }
        open.extend(node.items().iter().map(|item| (path.clone(), item)));
    }
    finish(all)
}

/// In order, without repeats, and not too many.
pub(super) fn finish(mut all: Vec<String>) -> Vec<String> {
    all.sort_unstable();
    all.dedup();
    all.truncate(MAX_KEPT);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_all_tools() {
        for name in
            ["BackupRetentionPeriod", "backupRetentionPeriod", "backup_retention_period", "backup-retention-period"]
        {
            assert_eq!(snake_case(name), "backup_retention_period", "{name}");
        }
        assert_eq!(snake_case("SourceDBInstanceIdentifier"), "source_db_instance_identifier");
        assert_eq!(snake_case("MultiAZ"), "multi_az");
    }

    #[test]
    fn only_what_rules_ask_for_is_kept() {
        let path = |text: &str| text.split('.').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(
            kept(&path("settings.backup_configuration.enabled"), "true").unwrap(),
            "backup_configuration.enabled=true"
        );
        assert_eq!(kept(&path("password"), "x"), None);
        assert_eq!(kept(&path("x.not_min_size"), "1"), None);
        assert_eq!(kept(&path("min_size"), "\"a\nb\"").unwrap(), "min_size=…");
    }
}
