//! Routers of other files: what this file imports from its own repository, and where it mounts that.

use tree_sitter::Node;

use super::expressions::argument;
use super::mounts::stops_strangers;
use super::{Servers, join_prefix};
use crate::extract::Found;
use crate::extract::code::unquoted;
use crate::facts::{Data, RouterMount};
use crate::syntax::Source;

/// A router of another file, mounted here.
pub(super) struct Elsewhere<'tree> {
    call: Node<'tree>,
    module: &'tree str,
    /// The name that it is exported by, `""` for the module's default.
    exported: &'tree str,
    prefix: String,
    /// The binding that it is mounted on.
    parent: usize,
    needs_login: bool,
}

impl<'tree> Servers<'tree> {
    /// Remembers a name that is imported from a module of the repository.
    pub(super) fn import_local(&mut self, local: &'tree str, module: &'tree str, exported: &'tree str) {
        let exported = if matches!(exported, "default" | "*") { "" } else { exported };
        self.local.insert(local, (module, exported));
    }

    /// The module of `require("./routes")`.
    pub(super) fn required_module(&self, call: Node<'tree>) -> Option<&'tree str> {
        let callee = call.child_by_field_name("function").filter(|_| call.kind() == "call_expression")?;
        (self.text_of(callee) == "require").then(|| unquoted(self.text_of(argument(call, 0)?)))?
    }

    /// Notes a router that another file makes, where an argument is one.
    pub(super) fn mount_elsewhere(&mut self, call: Node<'tree>, router: Node<'tree>, prefix: &str, parent: usize) {
        let imported = self.local.get(self.text_of(router)).copied();
        let Some((module, exported)) = imported.or_else(|| Some((self.required_module(router)?, ""))) else { return };
        let list = call.child_by_field_name("arguments");
        let is_guarded = list.is_some_and(|list| {
            list.named_children(&mut list.walk()).any(|it| it != router && stops_strangers(self.text_of(it)))
        });
        let from = self.bindings.get(parent).and_then(|parent| parent.guarded_from);
        let needs_login = is_guarded || from.is_some_and(|from| from < call.start_byte());
        self.elsewhere.push(Elsewhere { call, module, exported, prefix: prefix.to_owned(), parent, needs_login });
    }

    /// Adds what was noted.
    pub(in super::super) fn add_mounts(&self, source: &Source<'_>, found: &mut Found<'_>) {
        for mount in &self.elsewhere {
            let Some(parent) = self.bindings.get(mount.parent) else { continue };
            for outer in self.prefixes(mount.parent) {
                let data = RouterMount {
                    module: mount.module.to_owned(),
                    router: mount.exported.to_owned(),
                    prefix: join_prefix(&outer, &mount.prefix),
                    needs_login: mount.needs_login,
                    on: if parent.mounts.is_empty() { parent.name.to_owned() } else { String::new() },
                };
                found.add(source.span(mount.call.byte_range()), Data::RouterMount(data));
            }
        }
    }
}
