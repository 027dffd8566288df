//! Structured warnings gathered on the way: nothing is lost or repaired silently.

use std::cell::RefCell;
use std::rc::Rc;

/// How much a note matters to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// May change what the reader decides.
    Warning,
}

/// One thing that was left out, repaired, or done in another way than asked.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// Stable code, lower case with dashes; front ends translate by it.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// The product it is about; none for the whole shop.
    pub product: Option<String>,
    /// How many rows, products or periods it is about.
    pub count: Option<u64>,
    /// Named arguments for translated messages.
    pub args: Vec<(String, String)>,
    /// One English sentence.
    pub text: String,
}

impl Note {
    /// A note worth knowing.
    pub fn info(code: &str, text: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            severity: Severity::Info,
            product: None,
            count: None,
            args: Vec::new(),
            text: text.into(),
        }
    }

    /// A note that may change a decision.
    pub fn warning(code: &str, text: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::info(code, text) }
    }

    /// Says which product it is about.
    #[must_use]
    pub fn product(mut self, product: impl Into<String>) -> Self {
        self.product = Some(product.into());
        self
    }

    /// Says how many.
    #[must_use]
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    /// Adds a named argument for translated messages.
    #[must_use]
    pub fn arg(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.args.push((name.into(), value.to_string()));
        self
    }
}

/// A shared, growing list of notes. Cloning shares the list.
#[derive(Debug, Clone, Default)]
pub struct Notes(Rc<RefCell<Vec<Note>>>);

impl Notes {
    /// Adds a note.
    pub fn add(&self, note: Note) {
        self.0.borrow_mut().push(note);
    }

    /// Adds a note, unless there is one of its code and product already.
    pub fn add_once(&self, note: Note) {
        let mut notes = self.0.borrow_mut();
        if !notes.iter().any(|known| known.code == note.code && known.product == note.product) {
            notes.push(note);
        }
    }

    /// Takes all notes, in the order they were added.
    pub fn take(&self) -> Vec<Note> {
        std::mem::take(&mut self.0.borrow_mut())
    }
}
