//! What source code says, read from its syntax tree: calls that print to the console, HTTP routes, errors
//! that are dropped.

mod command_line;
mod console;
mod error_wrapper;
mod printing;
mod response_header;
mod route;
mod swallowed;
mod test_file;
mod test_ground;
#[cfg(test)]
mod testing;
mod words;

use super::Extractor;

/// The extractors of this subject.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    let mut list = route::all();
    list.push(Box::new(console::ConsoleCalls));
    list.push(Box::new(printing::PrintCalls));
    list.extend(error_wrapper::all());
    list.push(Box::new(response_header::ResponseHeaders));
    list.push(Box::new(swallowed::SwallowedErrors));
    list.push(Box::new(test_file::TestFiles));
    list.push(Box::new(test_ground::TestGrounds));
    list
}

/// Where a Rust file's own tests start.
pub(in crate::extract) fn inline_tests(code: &str) -> usize {
    code.find("#[cfg(test)]\nmod ").unwrap_or(usize::MAX)
}

/// The text inside quotes, `None` where the literal is computed.
fn unquoted(written: &str) -> Option<&str> {
    let inner = written.trim_start_matches(['r', 'b', 'u', '@', '$']);
    let quote = inner.chars().next().filter(|quote| matches!(quote, '"' | '\'' | '`'))?;
    inner.strip_prefix(quote)?.strip_suffix(quote)
}
