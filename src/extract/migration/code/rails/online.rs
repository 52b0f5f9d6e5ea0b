//! What MySQL is asked to do while a table changes: `algorithm: :copy` and `lock: :shared` of Rails' schema statements.

use crate::extract::migration::code::call::Call;
use crate::extract::migration::code::reader::Reader;
use crate::extract::sql::Change;
use crate::facts::{Operation, REWRITE_COPY, REWRITE_LOCK};
use crate::syntax::node_text;

/// Adds what makes writes to a table wait.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str) {
    let text = reader.text;
    let says = |key: &str, values: &[&str]| {
        call.key(key).is_some_and(|value| {
            let written = node_text(value, text).trim_matches([':', '"', '\'']).to_ascii_lowercase();
            values.contains(&written.as_str())
        })
    };
    let how = match () {
        () if says("algorithm", &["copy"]) => REWRITE_COPY,
        () if says("lock", &["shared", "exclusive"]) => REWRITE_LOCK,
        () => return,
    };
    let change = Change::new(Operation::RewriteTable, table, "", call.node.byte_range());
    reader.add(call.node, change.saying(how));
}
