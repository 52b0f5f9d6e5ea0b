//! Go: handlers that return an error, and the adapter that makes a handler of the framework of them. The adapter calls the
//! handler and answers for all of them where it failed.

use tree_sitter::Node;

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, ErrorWrapper, File, Language};
use crate::syntax::{Source, descendants, node_text};

/// Finds such adapters.
#[derive(Clone, Copy)]
pub(super) struct GoErrorWrappers;

/// The ends of types of handlers that return an error.
const HANDLERS: &[&str] = &["http.Request) error", "gin.Context) error", "http.Request) *"];

/// What gives an answer.
const ANSWERS: &[&str] = &[
    "http.Error(",
    "WriteHeader(",
    "JSON(",
    "Encode(",
    "rror(w",
    "(w, ",
    "(w,r",
    ", w, r)",
    "(c, ",
    "AbortWithStatus",
    "problem.",
];

impl Extractor for GoErrorWrappers {
    fn name(&self) -> &'static str {
        "go-error-wrappers"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(["ServeHTTP(", "http.HandlerFunc", "gin.HandlerFunc"].map(str::to_owned).to_vec())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language == Some(Language::Go)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        if !text.contains("err != nil") {
            return;
        }
        let Some(tree) = source.tree() else { return };
        let root = tree.root_node();
        let types = named_types(root, text);
        for function in root.named_children(&mut root.walk()) {
            let wrapped = match function.kind() {
                "method_declaration" if name_of(function, text) == "ServeHTTP" || is_of(function, &types, text) => {
                    receiver(function, text)
                }
                "function_declaration" | "method_declaration" => parameter(function, &types, text),
                _ => None,
            };
            if wrapped.is_some_and(|name| answers_for(function, name, text)) {
                let name = name_of(function, text).to_owned();
                found.add(source.span(function.byte_range()), Data::ErrorWrapper(ErrorWrapper { name }));
            }
        }
    }
}

fn name_of<'text>(function: Node<'_>, text: &'text str) -> &'text str {
    function.child_by_field_name("name").map_or("", |name| node_text(name, text))
}

/// Types of the file that are functions of a request which return an error.
fn named_types<'text>(root: Node<'_>, text: &'text str) -> Vec<&'text str> {
    let mut names = Vec::new();
    descendants(root, |node| {
        if node.kind() == "type_spec"
            && let (Some(name), Some(type_)) = (node.child_by_field_name("name"), node.child_by_field_name("type"))
            && is_handler(type_, text)
        {
            names.push(node_text(name, text));
        }
        !node.kind().starts_with("function_declaration")
    });
    names
}

fn is_handler(type_: Node<'_>, text: &str) -> bool {
    let written = node_text(type_, text);
    type_.kind() == "function_type" && HANDLERS.iter().any(|end| written.contains(end))
}

/// The parameter that is such a handler, where what the function gives back answers requests.
fn parameter<'text>(function: Node<'_>, types: &[&str], text: &'text str) -> Option<&'text str> {
    let result = function.child_by_field_name("result").map_or("", |result| node_text(result, text));
    let gives_handler = ["http.Handler", "HandlerFunc", "func(w http", "func(http", "httprouter.Handle"];
    if !gives_handler.iter().any(|part| result.contains(part)) {
        return None;
    }
    let list = function.child_by_field_name("parameters")?;
    list.named_children(&mut list.walk()).find_map(|parameter| {
        let type_ = parameter.child_by_field_name("type")?;
        let written = node_text(type_, text);
        // A type of another file tells by its name; the framework's own handlers return nothing.
        let is_foreign = written.ends_with("Handler") || written.ends_with("HandlerFunc") || written.ends_with("Func");
        let is_named = types.contains(&written) || is_foreign && !written.contains('.');
        (is_named || is_handler(type_, text))
            .then(|| parameter.child_by_field_name("name").map(|name| node_text(name, text)))?
    })
}

/// The name of the receiver of a method.
fn receiver<'text>(method: Node<'_>, text: &'text str) -> Option<&'text str> {
    let list = method.child_by_field_name("receiver")?;
    list.named_child(0)?.child_by_field_name("name").map(|name| node_text(name, text))
}

/// Whether a method is one of a type of handlers: `func (h handler) serve(w …, r …)`.
fn is_of(method: Node<'_>, types: &[&str], text: &str) -> bool {
    let parameter = method.child_by_field_name("receiver").and_then(|list| list.named_child(0));
    let type_ = parameter.and_then(|parameter| parameter.child_by_field_name("type"));
    type_.is_some_and(|type_| types.contains(&node_text(type_, text)))
}

/// `h.handle(w, r)`: a field of the receiver is called with the request.
fn calls_field(text: &str, receiver: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(&format!("{receiver}.")).any(|(at, found)| {
        let field = text.get(at + found.len()..).unwrap_or("");
        !text.get(..at).unwrap_or("").ends_with(is_name) && field.trim_start_matches(is_name).starts_with("(w, r)")
    })
}

/// Whether a function calls what it wraps with the request, and answers where that failed.
fn answers_for(function: Node<'_>, wrapped: &str, text: &str) -> bool {
    let mut answers = false;
    descendants(function, |node| {
        if node.kind() != "if_statement" {
            return !answers;
        }
        let condition = node.child_by_field_name("condition").map_or("", |it| node_text(it, text));
        let body = node.child_by_field_name("consequence").map_or("", |it| node_text(it, text));
        let is_failure = condition.contains("!= nil");
        let before = text.get(function.start_byte()..node.end_byte() - body.len()).unwrap_or("");
        let is_called = [format!("{wrapped}(w, r"), format!("{wrapped}(c)"), format!("{wrapped}(ctx")]
            .iter()
            .chain(&[format!("{wrapped}(rw, r"), format!("{wrapped}(res, req")])
            .any(|call| before.contains(call.as_str()))
            || calls_field(before, wrapped);
        answers |= is_failure && is_called && ANSWERS.iter().any(|answer| body.contains(answer));
        !answers
    });
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrappers(text: &str) -> Vec<String> {
        super::super::wrappers(&GoErrorWrappers, "a.go", text)
    }

    #[test]
    fn an_adapter_answers_for_handlers_that_return_an_error() {
        let text = "package a\ntype apiFunc func(w http.ResponseWriter, r *http.Request) error\n\
            func adapt(h apiFunc) http.HandlerFunc {\n\treturn func(w http.ResponseWriter, r *http.Request) {\n\t\tif err := h(w, r); err != nil {\n\t\t\twriteError(w, err)\n\t\t}\n\t}\n}\n";
        assert_eq!(wrappers(text), ["adapt"]);
        let text = "package a\ntype handler func(http.ResponseWriter, *http.Request) error\n\
            func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {\n\terr := h(w, r)\n\tif err != nil {\n\t\thttp.Error(w, err.Error(), 500)\n\t}\n}\n";
        assert_eq!(wrappers(text), ["ServeHTTP"]);
        let text = "package a\ntype handler func(w http.ResponseWriter, r *http.Request) error\n\
            func (h handler) serve(w http.ResponseWriter, r *http.Request) {\n\tif err := h(w, r); err != nil {\n\t\tanswer(err, w, r)\n\t}\n}\n\
            func adapt(h handler) http.HandlerFunc { return h.serve }\n";
        assert_eq!(wrappers(text), ["serve"]);
        let text = "package a\nfunc Wrap(f func(c *gin.Context) error) gin.HandlerFunc {\n\treturn func(c *gin.Context) {\n\t\tif err := f(c); err != nil {\n\t\t\tc.JSON(500, err)\n\t\t}\n\t}\n}\n";
        assert_eq!(wrappers(text), ["Wrap"]);
    }

    #[test]
    fn middleware_and_handlers_that_answer_for_themselves_wrap_nothing() {
        for text in [
            "package a\nfunc auth(next http.Handler) http.Handler {\n\treturn http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {\n\t\tif err := check(r); err != nil {\n\t\t\thttp.Error(w, \"no\", 401)\n\t\t\treturn\n\t\t}\n\t\tnext.ServeHTTP(w, r)\n\t})\n}\n",
            "package a\nfunc (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {\n\tif err := s.load(); err != nil {\n\t\thttp.Error(w, \"no\", 500)\n\t}\n}\n",
            "package a\nfunc (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {\n\ts.log()\n\tif err := parse(w, r); err != nil {\n\t\thttp.Error(w, \"no\", 400)\n\t}\n}\n",
            "package a\nfunc adapt(h func(w http.ResponseWriter, r *http.Request) error) http.HandlerFunc {\n\treturn func(w http.ResponseWriter, r *http.Request) {\n\t\tif err := h(w, r); err != nil {\n\t\t\tlog.Println(err)\n\t\t}\n\t}\n}\n",
        ] {
            assert_eq!(wrappers(text), [""; 0], "{text}");
        }
    }
}
