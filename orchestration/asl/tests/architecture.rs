//! Dependencies between the folders of the crate point in one direction.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use syn::{Item, UseTree};

/// The folders, and those that each may import from besides itself.
const ALLOWED: [(&str, &[&str]); 4] = [
    ("values", &[]),
    ("steps", &["values"]),
    ("services", &["values", "steps"]),
    ("compiler", &["values", "steps"]),
];

/// The paths that a `use` imports, such as `[crate, steps, Step]`.
fn paths(tree: &UseTree, before: &[String]) -> Vec<Vec<String>> {
    let with = |name: String| [before, &[name]].concat();
    match tree {
        UseTree::Path(path) => paths(&path.tree, &with(path.ident.to_string())),
        UseTree::Group(group) => group.items.iter().flat_map(|tree| paths(tree, before)).collect(),
        UseTree::Name(name) => vec![with(name.ident.to_string())],
        UseTree::Rename(rename) => vec![with(rename.ident.to_string())],
        UseTree::Glob(_) => vec![with("*".to_owned())],
    }
}

fn imports(file: &Path) -> Vec<Vec<String>> {
    let items = syn::parse_file(&fs::read_to_string(file).unwrap()).unwrap().items;
    let uses = items.iter().filter_map(|item| match item {
        Item::Use(item) => Some(paths(&item.tree, &[])),
        _ => None,
    });
    uses.flatten().collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    files.collect()
}

#[test]
fn folders_depend_in_one_direction() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    // What a folder exports is imported by its name at the root of the crate.
    let mut home = HashMap::new();
    for (folder, _) in ALLOWED {
        home.insert(folder.to_owned(), folder);
        let exports = imports(&source.join(folder).with_extension("rs"));
        home.extend(
            exports
                .into_iter()
                .map(|path| (path.last().unwrap().clone(), folder)),
        );
    }

    let mut wrong = Vec::new();
    for (folder, allowed) in ALLOWED {
        for file in files(&source.join(folder)) {
            for path in imports(&file).into_iter().filter(|path| path[0] == "crate") {
                let from = home.get(&path[1]).copied();
                if !from.is_some_and(|from| from == folder || allowed.contains(&from)) {
                    wrong.push(format!("{} imports {}", file.display(), path.join("::")));
                }
            }
        }
    }

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
