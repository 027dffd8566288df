//! What must be asked about a file that its beginning does not tell: columns, totals, the decimal mark.

use super::Plan;
use crate::ingest::{Choice, Question, Role, numbers};

impl Plan {
    /// Asks for the columns that were not found.
    pub fn questions_of_columns(&self) -> Vec<Question> {
        let asked = |role: Role| match role {
            Role::Date => ("column-date", "Which column says when it was sold?"),
            Role::Quantity => ("column-quantity", "Which column says how many were sold?"),
            _ => ("column-product", "Which column names the product?"),
        };
        self.missing
            .iter()
            .map(|&role| {
                let (code, text) = asked(role);
                let free = (0..self.headers.len()).filter(|column| self.roles.iter().all(|(_, used)| used != column));
                // A column with a few dates may have been taken for something else.
                let choices = match role {
                    Role::Date if !self.dated.is_empty() => self.dated.clone(),
                    // Names count nothing, and order numbers neither.
                    Role::Quantity if free.clone().any(|column| self.countable.contains(&column)) => {
                        free.filter(|column| self.countable.contains(column)).collect()
                    }
                    _ => free.collect(),
                };
                let choices = choices
                    .into_iter()
                    .map(|column| Choice {
                        value: self.headers[column].clone(),
                        consequence: self.preview.first().and_then(|row| row.get(column)).cloned().unwrap_or_default(),
                        count: None,
                    })
                    .collect();
                let layout = self.layout.clone();
                Question {
                    code: code.into(),
                    text: text.into(),
                    layout,
                    file: String::new(),
                    column: None,
                    examples: Vec::new(),
                    choices,
                }
            })
            .collect()
    }
}

/// Asks which days the sums of a report are of; what was `said` is no period.
pub(super) fn period_question(layout: &str, report: &str, said: Option<&str>) -> Question {
    let wrong = said.map_or_else(String::new, |said| format!("{said} is no day, no seven days and no whole month. "));
    Question {
        code: "report-period".into(),
        text: format!(
            "{wrong}Of which period are the sums of this report? It has no dates. Several of them together make a \
             history; better, export {report}."
        ),
        layout: layout.into(),
        file: String::new(),
        column: None,
        examples: [report].into_iter().chain(said).map(str::to_owned).collect(),
        choices: Vec::new(),
    }
}

/// Asks what to forecast of orders without products.
pub(super) fn totals_question(layout: &str, report: &str, has_value: bool) -> Question {
    let choice =
        |value: &str, consequence: &str| Choice { value: value.into(), consequence: consequence.into(), count: None };
    let mut choices = vec![choice("orders", "orders a day, as one series")];
    if has_value {
        choices.push(choice("revenue", "revenue a day, as one series"));
    }
    Question {
        code: "without-products".into(),
        text: format!(
            "This file has orders without products. For products, export {report}. Or shall the totals be forecast?"
        ),
        layout: layout.into(),
        file: String::new(),
        column: None,
        examples: vec![report.into()],
        choices,
    }
}

/// Asks whether a mark before three digits divides thousands or begins decimals.
pub(super) fn decimal_question_of(layout: &str, cell: &[u8]) -> Question {
    let read = |mark: u8| numbers::parse(cell, mark).map_or_else(String::new, |value| value.to_string());
    let choice = |mark: u8| Choice { value: char::from(mark).to_string(), consequence: read(mark), count: None };
    let example = String::from_utf8_lossy(cell).into_owned();
    Question {
        code: "decimal".into(),
        text: format!("{example} can be read two ways: which mark begins the decimals?"),
        layout: layout.into(),
        file: String::new(),
        column: None,
        examples: vec![example],
        choices: vec![choice(b'.'), choice(b',')],
    }
}
