//! Annotations of declarations, as they are written: `@GetMapping("/health")`, `@Path(value = BASE + "/x")`. Java and Kotlin
//! write them alike, so one reader of their text serves both.

/// An annotation.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Annotation<'text> {
    /// Its name without its package.
    pub(super) name: &'text str,
    /// What stands between its parentheses.
    arguments: &'text str,
}

/// The annotations at the start of a text.
pub(super) fn annotations(text: &str) -> Vec<Annotation<'_>> {
    let mut list = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        rest = rest.get(at + 1..).unwrap_or("");
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | ':'))).unwrap_or(rest.len());
        let full = rest.get(..end).unwrap_or("");
        let name = full.rsplit(['.', ':']).next().unwrap_or(full);
        rest = rest.get(end..).unwrap_or("");
        let arguments = rest.strip_prefix('(').map_or("", |inner| inner.get(..closing(inner)).unwrap_or(""));
        rest = rest.get(arguments.len()..).unwrap_or("");
        list.push(Annotation { name, arguments });
    }
    list
}

/// Where the parenthesis closes that is open at the start of a text.
fn closing(text: &str) -> usize {
    let mut depth = 1_usize;
    let mut is_string = false;
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_string = !is_string,
            b'(' if !is_string => depth += 1,
            b')' if !is_string => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

impl<'text> Annotation<'text> {
    /// The paths that it gives: every text of `value`, `path` or `uri`, or without a key. Of a sum, its last text; of the
    /// name of a constant, what `constant` says.
    pub(super) fn paths(&self, constant: impl Fn(&str) -> Option<&'text str>) -> Vec<&'text str> {
        let mut paths = Vec::new();
        let mut key = "";
        for part in split(self.arguments) {
            let value = match part.split_once('=') {
                Some((name, value)) if !name.contains('"') => {
                    key = name.trim();
                    value
                }
                _ => part,
            };
            if !matches!(key, "" | "value" | "path" | "uri" | "uris") {
                continue;
            }
            match value.rsplit('"').nth(1) {
                Some(text) => paths.push(text),
                None => paths.extend(constant(value.trim_matches([' ', '\n', '{', '}', '[', ']']))),
            }
        }
        paths
    }

    /// What stands between its parentheses.
    pub(super) fn text(&self) -> &'text str {
        self.arguments
    }
}

/// The parts between commas outside of strings.
fn split(text: &str) -> Vec<&str> {
    let mut is_string = false;
    text.split(|c: char| {
        is_string ^= c == '"';
        c == ',' && !is_string
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<(&str, Vec<&str>)> {
        let constant = |name: &str| (name == "Paths.HEALTH").then_some("/health");
        annotations(text).iter().map(|it| (it.name, it.paths(constant))).collect()
    }

    #[test]
    fn names_and_paths() {
        assert_eq!(
            paths("@RestController\n@org.x.RequestMapping(value = \"/api\", produces = \"a/b\") public"),
            [("RestController", vec![]), ("RequestMapping", vec!["/api"])]
        );
        assert_eq!(paths("@GetMapping({\"/a\", \"/b\"})"), [("GetMapping", vec!["/a", "/b"])]);
        assert_eq!(paths("@GetMapping(value = [\"/a\", \"/b\"])"), [("GetMapping", vec!["/a", "/b"])]);
        assert_eq!(paths("@Path(BASE + \"/x\")"), [("Path", vec!["/x"])]);
        assert_eq!(paths("@GetMapping(Paths.HEALTH)"), [("GetMapping", vec!["/health"])]);
        assert_eq!(
            paths("@PreAuthorize(\"hasRole('A)')\") @GET"),
            [("PreAuthorize", vec!["hasRole('A)')"]), ("GET", vec![])]
        );
    }
}
