//! The one error of the crate: what happened, where, and what to do about it.

use std::fmt;

/// Result of every fallible function of the crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of thing went wrong; callers ask the predicates of [`Error`] instead of matching strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file or data cannot be used as it is.
    Input,
    /// An option or argument is wrong.
    Usage,
    /// The user stopped the work.
    Cancelled,
    /// The graphics device is gone or refused the work; the same work can go on on the CPU.
    Device,
    /// Not enough memory for the request.
    Memory,
    /// A broken promise inside the crate.
    Internal,
}

/// Where in the input the trouble is; records count from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// File name, if one is known.
    pub file: Option<String>,
    /// Record number in the file, the header included, from 1.
    pub record: Option<u64>,
    /// Column header, or its number from 1 where there is no header.
    pub column: Option<String>,
}

/// One opaque error: a kind, a stable code with arguments (front ends translate by them), an English sentence that
/// says what we got, a remedy, a position and the chain of contexts it passed through.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Inner {
    kind: ErrorKind,
    code: String,
    message: String,
    remedy: String,
    args: Vec<(String, String)>,
    position: Position,
    context: Vec<String>,
}

impl Error {
    /// A new error. `code` is stable, lower case with dashes; `message` is one English sentence without a final stop.
    pub fn new(kind: ErrorKind, code: &str, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            code: code.to_owned(),
            message: message.into(),
            remedy: String::new(),
            args: Vec::new(),
            position: Position::default(),
            context: Vec::new(),
        }))
    }

    /// Unusable input.
    pub fn input(code: &str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, code, message)
    }

    /// A wrong option or argument.
    pub fn usage(code: &str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, code, message)
    }

    /// Trouble with the graphics device.
    pub fn device(code: &str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Device, code, message)
    }

    /// A broken promise inside the crate.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, "internal", message)
    }

    /// The user stopped the work.
    pub fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, "cancelled", "stopped by the user")
    }

    /// Adds what the user can do about it.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.0.remedy = remedy.into();
        self
    }

    /// Adds a named argument for translated messages.
    #[must_use]
    pub fn arg(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.0.args.push((name.to_owned(), value.to_string()));
        self
    }

    /// Sets the place in the input.
    #[must_use]
    pub fn at(mut self, position: Position) -> Self {
        self.0.position = position;
        self
    }

    /// Sets the file name in the position, unless one is there.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        self.0.position.file.get_or_insert_with(|| file.to_owned());
        self
    }

    /// Adds what was being done when it happened, outermost last.
    #[must_use]
    pub fn context(mut self, doing: impl Into<String>) -> Self {
        self.0.context.push(doing.into());
        self
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Stable code, lower case with dashes.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The English sentence, without position, remedy or context.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What the user can do, may be empty.
    pub fn remedy_text(&self) -> &str {
        &self.0.remedy
    }

    /// Named arguments for translated messages.
    pub fn args(&self) -> &[(String, String)] {
        &self.0.args
    }

    /// Where in the input.
    pub fn position(&self) -> &Position {
        &self.0.position
    }

    /// Whether the user stopped the work.
    pub fn is_cancelled(&self) -> bool {
        self.0.kind == ErrorKind::Cancelled
    }

    /// Whether the same work can go on on the CPU.
    pub fn is_device(&self) -> bool {
        self.0.kind == ErrorKind::Device
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { message, remedy, position, context, .. } = &*self.0;
        for doing in context.iter().rev() {
            write!(f, "{doing}: ")?;
        }
        f.write_str(message)?;
        let mut places = Vec::new();
        if let Some(file) = &position.file {
            places.push(file.clone());
        }
        if let Some(record) = position.record {
            places.push(format!("record {record}"));
        }
        if let Some(column) = &position.column {
            places.push(format!("column \"{column}\""));
        }
        if !places.is_empty() {
            write!(f, " ({})", places.join(", "))?;
        }
        if !remedy.is_empty() {
            write!(f, "; {remedy}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_where_and_what_to_do() {
        let error = Error::input("no-date-column", "no column holds dates")
            .remedy("export the orders report")
            .at(Position { file: Some("a.csv".into()), record: Some(1), column: None })
            .context("reading");
        assert_eq!(error.to_string(), "reading: no column holds dates (a.csv, record 1); export the orders report");
        assert!(!error.is_cancelled());
    }
}
