//! Where the pages of a service lie: a folder of its own with a name for it, with code and with what browsers get.

use super::folders::{Folders, is_product_code};
use super::kinds::Concluded;
use crate::facts::{ComponentKind, File, Language, Role};

/// What browsers get, or what a server makes it from.
const ASSETS: &[&str] = &[
    "css", "scss", "sass", "less", "js", "ts", "html", "gohtml", "tmpl", "heex", "eex", "cshtml", "erb", "jinja", "j2",
    "svg",
];

/// The folder, where the component serves and is something for browsers only besides.
pub(super) fn find(own: &str, concluded: &Concluded, folders: &Folders<'_>, files: &[File]) -> Option<String> {
    let is_besides = concluded.kinds.contains_key(&ComponentKind::Web) && !concluded.main.contains(&ComponentKind::Web);
    if !is_besides {
        return None;
    }
    let index = folders.at(own)?;
    let mut code = None;
    let mut assets = Vec::new();
    for file in files.iter().filter(|file| file.role == Role::Product) {
        let Some(folder) = named(own, file.folder()) else { continue };
        if folders.of(&file.path) != Some(index) {
            continue;
        }
        if ASSETS.contains(&file.extension()) {
            assets.push(folder);
        } else if code.is_none() && is_product_code(file) && file.language != Some(Language::Php) {
            // The folder that a web server serves holds the first page of PHP, and none of the others.
            code = Some(folder);
        }
    }
    code.filter(|folder| assets.contains(folder)).map(str::to_owned)
}

/// The outermost folder with such a name on the way from the component.
fn named<'a>(own: &str, folder: &'a str) -> Option<&'a str> {
    let start = if own.is_empty() { 0 } else { own.len() + 1 };
    let mut end = start;
    for part in folder.get(start..)?.split('/') {
        end += part.len();
        if matches!(part, "ui" | "web" | "webui" | "frontend") || part.ends_with("_web") {
            return folder.get(..end);
        }
        end += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_folder_with_a_name_for_it() {
        assert_eq!(named("", "internal/ui/static/web"), Some("internal/ui"));
        assert_eq!(named("apps/shop", "apps/shop/lib/shop_web/live"), Some("apps/shop/lib/shop_web"));
        assert_eq!(named("web/api", "web/api/src"), None);
        assert_eq!(named("", "internal/build"), None);
    }
}
