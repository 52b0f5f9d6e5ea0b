//! Names that a tsconfig gives to folders of the repository: how members of an Nx workspace import each other.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, ModuleAlias};
use crate::syntax::Source;
use crate::syntax::shell::join_path;

pub(super) struct Aliases;

impl Extractor for Aliases {
    fn name(&self) -> &'static str {
        "module-alias"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["\"paths\"".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        let name = file.name();
        file.role.is_written() && file.extension() == "json" && (name.contains("tsconfig") || name.contains("jsconfig"))
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some(options) = source.json().ok().and_then(|root| root.get("compilerOptions")) else { return };
        let base = options.get("baseUrl").and_then(|base| base.text()).unwrap_or(".");
        let Some(paths) = options.get("paths") else { return };
        for (key, targets) in paths.entries() {
            let Some(pattern) = key.text().filter(|pattern| *pattern != "*") else { continue };
            let target = targets.texts().into_iter().find_map(|target| join(source.file.folder(), base, target));
            if let Some(target) = target {
                found.add(key.span, Data::ModuleAlias(ModuleAlias { pattern: pattern.to_owned(), target }));
            }
        }
    }
}

/// A target as a path of the repository, `None` where it leaves it.
fn join(folder: &str, base: &str, target: &str) -> Option<String> {
    let path = join_path(&join_path(folder, base), target);
    (!path.starts_with("..")).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_paths_of_the_repository() {
        assert_eq!(join("apps/web", "..", "../libs/ui/src/index.ts").as_deref(), Some("libs/ui/src/index.ts"));
        assert_eq!(join("", ".", "libs/ui/*").as_deref(), Some("libs/ui/*"));
        assert_eq!(join("apps", ".", "../../x"), None);
    }
}
