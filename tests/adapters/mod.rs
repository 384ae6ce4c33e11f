//! Adapters for tests, as small Python programs.

use std::path::Path;

/// The command that runs one of the programs beside this file.
pub fn python(program: &str, arguments: &[&str]) -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/adapters").join(program);
    let words = ["python3".to_string(), file.to_string_lossy().into_owned()];
    words.into_iter().chain(arguments.iter().map(|word| word.to_string())).collect()
}
