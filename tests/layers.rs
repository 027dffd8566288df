//! The crate reads top to bottom in the order data flows: a module uses only modules that stand above it in `lib.rs`.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

type Outcome = Result<(), Box<dyn Error>>;

#[test]
fn modules_use_only_what_stands_above_them() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let order = module_order(&fs::read_to_string(root.join("lib.rs"))?);
    assert!(order.len() > 10, "lib.rs lists its modules: {order:?}");

    let mut wrong = Vec::new();
    let mut uses_seen = 0;
    for (place, module) in order.iter().enumerate() {
        for file in sources_of(&root, module)? {
            let text = fs::read_to_string(&file)?;
            for used in used_modules(&text, &order) {
                uses_seen += 1;
                let below = order.iter().position(|name| *name == used).is_some_and(|at| at > place);
                if below {
                    wrong.push(format!(
                        "{} uses crate::{used}, which stands below `{module}` in lib.rs",
                        file.display()
                    ));
                }
            }
        }
    }
    assert!(uses_seen > 20, "only {uses_seen} uses found: the reader below is broken");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn the_reader_sees_every_way_of_naming_a_module() {
    let order = ["error", "panel", "session"].map(String::from).to_vec();
    let seen = |text: &str| used_modules(text, &order).into_iter().collect::<Vec<_>>();
    assert_eq!(seen("use crate::session::Shop;"), ["session"]);
    assert_eq!(seen("use crate::{error::Error, session};"), ["error", "session"]);
    assert_eq!(seen("use crate::{\n    error::{Error, Result},\n    panel::Panel,\n};"), ["error", "panel"]);
    assert_eq!(seen("let shop = crate::session::open();"), ["session"]);
    assert_eq!(seen("/// See [`crate::session`].\n// crate::session"), [""; 0], "words about a module use nothing");
    assert_eq!(seen("use crate::Result;"), [""; 0]);
}

/// Names of the modules in the order of their declarations.
fn module_order(lib: &str) -> Vec<String> {
    lib.lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod ").or_else(|| line.trim().strip_prefix("mod ")))
        .filter_map(|rest| rest.strip_suffix(';'))
        .map(String::from)
        .collect()
}

fn sources_of(root: &Path, module: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    let single = root.join(format!("{module}.rs"));
    if single.exists() {
        files.push(single);
    }
    let mut folders = vec![root.join(module)];
    while let Some(folder) = folders.pop() {
        if !folder.exists() {
            continue;
        }
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "module {module} has no file");
    Ok(files)
}

/// Modules named after `crate::`, alone or in a brace list; comments and unit tests (at the end of a file) do not count.
fn used_modules(text: &str, order: &[String]) -> BTreeSet<String> {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let code: String =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let mut used = BTreeSet::new();
    for (start, _) in code.match_indices("crate::") {
        let rest = &code[start + "crate::".len()..];
        let names = match rest.strip_prefix('{') {
            Some(list) => top_level_names(list),
            None => vec![first_word(rest)],
        };
        used.extend(names.into_iter().filter(|name| order.contains(name)));
    }
    used
}

/// First names of the entries of a brace list that has just been opened.
fn top_level_names(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut entry_start) = (0, 0);
    for (place, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(first_word(&list[entry_start..place]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(first_word(&list[entry_start..place]));
                entry_start = place + 1;
            }
            _ => {}
        }
    }
    names
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}
