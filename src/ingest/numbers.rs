//! Numbers as exports write them: thousands, decimal marks, currency signs, parentheses for negatives.

/// Reads a number with that decimal mark; none if it is not one.
pub fn parse(text: &[u8], decimal: u8) -> Option<f64> {
    if let Some(value) = plain(text, decimal) {
        return Some(value);
    }
    let mut clean = [0_u8; 48];
    let (mut length, mut negative, mut digits, mut marks, mut letters) = (0, false, 0, 0, 0);
    for (place, &byte) in text.iter().enumerate() {
        let kept = match byte {
            b'0'..=b'9' => {
                digits += 1;
                byte
            }
            _ if byte == decimal => {
                marks += 1;
                b'.'
            }
            b'-' | b'(' => {
                negative = true;
                continue;
            }
            b'e' | b'E'
                if digits > 0
                    && text.get(place + 1).is_some_and(|next| next.is_ascii_digit() || matches!(next, b'+' | b'-')) =>
            {
                return std::str::from_utf8(text).ok()?.replace(',', ".").parse().ok();
            }
            b'.' | b',' | b'\'' | b' ' | b')' | b'+' | b'=' | b'"' | b'$' => continue,
            // Currency codes and signs in any script.
            b'A'..=b'Z' | b'a'..=b'z' => {
                letters += 1;
                continue;
            }
            0x80.. => continue,
            _ => return None,
        };
        *clean.get_mut(length)? = kept;
        length += 1;
    }
    if digits == 0 || marks > 1 || letters > 3 {
        return None;
    }
    let value: f64 = std::str::from_utf8(&clean[..length]).ok()?.parse().ok()?;
    Some(if negative { -value } else { value })
}

/// Digits that a float holds exactly, with room to spare.
const EXACT_DIGITS: usize = 15;

/// A minus, digits, and a decimal mark among them, nothing else, as nearly all numbers are. Both the digits and the power
/// of ten are exact, so that their quotient is the float nearest to what is written.
fn plain(text: &[u8], decimal: u8) -> Option<f64> {
    const POWERS: [f64; 8] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];
    let (negative, digits) = text.strip_prefix(b"-").map_or((false, text), |digits| (true, digits));
    if digits.len() > EXACT_DIGITS {
        return None;
    }
    let (mut value, mut seen, mut after) = (0_u64, 0, None);
    for &byte in digits {
        if byte.is_ascii_digit() {
            value = value * 10 + u64::from(byte - b'0');
            seen += 1;
        } else if byte == decimal && after.is_none() {
            after = Some(seen);
        } else {
            return None;
        }
    }
    let power = POWERS.get(after.map_or(0, |before| seen - before)).filter(|_| seen > 0)?;
    let value = value as f64 / power;
    Some(if negative { -value } else { value })
}

/// The decimal mark of a column, by the evidence of its values: `.` where they do not tell.
pub fn decimal_mark<'a>(values: impl Iterator<Item = &'a [u8]>) -> u8 {
    let (mut comma, mut point) = (0, 0);
    for value in values {
        let last = |mark: u8| value.iter().rposition(|byte| *byte == mark);
        let after = |place: usize| value[place + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        match (last(b','), last(b'.')) {
            (Some(c), Some(p)) if c > p => comma += 1,
            (Some(_), Some(_)) => point += 1,
            (Some(c), None) if after(c) != 3 => comma += 1,
            (None, Some(p)) if after(p) != 3 => point += 1,
            _ => {}
        }
    }
    if comma > point { b',' } else { b'.' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_are_the_nearest_floats() {
        for text in
            ["2.55", "0.1", "12345678.9012345", ".5", "5.", "0.0000001", "999999999999.99", "-1", "-0.42", "007"]
        {
            assert_eq!(parse(text.as_bytes(), b'.'), text.parse().ok(), "{text}");
        }
        assert_eq!(parse(b".", b'.'), None);
        assert_eq!(parse(b"1.2.3", b'.'), None);
        assert_eq!(parse(b"-", b'.'), None);
    }

    #[test]
    fn reads_numbers_of_both_worlds() {
        let cases: [(&str, u8, Option<f64>); 12] = [
            ("12", b'.', Some(12.0)),
            ("1,234.50", b'.', Some(1234.5)),
            ("1.234,50 €", b',', Some(1234.5)),
            ("($8.00)", b'.', Some(-8.0)),
            ("-$8.00", b'.', Some(-8.0)),
            ("USD 19.00", b'.', Some(19.0)),
            ("1.000,0", b',', Some(1000.0)),
            ("1e3", b'.', Some(1000.0)),
            ("", b'.', None),
            ("abc", b'.', None),
            ("1.2.3", b'.', None),
            ("12 pieces", b'.', None),
        ];
        for (text, decimal, value) in cases {
            assert_eq!(parse(text.as_bytes(), decimal), value, "{text}");
        }
        assert_eq!(decimal_mark([&b"1,50"[..], b"2,00"].into_iter()), b',');
        assert_eq!(decimal_mark([&b"1,500"[..], b"2"].into_iter()), b'.');
    }
}
