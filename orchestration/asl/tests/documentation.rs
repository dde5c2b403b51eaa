//! Every public item is shown in an example: in its own, or in that of an item that its documentation links to.
//!
//! An example shows a function or a constant only if a line of it that readers see names it; that of a type may show it
//! in use. Modules, fields, variants and what an implementation of a trait must have need none.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{Attribute, Expr, ImplItem, Lit, Meta, Type, Visibility};

/// Items that no example can show, and why.
const EXCEPTIONS: [(&str, &str); 2] = [
    ("Record", "only the code that the derives make is given one"),
    (
        "Record::field",
        "only the code that the derives make is given one",
    ),
];

/// What readers see of the crate.
struct Item {
    /// `Task::then` for a method.
    path: String,
    docs: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Module,
    Type,
    /// A function or a constant.
    Value,
}

impl Item {
    fn name(&self) -> &str {
        self.path.rsplit("::").next().unwrap()
    }

    /// The lines of its examples that readers see.
    fn example(&self) -> String {
        let mut example = String::new();
        let mut fence = None;
        for line in self.docs.lines().map(str::trim) {
            match (line.strip_prefix("```"), fence) {
                (Some(_), Some(_)) => fence = None,
                (Some(language), None) => fence = Some(matches!(language, "" | "rust" | "no_run")),
                (None, Some(true)) if !line.starts_with("# ") && line != "#" => {
                    example.push_str(line);
                    example.push('\n');
                }
                _ => {}
            }
        }
        example
    }

    fn shows(&self, name: &str) -> bool {
        let letters = |letter: char| letter.is_alphanumeric() || letter == '_';
        self.example()
            .split(|letter| !letters(letter))
            .any(|word| word == name)
    }

    /// Where the links of its documentation lead.
    fn links(&self) -> Vec<String> {
        let mut links = Vec::new();
        for (start, _) in self.docs.match_indices('[') {
            let rest = &self.docs[start + 1..];
            let Some((text, behind)) = rest.split_once(']') else {
                continue;
            };
            let target = behind.strip_prefix('(').and_then(|target| target.split_once(')'));
            let target = target.map_or(text, |(target, _)| target);
            let owner = self.path.split("::").next().unwrap();
            let target = target.trim_matches('`').replace("Self", owner);
            let target = target.trim_start_matches("macro@").trim_end_matches("()");
            let parts = target
                .split("::")
                .filter(|part| !["crate", "super"].contains(part));
            links.push(parts.collect::<Vec<_>>().join("::"));
        }
        links
    }
}

fn docs(attributes: &[Attribute]) -> String {
    let mut docs = String::new();
    for attribute in attributes {
        if let Meta::NameValue(meta) = &attribute.meta
            && meta.path.is_ident("doc")
            && let Expr::Lit(text) = &meta.value
            && let Lit::Str(text) = &text.lit
        {
            docs.push_str(&text.value());
            docs.push('\n');
        }
    }
    docs
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(meta) => meta.path.is_ident("doc") && meta.tokens.to_string() == "hidden",
        _ => false,
    })
}

/// What a derive is called, if the function is one.
fn derived(attributes: &[Attribute]) -> Option<Ident> {
    let derive = attributes
        .iter()
        .find(|attribute| attribute.path().is_ident("proc_macro_derive"))?;
    let Meta::List(meta) = &derive.meta else {
        return None;
    };
    match meta.tokens.clone().into_iter().next()? {
        TokenTree::Ident(name) => Some(name),
        _ => None,
    }
}

/// What a macro of ours makes: the names that stand behind a doc comment.
fn made(tokens: TokenStream) -> Vec<Item> {
    let mut items = Vec::new();
    let mut docs = String::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let tokens: Vec<_> = group.stream().into_iter().collect();
                if let [TokenTree::Ident(doc), _, TokenTree::Literal(text)] = &tokens[..]
                    && doc == "doc"
                {
                    let text: syn::LitStr = syn::parse_str(&text.to_string()).unwrap();
                    docs.push_str(&text.value());
                    docs.push('\n');
                }
            }
            TokenTree::Ident(name) if !docs.is_empty() => {
                items.push(Item {
                    path: name.to_string(),
                    docs: std::mem::take(&mut docs),
                    kind: Kind::Type,
                });
            }
            _ => {}
        }
    }
    items
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            paths.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            paths.push(path);
        }
    }
    paths.sort();
    paths
}

/// The public items of a file. What is public there can be reached: `unreachable_pub` sees to it.
fn items_of(file: syn::File, module: &str) -> Vec<Item> {
    let mut items = vec![Item {
        path: module.to_owned(),
        docs: docs(&file.attrs),
        kind: Kind::Module,
    }];
    for item in file.items {
        let (kind, visibility, name, attributes) = match item {
            syn::Item::Const(item) => (Kind::Value, item.vis, item.ident, item.attrs),
            syn::Item::Enum(item) => (Kind::Type, item.vis, item.ident, item.attrs),
            syn::Item::Fn(item) => match derived(&item.attrs) {
                Some(name) => (Kind::Type, item.vis, name, item.attrs),
                None => (Kind::Value, item.vis, item.sig.ident, item.attrs),
            },
            syn::Item::Struct(item) => (Kind::Type, item.vis, item.ident, item.attrs),
            syn::Item::Trait(item) => {
                items.extend(provided_methods(&item));
                (Kind::Type, item.vis, item.ident, item.attrs)
            }
            syn::Item::Type(item) => (Kind::Type, item.vis, item.ident, item.attrs),
            syn::Item::Impl(item) if item.trait_.is_none() => {
                items.extend(methods(item));
                continue;
            }
            syn::Item::Macro(item) if item.ident.is_none() => {
                items.extend(made(item.mac.tokens));
                continue;
            }
            _ => continue,
        };
        if matches!(visibility, Visibility::Public(_)) && !is_hidden(&attributes) {
            items.push(Item {
                path: name.to_string(),
                docs: docs(&attributes),
                kind,
            });
        }
    }
    items
}

fn methods(item: syn::ItemImpl) -> Vec<Item> {
    let Type::Path(owner) = *item.self_ty else {
        return Vec::new();
    };
    let owner = &owner.path.segments.last().unwrap().ident;
    let members = item.items.into_iter().filter_map(|member| match member {
        ImplItem::Fn(member) => Some((member.vis, member.sig.ident, member.attrs)),
        ImplItem::Const(member) => Some((member.vis, member.ident, member.attrs)),
        _ => None,
    });
    members
        .filter(|(visibility, _, attributes)| {
            matches!(visibility, Visibility::Public(_)) && !is_hidden(attributes)
        })
        .map(|(_, name, attributes)| Item {
            path: format!("{owner}::{name}"),
            docs: docs(&attributes),
            kind: Kind::Value,
        })
        .collect()
}

/// The methods that a trait provides and its documentation shows.
fn provided_methods(item: &syn::ItemTrait) -> Vec<Item> {
    let methods = item.items.iter().filter_map(|member| match member {
        syn::TraitItem::Fn(member) if member.default.is_some() => Some(member),
        _ => None,
    });
    methods
        .map(|method| Item {
            path: format!("{}::{}", item.ident, method.sig.ident),
            docs: docs(&method.attrs),
            kind: Kind::Value,
        })
        .collect()
}

/// The public items of the crate and of its derives.
fn items() -> Vec<Item> {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = sources(&crate_folder.join("src"));
    paths.push(crate_folder.join("../asl-macros/src/lib.rs"));
    let files = paths.into_iter().map(|path| {
        let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
        (path, file)
    });
    let mut files: Vec<_> = files.collect();
    let hidden: Vec<_> = files
        .iter()
        .flat_map(|(path, file)| hidden_modules(path, file))
        .collect();
    files.retain(|(path, _)| !hidden.contains(path));
    let items = files
        .into_iter()
        .flat_map(|(path, file)| items_of(file, path.file_stem().unwrap().to_str().unwrap()));
    items.collect()
}

/// The files of the modules that are declared in `file` and hidden from the documentation.
fn hidden_modules(path: &Path, file: &syn::File) -> Vec<PathBuf> {
    let folder = match path.file_stem().unwrap().to_str().unwrap() {
        "lib" => path.parent().unwrap().to_owned(),
        _ => path.with_extension(""),
    };
    let modules = file.items.iter().filter_map(|item| match item {
        syn::Item::Mod(module) if is_hidden(&module.attrs) => {
            Some(folder.join(format!("{}.rs", module.ident)))
        }
        _ => None,
    });
    modules.collect()
}

fn is_shown(item: &Item, all: &[Item]) -> bool {
    let links = item.links();
    let linked = all.iter().filter(|other| links.contains(&other.path));
    let mut examples = linked.chain([item]);
    match item.kind {
        Kind::Value => examples.any(|other| other.shows(item.name())),
        Kind::Type | Kind::Module => examples.any(|other| !other.example().is_empty()),
    }
}

#[test]
fn every_public_item_is_shown_in_an_example() {
    let all = items();

    let unshown: Vec<_> = all
        .iter()
        .filter(|item| item.kind != Kind::Module && !is_shown(item, &all))
        .map(|item| item.path.as_str())
        .filter(|path| !EXCEPTIONS.iter().any(|(exception, _)| exception == path))
        .collect();

    assert!(unshown.is_empty(), "no example shows:\n{}", unshown.join("\n"));
}

#[test]
fn every_exception_is_still_needed() {
    let all = items();

    for (exception, _) in EXCEPTIONS {
        let item = all.iter().find(|item| item.path == exception);

        assert!(item.is_some_and(|item| !is_shown(item, &all)), "{exception}");
    }
}
