//! The tables of `auditor tools`. Every text of the tree becomes one harmless line first.

use std::fmt::Write as _;

use super::view::{FoundToolV1, FoundV1, KnownToolV1, KnownV1};
use crate::report::document::plural;
use crate::report::plain::one_line;
use crate::report::table::{section, words};

/// Signs of one sort, and uses of one tool, that are shown.
const SHOWN: usize = 4;

pub(super) fn known(known: &KnownV1<'_>) -> String {
    let mut text = format!("{} are known; any one sign is enough.\n", plural(known.tools.len(), "tool"));
    let row = |tool: &KnownToolV1<'_>| {
        let name = format!("{}\n{}", one_line(tool.title), tool.id);
        vec![name, tool.purposes.join(", "), signs(tool).join("\n")]
    };
    section(&mut text, "Tools", &["Tool", "For", "Recognised by"], &[], known.tools.iter().map(row).collect());
    text
}

fn signs(tool: &KnownToolV1<'_>) -> Vec<String> {
    let signs = &tool.recognised_by;
    let files: Vec<String> = signs.files.iter().map(|&file| file.to_owned()).collect();
    let sorts: [(&str, &[String]); 7] = [
        ("package", &signs.packages),
        ("module", &signs.modules),
        ("file", &files),
        ("command", &signs.commands),
        ("action", &signs.actions),
        ("set up by", &signs.setup),
        ("resource", &signs.resources),
    ];
    let shown = |(name, list): &(&str, &[String])| {
        let first = words(list.get(..SHOWN).unwrap_or(list));
        let more = list.len().checked_sub(SHOWN).filter(|more| *more > 0);
        let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
        (!list.is_empty()).then(|| format!("{name} {first}{more}"))
    };
    sorts.iter().filter_map(shown).collect()
}

pub(super) fn found(found: &FoundV1<'_>) -> String {
    let count = plural(found.tools.len(), "known tool");
    let mut text = format!("{}: {count} in use\n", one_line(found.repository));
    let row = |tool: &FoundToolV1<'_>| {
        let mut seen = String::new();
        for it in tool.uses.iter().take(SHOWN) {
            let _ = writeln!(seen, "{}: {}:{}", it.how, one_line(it.path), it.line);
        }
        if let Some(more) = tool.uses.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            let _ = writeln!(seen, "and {more} more");
        }
        vec![format!("{}\n{}", one_line(tool.title), tool.id), words(&tool.purposes), seen.trim_end().to_owned()]
    };
    section(&mut text, "Tools", &["Tool", "For", "Seen"], &[], found.tools.iter().map(row).collect());
    text
}
