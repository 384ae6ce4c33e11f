//! The adapters that come with gradproof: a folder with a script an adapter, and `install.sh`, which gives each an environment.

use crate::{Error, Result};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Those of the program that cargo builds.
const RUST: [&str; 2] = ["burn", "candle"];
/// Names the folder of the adapters.
const VARIABLE: &str = "GRADPROOF_ADAPTERS";

/// The command that starts the adapter of this name.
///
/// # Errors
/// If there is no such adapter, or if it is not installed.
pub fn command(name: &str) -> Result<Vec<String>> {
    command_in(&folder()?, name)
}

/// The names of the adapters that are installed, in alphabetical order.
///
/// # Errors
/// If there is no folder of adapters.
pub fn installed() -> Result<Vec<String>> {
    let folder = folder()?;
    Ok(names(&folder).into_iter().filter(|name| command_in(&folder, name).is_ok()).collect())
}

/// The folder that a variable names, or the next one upwards, or that of this crate's sources.
fn folder() -> Result<PathBuf> {
    let holds = |folder: &PathBuf| folder.join("install.sh").is_file();
    if let Some(named) = std::env::var_os(VARIABLE).map(PathBuf::from) {
        let absolute = std::path::absolute(&named).ok().filter(holds);
        let lacks = || Error::new(format!("{VARIABLE} names '{}', which holds no install.sh", named.display()));
        return absolute.ok_or_else(lacks);
    }
    let here = std::env::current_dir().unwrap_or_default();
    let around = here.ancestors().chain([Path::new(env!("CARGO_MANIFEST_DIR"))]).map(|place| place.join("adapters"));
    let none = || Error::new(format!("no folder 'adapters' from here upwards; {VARIABLE} can name gradproof's"));
    around.into_iter().find(holds).ok_or_else(none)
}

/// All that could be installed.
fn names(folder: &Path) -> Vec<String> {
    let script = |path: PathBuf| {
        let known = ["py", "mjs"].map(OsStr::new).map(Some).contains(&path.extension());
        known.then(|| path.file_stem().map(|stem| stem.to_string_lossy().into_owned())).flatten()
    };
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let built = RUST.iter().filter(|_| folder.join("rust").is_dir()).map(|name| name.to_string());
    let mut names: Vec<String> = files.filter_map(script).chain(built).collect();
    names.sort();
    names
}

fn command_in(folder: &Path, name: &str) -> Result<Vec<String>> {
    let names = names(folder);
    if !names.iter().any(|known| known == name) {
        return Err(Error::new(format!("there is no adapter '{name}'; there are: {}", names.join(", "))));
    }
    let environment = if RUST.contains(&name) { "rust" } else { name };
    let root = folder.join(".env").join(environment);
    let [python, javascript] = ["py", "mjs"].map(|kind| folder.join(name).with_extension(kind));
    // install.sh writes the stamp when all is there.
    let (there, words) = if environment == "rust" {
        let program = root.join("bin/gradproof-rust");
        (program.is_file(), vec![text(&program), name.into()])
    } else if python.is_file() {
        // -P: a script that is called like its framework must not be imported in its place.
        let interpreter = root.join("bin/python");
        (interpreter.exists() && stamped(&root, name), vec![text(&interpreter), "-P".into(), text(&python)])
    } else {
        (stamped(&root, name), vec!["node".into(), text(&javascript)])
    };
    match there {
        true => Ok(words),
        false => Err(Error::new(format!(
            "the adapter '{name}' is not installed: run {} {environment}{}",
            text(&folder.join("install.sh")),
            disk(folder, environment)
        ))),
    }
}

fn stamped(root: &Path, name: &str) -> bool {
    root.join("installed").join(name).is_file()
}

/// What it takes, as its list of requirements says.
fn disk(folder: &Path, name: &str) -> String {
    let list = std::fs::read_to_string(folder.join("requirements").join(name).with_extension("txt")).unwrap_or_default();
    let said = list.lines().find_map(|line| line.strip_prefix("# disk: "));
    said.map(|said| format!(" (takes {said})")).unwrap_or_default()
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of adapters in which torch and tfjs are complete, jax is half installed, and keras is not.
    fn adapters() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "install.sh",
            "torch.py",
            "jax.py",
            "keras.py",
            "tfjs.mjs",
            "protocol/gradproof_adapter.py",
            "rust/Cargo.toml",
            ".env/torch/bin/python",
            ".env/torch/installed/torch",
            ".env/jax/bin/python",
            ".env/tfjs/installed/tfjs",
            ".env/rust/bin/gradproof-rust",
        ] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        std::fs::create_dir(folder.path().join("requirements")).unwrap();
        std::fs::write(folder.path().join("requirements/jax.txt"), "# disk: 600 MB\njax==1\n").unwrap();
        folder
    }

    #[test]
    fn what_is_installed_has_its_command() {
        let folder = adapters();
        let root = text(folder.path());
        let command = |name| command_in(folder.path(), name).unwrap().join(" ");
        assert_eq!(command("torch"), format!("{root}/.env/torch/bin/python -P {root}/torch.py"));
        assert_eq!(command("tfjs"), format!("node {root}/tfjs.mjs"));
        assert_eq!(command("candle"), format!("{root}/.env/rust/bin/gradproof-rust candle"));
    }

    #[test]
    fn what_is_not_installed_says_how_to() {
        let folder = adapters();
        let root = text(folder.path());
        let error = |name| command_in(folder.path(), name).unwrap_err().to_string();
        assert_eq!(error("jax"), format!("the adapter 'jax' is not installed: run {root}/install.sh jax (takes 600 MB)"));
        assert_eq!(error("keras"), format!("the adapter 'keras' is not installed: run {root}/install.sh keras"));
        assert_eq!(error("../torch"), "there is no adapter '../torch'; there are: burn, candle, jax, keras, tfjs, torch");
        std::fs::remove_dir_all(folder.path().join(".env/rust")).unwrap();
        assert_eq!(error("burn"), format!("the adapter 'burn' is not installed: run {root}/install.sh rust"));
    }
}
