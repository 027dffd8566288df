//! The one error of the crate, in the words of the crates that read orders: a code, a sentence, a remedy.

use std::fmt;

/// Result of every fallible function of the crate.
pub type Result<T, E = Trouble> = std::result::Result<T, E>;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Stable code, lower case with dashes.
    pub code: &'static str,
    /// English sentence without a final stop.
    pub message: String,
    /// What the user can do.
    pub remedy: &'static str,
    /// Named arguments for translated messages.
    pub args: Vec<(&'static str, String)>,
    /// Member of an archive that it is about.
    pub member: Option<String>,
}

impl Trouble {
    pub(crate) fn new(code: &'static str, message: impl Into<String>, remedy: &'static str) -> Self {
        Self { code, message: message.into(), remedy, args: Vec::new(), member: None }
    }

    pub(crate) fn arg(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    pub(crate) fn inside(mut self, member: &str) -> Self {
        self.member.get_or_insert_with(|| member.to_owned());
        self
    }

    pub(crate) fn password() -> Self {
        Self::new("password", "the file is protected by a password", "save it without a password, and choose that file")
    }

    pub(crate) fn damaged_workbook(why: impl fmt::Display) -> Self {
        Self::new(
            "damaged-workbook",
            format!("the workbook is damaged: {why}"),
            "download it again, or open it in a spreadsheet program and save it as .xlsx or CSV",
        )
    }

    pub(crate) fn damaged_archive(why: impl fmt::Display) -> Self {
        Self::new("damaged-archive", format!("the archive is damaged: {why}"), "download it again")
    }

    pub(crate) fn swells() -> Self {
        Self::new(
            "inflates-too-far",
            "the compressed file swells more than a hundredfold or beyond a gigabyte",
            "open it with another program, and give the table that is inside as CSV",
        )
    }

    pub(crate) fn not_a_table(kind: &'static str, name: &str, remedy: &'static str) -> Self {
        Self::new("not-a-table", format!("this is {name}, no table of orders"), remedy).arg("kind", kind)
    }

    /// What calamine panicked over, or a trap of the module: damage that its checks do not know.
    pub fn stopped() -> Self {
        Self::damaged_workbook("it could not be read to its end")
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.remedy)
    }
}

impl std::error::Error for Trouble {}
