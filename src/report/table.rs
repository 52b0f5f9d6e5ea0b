//! Tables below headings, for what is looked at rather than judged.

use std::fmt::Write as _;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::plain::one_line;

/// Columns: people look at paths here, so more than the report's.
const WIDTH: u16 = 120;

/// A heading and its table; nothing where there are no rows.
pub(super) fn section(text: &mut String, title: &str, header: &[&str], numbers: &[usize], rows: Vec<Vec<String>>) {
    if rows.is_empty() {
        return;
    }
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    table.set_header(header);
    table.add_rows(rows);
    for (index, column) in table.column_iter_mut().enumerate() {
        if numbers.contains(&index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let _ = write!(text, "\n{title}\n");
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// Words as one line, with commas.
pub(super) fn words<T: AsRef<str>>(list: &[T]) -> String {
    list.iter().map(|word| one_line(word.as_ref())).collect::<Vec<_>>().join(", ")
}
