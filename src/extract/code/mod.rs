//! What source code says, read from its syntax tree: calls that print to the console, HTTP routes.

mod console;
mod route;
#[cfg(test)]
mod testing;

pub(super) use console::ConsoleCalls;
pub(super) use route::{CSharpRoutes, FileRoutes, GoRoutes, JavaScriptRoutes, PythonRoutes, RubyRoutes};
