//! Where routers are mounted, and from where on a guard stands before a router's routes.

use tree_sitter::Node;

use super::Servers;
use super::expressions::argument;
use crate::extract::code::route::handler;
use crate::extract::code::words::words;

impl<'tree> Servers<'tree> {
    /// Finds where routers are mounted, and from where on a guard stands before a router's routes.
    pub(super) fn mount(&mut self) {
        for index in 0..self.member_calls.len() {
            let Some(&call) = self.member_calls.get(index) else { return };
            let Some((parent, name)) = self.member_of_binding(call) else { continue };
            match name {
                "use" | "route" => self.mount_router(call, parent),
                "register" => self.mount_plugin(call, parent),
                _ => {}
            }
        }
    }

    pub(super) fn member_of_binding(&self, call: Node<'tree>) -> Option<(usize, &'tree str)> {
        let callee = call.child_by_field_name("function")?;
        let name = self.text_of(callee.child_by_field_name("property")?);
        if !matches!(name, "use" | "route" | "register") {
            return None;
        }
        let (binding, ..) = self.chain(callee.child_by_field_name("object")?)?;
        Some((binding.ok()?, name))
    }

    pub(super) fn mount_router(&mut self, call: Node<'tree>, parent: usize) {
        let first = argument(call, 0);
        let prefix = first.and_then(|argument| self.path(argument));
        let arguments = call.child_by_field_name("arguments");
        let Some(list) = arguments else { return };
        for argument in list.named_children(&mut list.walk()) {
            let router = match argument.kind() {
                "call_expression" if self.required_module(argument).is_some() => Some(argument),
                // Koa mounts `router.routes()`.
                "call_expression" => {
                    argument.child_by_field_name("function").and_then(|f| f.child_by_field_name("object"))
                }
                _ => Some(argument),
            };
            let child = router.and_then(|router| self.lookup(self.text_of(router), call.start_byte()));
            if let Some(child) = child.filter(|&child| child != parent) {
                if let Some(binding) = self.bindings.get_mut(child) {
                    binding.mounts.push((parent, prefix.unwrap_or("").to_owned()));
                }
            } else if prefix.is_none()
                && stops_strangers(self.text_of(argument))
                && let Some(binding) = self.bindings.get_mut(parent)
            {
                binding.guarded_from = binding.guarded_from.or(Some(call.start_byte()));
            } else if let Some(router) = router {
                self.mount_elsewhere(call, router, prefix.unwrap_or(""), parent);
            }
        }
    }

    /// `fastify.register(plugin, { prefix })`: the plugin's first parameter is a server below the prefix.
    pub(super) fn mount_plugin(&mut self, call: Node<'tree>, parent: usize) {
        let Some(plugin) = argument(call, 0) else { return };
        let prefix = argument(call, 1).and_then(|options| self.property(options, &["prefix"]));
        let prefix = prefix.and_then(|value| self.path(value)).unwrap_or("").to_owned();
        if self.local.contains_key(self.text_of(plugin)) || self.required_module(plugin).is_some() {
            return self.mount_elsewhere(call, plugin, &prefix, parent);
        }
        let plugin = self.functions.get(self.text_of(plugin)).copied().unwrap_or(plugin);
        let list = plugin.child_by_field_name("parameters").or_else(|| plugin.child_by_field_name("parameter"));
        let Some(list) = list else { return };
        let first = if list.kind() == "identifier" { Some(list) } else { list.named_child(0) };
        let Some(first) = first else { return };
        let name = self.text_of(first.child_by_field_name("pattern").unwrap_or(first));
        let range = plugin.byte_range();
        let existing = self.bindings.iter().position(|binding| binding.name == name && binding.range == range);
        let index = existing.unwrap_or(self.bindings.len());
        if existing.is_none() {
            self.add(name, range, "Fastify", String::new(), None);
        }
        if let Some(binding) = self.bindings.get_mut(index) {
            binding.mounts.push((parent, prefix));
        }
    }
}

/// Whether a middleware for everything lets nobody in who is not signed in, by its name. What only reads a session
/// (`session()`, `passport.session()`) lets everybody in.
pub(super) fn stops_strangers(name: &str) -> bool {
    let name = name.split('(').next().unwrap_or(name);
    let words = words(name);
    let acts =
        ["require", "requires", "ensure", "authenticate", "authenticated", "protect", "authorize", "verify", "check"];
    handler::is_guard(name) && words.iter().any(|word| acts.contains(&word.as_str()))
}
