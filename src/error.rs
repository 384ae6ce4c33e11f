//! Errors for people.

/// What is wrong, where, and what to do about it, in one line.
///
/// Every error of this crate is bad input or a failing environment (exit status 2). A refuted theorem or a deviating subject is a
/// value, never an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

/// A result whose error is a line for people.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error with this message; line breaks become spaces.
    pub fn new(message: impl AsRef<str>) -> Self {
        Error(message.as_ref().split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
