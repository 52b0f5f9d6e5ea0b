//! Classes that controllers extend, whose routes are the prefixes of theirs.

use crate::extract::Found;
use crate::facts::{Data, INHERITED, RouterMount};
use crate::syntax::Source;

/// What stands for the controller's name in a route.
pub(super) const OWN_NAME: &str = "[controller]";

/// A class that controllers extend, as a router that they are on: with their names in its prefix, or without.
pub(super) fn inherited(class: &str, is_open: bool, by_name: bool) -> String {
    format!("{}{class}{}", if by_name { INHERITED } else { "" }, if is_open { " open" } else { "" })
}

/// `[Route("api/[controller]")] public abstract class BaseApiController`: the prefix of those that extend it.
pub(super) fn find(source: &Source<'_>, found: &mut Found<'_>) {
    let (text, code) = (source.text(), source.code());
    for (at, sign) in text.match_indices("Route(\"") {
        let head = code.get(at..).and_then(|rest| rest.split('{').next()).unwrap_or("");
        let Some((modifiers, name)) = head.split_once("class ") else { continue };
        let name = name.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
        if !name.contains("Controller") || !modifiers.contains("abstract ") && !name.contains("Base") {
            continue;
        }
        let path = text.get(at + sign.len()..).and_then(|rest| rest.split('"').next()).unwrap_or("");
        let by_name = path.contains(OWN_NAME);
        let prefix = path.split(OWN_NAME).next().unwrap_or(path);
        let around = text.get(..at + head.len()).unwrap_or("");
        let is_private = around.rsplit(['}', ';']).next().unwrap_or("").contains("[Authorize");
        for is_open in [false, true] {
            let data = RouterMount {
                module: String::new(),
                router: inherited(name, is_open, by_name),
                prefix: prefix.to_owned(),
                needs_login: is_private && !is_open,
                on: String::new(),
            };
            found.add(source.span(at..at + sign.len()), Data::RouterMount(data));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::code::route::csharp::CSharpRoutes;
    use crate::extract::code::testing;
    use crate::facts::Data;

    #[test]
    fn controllers_get_the_prefix_of_their_class_elsewhere() {
        let mounts = |text: &str| -> Vec<String> {
            let facts = testing::facts(&CSharpRoutes, "src/Base.cs", text).into_iter();
            facts
                .filter_map(|fact| match fact.data {
                    Data::RouterMount(it) => Some(format!("{} {} {}", it.router, it.prefix, it.needs_login)),
                    _ => None,
                })
                .collect()
        };
        let base =
            "[Authorize]\n[Route(\"api/[controller]\")]\npublic abstract class BaseController : ControllerBase { }\n";
        assert_eq!(mounts(base), ["class BaseController api/ true", "class BaseController open api/ false"]);
        let plain = "[Route(\"v1\")]\npublic class ApiBaseController : ControllerBase { }\n";
        assert_eq!(mounts(plain), ["ApiBaseController v1 false", "ApiBaseController open v1 false"]);
        let own = "[Route(\"v1\")]\npublic class OrdersController : ControllerBase { }\n";
        assert_eq!(mounts(own), [""; 0]);
    }
}
