//! Routes of servers on the JVM, in Java and Kotlin: by annotations (Spring MVC, JAX-RS, Micronaut) and by calls (Ktor,
//! Javalin, Vert.x, Spring's functional routes).

mod annotated;
mod annotation;
mod registered;

pub(crate) use annotated::AnnotatedRoutes;
pub(crate) use registered::RegisteredRoutes;

use tree_sitter::Node;

use super::handler::Functions;
use crate::facts::{File, Language};
use crate::syntax::node_text;

fn is_of_jvm(file: &File) -> bool {
    file.role.is_written() && matches!(file.language, Some(Language::Java | Language::Kotlin))
}

/// Remembers a method or function by its name.
fn remember<'tree>(node: Node<'tree>, text: &'tree str, functions: &mut Functions<'tree>) {
    if let Some(name) = node.child_by_field_name("name") {
        functions.insert(node_text(name, text), node);
    }
}
