//! The report for the terminal: scores, what blocks, what to do first, on one screen.

use comfy_table::presets::{NOTHING, UTF8_FULL_CONDENSED};
use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::document::{Document, Section};
use super::{Style, plain};
use crate::score::Assessment;

/// Columns where the terminal does not say.
const WIDTH: u16 = 100;
/// Fewer columns leave no room for a table.
const NARROW: u16 = 60;
/// Columns that the table of categories needs with bars.
const WITH_BARS: u16 = 92;
/// Characters of a full bar.
const BAR: usize = 10;

pub(super) fn render(assessment: &Assessment, style: Style) -> String {
    let document = Document::new(assessment);
    let screen =
        Screen { document: &document, paint: Paint(style.colour), width: style.width.unwrap_or(WIDTH).max(NARROW) };
    let [head, verdict, policy, closing] = [screen.head(), screen.verdict(), screen.policy(), screen.closing()];
    let roomy = [head.clone(), screen.scores(true), verdict.clone(), screen.first(true, usize::MAX), policy.clone()];
    let mut text = joined(roomy.into_iter().chain([closing.clone()]), "\n\n");
    // The line that the shell asks on is one of the screen's as well.
    let lines = usize::from(style.height.unwrap_or(u16::MAX)).saturating_sub(1);
    if text.lines().count() > lines {
        let around = [head, screen.scores(false), verdict, policy, closing];
        let taken: usize = around.iter().map(|block| block.lines().count()).sum();
        let [head, scores, verdict, policy, closing] = around;
        let first = screen.first(false, lines.saturating_sub(taken + 1).max(1));
        text = joined([head, scores, verdict, first, policy, closing], "\n");
    }
    text
}

fn joined(blocks: impl IntoIterator<Item = String>, between: &str) -> String {
    let blocks: Vec<String> = blocks.into_iter().filter(|block| !block.is_empty()).collect();
    let mut text = blocks.join(between);
    text.push('\n');
    text
}

struct Screen<'a> {
    document: &'a Document,
    paint: Paint,
    width: u16,
}

impl Screen<'_> {
    fn head(&self) -> String {
        let head = &self.document.head;
        let mut at = head.commit.as_ref().map(|commit| format!(" at {commit}")).unwrap_or_default();
        if let Some(branch) = &head.branch {
            at = format!("{at} on {branch}");
        }
        if head.dirty {
            at.push_str(", with changes that are not committed");
        }
        let profile = if head.profile.is_empty() { String::new() } else { format!("{}, ", head.profile) };
        format!("{}{at}\n{profile}{}; {} with {}", self.paint.bold(&head.name), head.size, head.tool, head.rules)
    }

    /// The table of categories, with lines around it where there is room.
    fn scores(&self, is_roomy: bool) -> String {
        let sections = &self.document.sections;
        if sections.is_empty() {
            return String::new();
        }
        let has_bars = self.width >= WITH_BARS;
        let mut table = Table::new();
        table
            .load_style(if is_roomy { UTF8_FULL_CONDENSED } else { NOTHING })
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(self.width);
        table.set_header(["Category", "Score", "Status", "Pass", "Part", "Fail", "?"]);
        for section in sections {
            let bar = if has_bars { bar(section.percent) } else { String::new() };
            let score = section.score.as_deref().unwrap_or("–");
            let score = format!("{score:>4} {bar}").trim_end().to_owned();
            let mut row = vec![section.title.clone(), score, section.status.to_owned()];
            row.extend([section.pass, section.partial, section.fail, section.unknown].map(count));
            table.add_row(row);
        }
        for column in table.column_iter_mut().skip(3) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let lines: Vec<String> = table.lines().map(|line| self.paint_status(line.trim_end(), sections)).collect();
        lines.join("\n")
    }

    /// Colours the status in a line of the table; the title that stands before it keeps its own words.
    fn paint_status(&self, line: &str, sections: &[Section]) -> String {
        let status = sections.iter().map(|section| (section.status, section.icon));
        let found = status.filter_map(|(status, icon)| line.rfind(status).map(|at| (at, status, icon))).max();
        let Some((at, status, icon)) = found else { return line.to_owned() };
        let (before, rest) = line.split_at(at);
        format!("{before}{}{}", self.paint.graded(status, icon), rest.strip_prefix(status).unwrap_or_default())
    }

    fn verdict(&self) -> String {
        let result = &self.document.result;
        let verdict = self.paint.graded(&result.verdict.to_uppercase(), result.icon);
        let mut line = match &result.score {
            Some(score) => format!("{} {verdict}", self.paint.bold(&format!("{score}/10"))),
            None => verdict,
        };
        for group in &result.groups {
            if let Some(score) = &group.score {
                line = format!("{line} · {} {score}", group.title);
            }
        }
        let coverage = format!("{} % of what applies could be judged", result.coverage);
        let undecided = match self.document.method.unknown.len() {
            0 => String::new(),
            count => format!("; undecided: {}", super::document::plural(count, "rule")),
        };
        let mut lines = vec![line];
        if !self.document.sections.is_empty() {
            lines.push(format!("{coverage}{undecided}."));
        }
        let blockers: Vec<&str> = self.document.plan.blockers.iter().map(|action| action.rule.as_str()).collect();
        if !blockers.is_empty() {
            let label = format!("Blockers ({}):", blockers.len());
            let room = usize::from(self.width).saturating_sub(label.chars().count() + 1);
            let named = plain::cut(&blockers.join(", "), room);
            lines.push(format!("{} {named}", self.paint.graded(&label, "❌")));
        }
        lines.join("\n")
    }

    /// What to do first: so many actions, with a line of the remedy where there is room.
    fn first(&self, is_roomy: bool, most: usize) -> String {
        let plan = &self.document.plan;
        if plan.first.is_empty() {
            return String::new();
        }
        let width = usize::from(self.width);
        let shown = plan.first.len().min(most);
        let of = format!("the first {shown} of {}, {} hours in all", plan.count, plan.hours);
        let mut lines = vec![format!("{} ({of})", self.paint.bold("What to do first"))];
        for (index, action) in plan.first.iter().enumerate().take(shown) {
            let what = format!("{:>2}. {} ({} h)", index + 1, action.rule, action.hours);
            let place = action.spot.as_ref().map(|spot| &spot.label).or(action.adds.as_ref());
            let place = place.map(String::as_str).unwrap_or_default();
            let room = width.saturating_sub(what.chars().count() + 2);
            lines.push(format!("{what}  {}", plain::cut_front(place, room)).trim_end().to_owned());
            if is_roomy {
                lines.push(format!("    {}", plain::cut(&action.summary, width.saturating_sub(4))));
            }
        }
        lines.join("\n")
    }

    /// Gates, controls and accepted findings, where there are any.
    fn policy(&self) -> String {
        let document = self.document;
        let width = usize::from(self.width);
        let mut lines = Vec::new();
        for gate in &document.gates {
            let line = format!("Gate {}: asked {}, is {}", gate.name, gate.asked, gate.actual);
            lines.push(self.paint.graded(&plain::cut(&line, width), gate.icon));
        }
        for framework in &document.frameworks {
            lines.push(plain::cut(&format!("Evidence for {}: {}", framework.title, framework.counts), width));
        }
        for waiver in &document.waivers {
            let place = waiver.spot.as_ref().map(|spot| spot.label.as_str()).unwrap_or_default();
            let until = if waiver.expires.is_empty() { String::new() } else { format!(" until {}", waiver.expires) };
            let line = format!("Accepted{until}: {} {place}: {}", waiver.rule, waiver.reason);
            lines.push(plain::cut(&line, width));
        }
        lines.join("\n")
    }

    fn closing(&self) -> String {
        let method = &self.document.method;
        let mut lines = Vec::new();
        if !method.diagnostic_counts.is_empty() {
            let line = format!("The scan reports {}.", method.diagnostic_counts);
            lines.push(if method.is_incomplete { self.paint.graded(&line, "❌") } else { line });
        }
        lines.push("The whole report: auditor scan --output audit.html (or .md, .json, .sarif)".to_owned());
        if let Some(rule) = self.document.plan.fixable() {
            lines.push(format!("Files for a remedy, as a diff: auditor fix {rule}"));
        }
        lines.join("\n")
    }
}

fn count(number: usize) -> String {
    if number == 0 { "·".to_owned() } else { number.to_string() }
}

fn bar(percent: Option<u8>) -> String {
    let full = (usize::from(percent.unwrap_or(0)) + 5) / 10;
    format!("{}{}", "█".repeat(full.min(BAR)), "░".repeat(BAR.saturating_sub(full)))
}

/// Colours, or none.
#[derive(Debug, Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    /// Green, yellow or red, as the icon says.
    fn graded(self, text: &str, icon: &str) -> String {
        match icon {
            "✅" => self.with("32", text),
            "❌" => self.with("1;31", text),
            _ => self.with("33", text),
        }
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_the_score() {
        assert_eq!(bar(Some(35)), "████░░░░░░");
        assert_eq!(bar(Some(100)), "██████████");
        assert_eq!(bar(None), "░░░░░░░░░░");
    }
}
