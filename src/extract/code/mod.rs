//! What source code says, read from its syntax tree: calls that print to the console, HTTP routes.

mod console;
mod route;
#[cfg(test)]
mod testing;

pub(super) use console::ConsoleCalls;
pub(super) use route::{CSharpRoutes, FileRoutes, GoRoutes, JavaScriptRoutes, PythonRoutes, RubyRoutes};

/// The text inside quotes, `None` where the literal is computed.
fn unquoted(written: &str) -> Option<&str> {
    let inner = written.trim_start_matches(['r', 'b', 'u', '@', '$']);
    let quote = inner.chars().next().filter(|quote| matches!(quote, '"' | '\'' | '`'))?;
    inner.strip_prefix(quote)?.strip_suffix(quote)
}
