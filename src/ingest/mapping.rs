//! What each column of a file is read as, how sure that is, and what was said of it for all files of the same layout.

use super::presets::Preset;
use super::roles::{self, Content};
use super::shape::Shape;
use super::{DateOrder, ReadOptions, Role, extras, words};

/// What was said about all files with exactly these headers.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Mapping {
    /// [`Report::layout`](super::Report::layout) of the files it is for.
    pub layout: String,
    /// Headers by role.
    pub roles: Vec<(Role, String)>,
    /// Headers of columns that have no role and are not guessed to have one.
    pub unused: Vec<String>,
    /// Headers of numeric columns to keep, beside those found.
    pub extra: Vec<String>,
    /// Order of day and month.
    pub date_order: Option<DateOrder>,
}

impl Mapping {
    fn is_about_columns(&self) -> bool {
        !(self.roles.is_empty() && self.unused.is_empty() && self.extra.is_empty())
    }
}

/// What was said of the files of a layout; of two mappings the later one.
pub(super) fn of_layout<'a>(options: &'a ReadOptions, layout: &str) -> Option<&'a Mapping> {
    options.mappings.iter().rev().find(|mapping| mapping.layout == layout)
}

/// What a column is read as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Use {
    /// As nothing.
    #[default]
    Unused,
    /// It has a [`Role`].
    Role,
    /// A further number per line.
    Extra,
    /// The units of the day, week or month in its header.
    Day,
    /// The units of the product in its header.
    Product,
    /// Several products in each cell.
    Items,
    /// A total of other columns, left out.
    Total,
}

/// How a column's role was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// It was said.
    Given,
    /// The platform's export is known.
    Platform,
    /// By its header.
    Name,
    /// By its values alone.
    Content,
}

/// How sure a column's role is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A guess from values where another column would do as well, or from a header that another has too.
    Low,
    /// From a part of the header or from values, and no other column would do; or from a header whose values or whose
    /// double speak against it.
    Medium,
    /// Said, known of the platform, or told by the whole header and by values that fit it.
    High,
}

/// One column of a file.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Column {
    /// What it is read as.
    #[serde(rename = "use")]
    pub usage: Use,
    /// Its role, where it has one.
    pub role: Option<Role>,
    /// How sure that is.
    pub confidence: Option<Confidence>,
    /// How it was found.
    pub found: Option<Found>,
    /// Header of an unused column that could have the role as well.
    pub rival: Option<String>,
    /// Of a column without a role, what its header says that its numbers are about.
    #[serde(default)]
    pub kind: Option<extras::Kind>,
}

/// The layout of files with these headers: 16 hexadecimal digits, by FNV-1a (Fowler, Noll and Vo 1991). `headless-` and
/// the number of columns where the file has no header: many files share that.
pub fn layout_of(headers: &[String], headless: bool) -> String {
    if headless {
        return format!("headless-{}", headers.len());
    }
    let bytes = headers.iter().flat_map(|header| header.trim().bytes().chain([0x1f]));
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}")
}

/// What was said about the columns of one file.
pub(super) struct Said {
    /// Headers by role; what was said of this file before what was said of its layout.
    pub roles: Vec<(Role, String)>,
    /// Headers of further columns to keep.
    pub extra: Vec<String>,
    /// Whether something was said about the columns of files of its layout.
    pub mapped: bool,
    /// By column, whether it is not to be used.
    pub unused: Vec<bool>,
}

impl Said {
    /// What the options say about a file with these headers.
    pub fn of(options: &ReadOptions, headers: &[String], layout: &str) -> Self {
        let mapping = of_layout(options, layout);
        let is = |one: &str, other: &str| one.trim() == other.trim();
        let mut said = Self {
            roles: options.roles.clone(),
            extra: options.extra.clone(),
            mapped: mapping.is_some_and(Mapping::is_about_columns),
            unused: Vec::new(),
        };
        let mut unused = options.unused.clone();
        if let Some(mapping) = mapping {
            let is_new = |(role, header): &&(Role, String)| {
                options.roles.iter().all(|(known, column)| known != role && !is(column, header))
            };
            said.roles.extend(mapping.roles.iter().filter(is_new).cloned());
            said.extra.extend(mapping.extra.iter().cloned());
            unused.extend(mapping.unused.iter().cloned());
        }
        let has_role = |header: &str| said.roles.iter().any(|(_, column)| is(column, header));
        said.unused =
            headers.iter().map(|header| unused.iter().any(|one| is(one, header)) && !has_role(header)).collect();
        said
    }
}

/// What was decided about a file's columns.
pub(super) struct Decided<'a> {
    /// Headers; empty where a column is not to be used.
    pub headers: &'a [String],
    /// What the cells are like.
    pub contents: &'a [Content],
    /// Columns by role.
    pub roles: &'a [(Role, usize)],
    /// What the user said.
    pub given: &'a [(Role, String)],
    /// Platform.
    pub preset: &'static Preset,
    /// What records become.
    pub shape: Option<&'a Shape>,
    /// Columns of totals.
    pub totals: &'a [usize],
    /// Further columns that are kept.
    pub extra: &'a [usize],
}

impl Decided<'_> {
    /// Says of each column what it is read as.
    pub fn columns(&self) -> Vec<Column> {
        let plain: Vec<String> = self.headers.iter().map(|header| roles::plain(header)).collect();
        let mut columns = vec![Column::default(); self.headers.len()];
        let mut mark = |places: &[usize], usage: Use| {
            for &place in places {
                if let Some(column) = columns.get_mut(place) {
                    column.usage = usage;
                }
            }
        };
        mark(self.totals, Use::Total);
        mark(self.extra, Use::Extra);
        let across = |across: &[(usize, String)]| across.iter().map(|(place, _)| *place).collect::<Vec<_>>();
        match self.shape {
            Some(Shape::DaysAcross(days)) => mark(&across(days), Use::Day),
            Some(Shape::ProductsAcross(products)) => mark(&across(products), Use::Product),
            Some(Shape::Cells(place, _) | Shape::Sets(place, _)) => mark(&[*place], Use::Items),
            _ => {}
        }
        for &(role, place) in self.roles {
            let (found, confidence, rival) = self.how(&plain, role, place);
            if let Some(column) = columns.get_mut(place).filter(|column| column.role.is_none()) {
                *column = Column {
                    usage: Use::Role,
                    role: Some(role),
                    confidence: Some(confidence),
                    found: Some(found),
                    rival: rival.map(|rival| self.headers[rival].clone()),
                    kind: None,
                };
            }
        }
        for (column, header) in columns.iter_mut().zip(&plain).filter(|(column, _)| column.role.is_none()) {
            column.kind = extras::kind_of(header);
        }
        columns
    }

    fn how(&self, plain: &[String], role: Role, column: usize) -> (Found, Confidence, Option<usize>) {
        let is =
            |header: &String| header.trim() == self.headers[column].trim() || roles::plain(header) == plain[column];
        if self.given.iter().any(|(known, header)| *known == role && is(header)) {
            return (Found::Given, Confidence::High, None);
        }
        let of_platform =
            |(known, header): &(Role, &str)| *known == role && roles::place(plain, header) == Some(column);
        if self.preset.roles.iter().any(of_platform) {
            return (Found::Platform, Confidence::High, None);
        }
        let content = |column: usize| self.contents.get(column).copied().unwrap_or_default();
        let fits = |column: usize| content(column).filled > 0.0 && roles::fits(role, content(column));
        let free = |other: &usize| {
            let is_taken = self.roles.iter().any(|(_, used)| used == other);
            !is_taken && !self.headers[*other].is_empty() && !extras::is_kept(&plain[*other])
        };
        let rival =
            |test: &dyn Fn(usize) -> bool| (0..plain.len()).filter(free).find(|&other| fits(other) && test(other));
        let exact = |column: usize| words::is_word_of(&plain[column], &[role]);
        if exact(column) {
            let rival = rival(&exact);
            return match (fits(column), rival) {
                (true, None) => (Found::Name, Confidence::High, None),
                (false, Some(_)) => (Found::Name, Confidence::Low, rival),
                _ => (Found::Name, Confidence::Medium, rival),
            };
        }
        let within = |column: usize| exact(column) || words::is_within(&plain[column], role);
        let (found, rival) = if within(column) {
            (Found::Name, rival(&within))
        } else {
            let alike = |other: usize| match role {
                Role::Product | Role::Name => roles::is_text(content(other)) && !words::is_no_name(&plain[other]),
                Role::Date => content(other).dates >= roles::MOST,
                _ => true,
            };
            (Found::Content, rival(&alike))
        };
        (found, if rival.is_some() { Confidence::Low } else { Confidence::Medium }, rival)
    }
}
