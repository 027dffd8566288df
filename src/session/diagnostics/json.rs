//! JSON, written piece by piece: what a type derived for it would cost every visitor is more than what is written.

use std::fmt::Write as _;

/// Text of a JSON value so far.
#[derive(Debug, Default)]
pub struct Json(pub String);

impl Json {
    fn key(&mut self, name: &str) {
        if !self.0.is_empty() && !self.0.ends_with(['{', '[']) {
            self.0.push(',');
        }
        if !name.is_empty() {
            self.string(name);
            self.0.push(':');
        }
    }

    fn string(&mut self, text: &str) {
        self.0.push('"');
        for letter in text.chars() {
            match letter {
                '"' | '\\' => self.0.extend(['\\', letter]),
                '\n' => self.0.push_str("\\n"),
                _ if letter < ' ' => self.0.push(' '),
                _ => self.0.push(letter),
            }
        }
        self.0.push('"');
    }

    /// A number; null where it is none. Without a name, an entry of a list.
    pub fn number(&mut self, name: &str, value: f64) {
        self.key(name);
        if value.is_finite() {
            let _ = write!(self.0, "{value}");
        } else {
            self.0.push_str("null");
        }
    }

    /// Numbers with names.
    pub fn named(&mut self, numbers: &[(&str, f64)]) {
        numbers.iter().for_each(|(name, value)| self.number(name, *value));
    }

    /// A text.
    pub fn text(&mut self, name: &str, text: &str) {
        self.key(name);
        self.string(text);
    }

    /// True or false.
    pub fn flag(&mut self, name: &str, is_so: bool) {
        self.key(name);
        self.0.push_str(if is_so { "true" } else { "false" });
    }

    /// Nothing.
    pub fn null(&mut self, name: &str) {
        self.number(name, f64::NAN);
    }

    /// What `inside` writes between a pair of brackets: `{}` or `[]`.
    pub fn within(&mut self, name: &str, brackets: [char; 2], inside: &mut dyn FnMut(&mut Self)) {
        self.key(name);
        self.0.push(brackets[0]);
        inside(self);
        self.0.push(brackets[1]);
    }

    /// An object.
    pub fn object(&mut self, name: &str, inside: &mut dyn FnMut(&mut Self)) {
        self.within(name, ['{', '}'], inside);
    }

    /// A list of numbers.
    pub fn numbers(&mut self, name: &str, values: &[f64]) {
        self.within(name, ['[', ']'], &mut |json| values.iter().for_each(|value| json.number("", *value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_json() -> serde_json::Result<()> {
        let mut json = Json::default();
        json.object("", &mut |json| {
            json.text("a", "\"x\\y\"\n\u{1}中");
            json.named(&[("b", -1.5e-7), ("c", f64::INFINITY), ("d", 1e300)]);
            json.numbers("e", &[]);
            json.within("f", ['[', ']'], &mut |json| {
                json.object("", &mut |json| json.null("g"));
                json.object("", &mut |json| json.flag("h", true));
                json.number("", 2.5);
            });
        });
        let read: serde_json::Value = serde_json::from_str(&json.0)?;
        let wanted = serde_json::json!({
            "a": "\"x\\y\"\n 中", "b": -1.5e-7, "c": null, "d": 1e300, "e": [], "f": [{ "g": null }, { "h": true }, 2.5]
        });
        assert_eq!(read, wanted);
        Ok(())
    }
}
