//! Numbers as exports write them: thousands, decimal marks, currency signs, parentheses for negatives.

use tillcast_kernels::decimal;

/// Reads a number with that decimal mark; none if it is not one.
pub fn parse(text: &[u8], mark: u8) -> Option<f64> {
    if text.is_empty() {
        return None;
    }
    // Nearly all are written plainly.
    decimal::read(text, mark).or_else(|| adorned(text, mark))
}

fn adorned(text: &[u8], decimal: u8) -> Option<f64> {
    let mut clean = [0_u8; 48];
    let (mut length, mut negative, mut digits, mut marks, mut open) = (0, false, 0, 0, false);
    let (mut letters, mut lettered) = ([0_u8; 3], 0);
    let mut ended = false;
    for (place, &byte) in text.iter().enumerate() {
        let kept = match byte {
            b'0'..=b'9' if ended => return None,
            b'0'..=b'9' => {
                digits += 1;
                byte
            }
            _ if byte == decimal && digits > 0 && text.get(place + 1).is_none_or(|next| !next.is_ascii_digit()) => {
                // "Rp.", or a mark that ends the number.
                continue;
            }
            _ if byte == decimal && (digits > 0 || text.get(place + 1).is_some_and(u8::is_ascii_digit)) => {
                marks += 1;
                b'.'
            }
            // A minus stands before the number, or, as some ledgers write it, at the end.
            b'-' if !negative && (digits == 0 || place + 1 == text.len()) => {
                negative = true;
                continue;
            }
            b'(' if digits == 0 && !open => {
                open = true;
                continue;
            }
            b')' if open => {
                negative = true;
                continue;
            }
            b'e' | b'E'
                if digits > 0
                    && text.get(place + 1).is_some_and(|next| next.is_ascii_digit() || matches!(next, b'+' | b'-')) =>
            {
                return scientific(text);
            }
            // Between groups of digits, never twice in a row at the end.
            b'.' | b',' | b'\'' | b' ' | b'+' | b'=' | b'"' | b'$' => {
                ended |= byte == b' ' && lettered > 0 && digits > 0;
                continue;
            }
            b'A'..=b'Z' | b'a'..=b'z' => {
                *letters.get_mut(lettered)? = byte.to_ascii_lowercase();
                lettered += 1;
                ended = digits > 0;
                continue;
            }
            // Currency signs and names in any script; the minus that typesetters use.
            0x80.. => {
                negative |= digits == 0 && text[place..].starts_with("−".as_bytes());
                continue;
            }
            _ => return None,
        };
        *clean.get_mut(length)? = kept;
        length += 1;
    }
    // A single letter is part of a sign such as "R$" or "zł"; elsewhere it makes a code, not an amount.
    if lettered == 1 && !text.iter().any(|byte| *byte == b'$' || *byte >= 0x80) {
        return None;
    }
    if digits == 0 || marks > 1 || !CURRENCIES.contains(&std::str::from_utf8(&letters[..lettered]).ok()?) {
        return None;
    }
    let value = scaled(&clean[..length], 0)?;
    Some(if negative { -value } else { value })
}

/// Digits with at most one mark among them, times a power of ten. Up to fifteen digits with up to 22 zeros the nearest float,
/// beyond that within two units of its last place: the standard library's own way is exact for any number of digits, but
/// its tables alone would be ten kilobytes of what every visitor loads.
fn scaled(digits: &[u8], exponent: i32) -> Option<f64> {
    const POWERS: [f64; 23] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ];
    /// More digits than this would not fit.
    const MOST: u64 = 10_u64.pow(18);
    let (mut whole, mut exponent, mut marked, mut any) = (0_u64, exponent, false, false);
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                any = true;
                let fits = whole < MOST;
                if fits {
                    whole = whole * 10 + u64::from(byte - b'0');
                }
                exponent += i32::from(!fits) - i32::from(marked);
            }
            b'.' | b',' if !marked => marked = true,
            _ => return None,
        }
    }
    let (mut value, mut left) = (whole as f64, exponent.unsigned_abs() as usize);
    while left > 0 && value != 0.0 && value.is_finite() {
        let power = POWERS[left.min(POWERS.len() - 1)];
        value = if exponent < 0 { value / power } else { value * power };
        left = left.saturating_sub(POWERS.len() - 1);
    }
    Some(value).filter(|value| any && value.is_finite())
}

/// A number with a power of ten, as spreadsheets and databases write large ones: `1.5E+3`.
fn scientific(text: &[u8]) -> Option<f64> {
    let (negative, text) =
        text.strip_prefix(b"-").map_or((false, text.strip_prefix(b"+").unwrap_or(text)), |rest| (true, rest));
    let place = text.iter().position(|byte| matches!(byte, b'e' | b'E'))?;
    let (digits, power) = (&text[..place], &text[place + 1..]);
    let (below, power) =
        power.strip_prefix(b"-").map_or((false, power.strip_prefix(b"+").unwrap_or(power)), |rest| (true, rest));
    /// No float needs more digits in its power.
    const MOST_DIGITS: usize = 4;
    if power.is_empty() || power.len() > MOST_DIGITS || !power.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let power = power.iter().fold(0, |power, byte| power * 10 + i32::from(byte - b'0'));
    let value = scaled(digits, if below { -power } else { power })?;
    Some(if negative { -value } else { value })
}

/// Letters that stand beside amounts: codes and signs of currencies in lower case, or none; and of pieces.
const CURRENCIES: [&str; 72] = [
    "", "usd", "eur", "gbp", "jpy", "cny", "rmb", "hkd", "twd", "ntd", "nt", "sgd", "myr", "idr", "thb", "php", "vnd",
    "inr", "aud", "nzd", "cad", "brl", "mxn", "ars", "clp", "cop", "pen", "uyu", "chf", "sek", "nok", "dkk", "pln",
    "czk", "huf", "ron", "bgn", "try", "rub", "uah", "zar", "aed", "sar", "ils", "krw", "egp", "ngn", "kes", "pkr",
    "bdt", "lkr", "rp", "rs", "rm", "kr", "k", "z", "ft", "lei", "tl", "fr", "r", "s", "a", "c", "us", "hk", "ca",
    "nz", "mn", "pcs", "pc",
];

/// Whether a word in lower case is the code of a currency.
pub fn is_currency(word: &str) -> bool {
    word.len() == 3 && word != "pcs" && CURRENCIES.contains(&word)
}

/// The sign or code of a currency beside an amount; empty without one.
pub fn currency(amount: &[u8]) -> &[u8] {
    let is_number = |byte: &u8| byte.is_ascii_digit() || b" .,'-+()".contains(byte);
    let begin = amount.iter().position(|byte| !is_number(byte)).unwrap_or(amount.len());
    let rest = &amount[begin..];
    let end = rest.iter().position(is_number).unwrap_or(rest.len());
    let sign = &rest[..end];
    // Spaces that keep groups together, and typesetters' minus, are no currency.
    if sign == "\u{a0}".as_bytes() || sign == "\u{202f}".as_bytes() || sign == "−".as_bytes() { &[] } else { sign }
}

/// Signs of currencies that are no letters.
const SIGNS: &str = "$€£¥￥₩₹₽₺₴₫฿₱₪₦₡₲₵₸";

/// Whether a number stands beside the sign or code of a currency.
pub fn is_money(amount: &[u8], decimal: u8) -> bool {
    let Ok(sign) = std::str::from_utf8(currency(amount)) else { return false };
    let letters = sign.trim().to_lowercase();
    let is_code = || letters.len() > 1 && CURRENCIES.contains(&letters.as_str()) && !letters.starts_with("pc");
    (sign.chars().any(|letter| SIGNS.contains(letter)) || is_code()) && parse(amount, decimal).is_some()
}

/// Whether a cell says in words that it is blank, as databases and statistics programs do; `by_hand` takes in what people
/// write.
#[inline(always)]
pub fn is_missing(cell: &[u8], by_hand: bool) -> bool {
    // Nearly all cells are told by a glance.
    let is_near = matches!(cell, [b'N' | b'n' | b'#' | b'\\' | b'-', rest @ ..] if rest.len() < 4);
    is_near && is_missing_word(cell, by_hand)
}

fn is_missing_word(cell: &[u8], by_hand: bool) -> bool {
    const WORDS: [&[u8]; 5] = [b"na", b"nan", b"null", b"none", b"\\n"];
    const BY_HAND: [&[u8]; 4] = [b"n/a", b"#n/a", b"-", b"--"];
    let is = |words: &[&[u8]]| words.iter().any(|word| cell.eq_ignore_ascii_case(word));
    is(&WORDS) || by_hand && is(&BY_HAND)
}

/// What the values of a column tell about its decimal mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// They tell it.
    Told(u8),
    /// This mark stands before exactly three digits everywhere: thousands, or three decimals.
    Either(u8),
    /// They have no mark.
    None,
}

/// The decimal mark of columns, by the evidence of their values.
pub fn decimal_mark<'a>(values: impl Iterator<Item = &'a [u8]>) -> Mark {
    let (mut comma, mut point, mut groups, mut whole) = (0, 0, [0, 0], 0);
    for value in values {
        let last = |mark: u8| value.iter().rposition(|byte| *byte == mark);
        let after = |place: usize| value[place + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let before = |place: usize| value[..place].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        // Thousands come in groups of three after one to three digits, of which the first is no zero.
        let group = |place: usize| {
            let leading = before(place);
            after(place) == 3 && (1..=3).contains(&leading) && value[place - leading] != b'0'
        };
        let many = |mark: u8| value.iter().filter(|byte| **byte == mark).count() > 1;
        match (last(b','), last(b'.')) {
            (Some(c), Some(p)) if c > p => comma += 1,
            (Some(_), Some(_)) => point += 1,
            (Some(_), None) if many(b',') => point += 1,
            (None, Some(_)) if many(b'.') => comma += 1,
            (Some(c), None) if group(c) => groups[0] += 1,
            (None, Some(p)) if group(p) => groups[1] += 1,
            (Some(c), None) if after(c) > 0 => comma += 1,
            (None, Some(p)) if after(p) > 0 => point += 1,
            (None, None) if !value.is_empty() => whole += 1,
            _ => {}
        }
    }
    match (comma, point, groups) {
        (0, 0, [0, 0]) => Mark::None,
        // "1,500" beside "2": thousands in English, and a comma with three decimals is rare.
        (0, 0, [_, 0]) if whole > 0 => Mark::Told(b'.'),
        (0, 0, [_, 0]) => Mark::Either(b','),
        (0, 0, [0, _]) => Mark::Either(b'.'),
        (0, 0, _) => Mark::None,
        _ if comma > point => Mark::Told(b','),
        _ => Mark::Told(b'.'),
    }
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
    fn long_numbers_and_powers_are_as_near_as_need_be() {
        let exact =
            ["1e3", "-1.5E+3", "2.5e-7", "123456789012345e22", "+7e0", "1e-22", "0e99", "0.000000000000123", "1,5e2"];
        for text in exact {
            assert_eq!(parse(text.as_bytes(), b'.'), text.replace(',', ".").parse().ok(), "{text}");
        }
        for text in ["12345678901234567890.5", "0.1234567890123456789", "9.87654321e-200", "1.7976931348623157e308"] {
            let (own, exact) = (parse(text.as_bytes(), b'.').unwrap_or(f64::NAN), text.parse().unwrap_or(f64::NAN));
            assert!(((own - exact) / exact).abs() < 1e-14, "{own} {exact}");
        }
        for text in ["1e", "1e400", "1e99999", "e5", "1.2.3e4", "1e5x"] {
            assert_eq!(parse(text.as_bytes(), b'.'), None, "{text}");
        }
    }

    #[test]
    fn reads_numbers_of_both_worlds() {
        let cases: [(&str, u8, Option<f64>); 26] = [
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
            ("Rp125.000", b',', Some(125_000.0)),
            ("Rp. 125.000,50", b',', Some(125_000.5)),
            ("R$ 1.234,50", b',', Some(1234.5)),
            ("1 234,50 zł", b',', Some(1234.5)),
            ("12.50-", b'.', Some(-12.5)),
            ("−3", b'.', Some(-3.0)),
            ("5.0000", b'.', Some(5.0)),
            ("¥1,200", b'.', Some(1200.0)),
            ("=\"5\"", b'.', Some(5.0)),
            ("2026-01-05", b'.', None),
            ("B-2", b'.', None),
            ("TEE-1", b'.', None),
            ("3-4", b'.', None),
            ("10:15", b'.', None),
        ];
        for (text, decimal, value) in cases {
            assert_eq!(parse(text.as_bytes(), decimal), value, "{text}");
        }
        let cases: [(&[&[u8]], Mark); 8] = [
            (&[b"1,50", b"2,00"], Mark::Told(b',')),
            (&[b"1,500", b"2"], Mark::Told(b'.')),
            (&[b"1,500", b"2.25"], Mark::Told(b'.')),
            (&[b"125.000", b"500"], Mark::Either(b'.')),
            (&[b"0.750", b"1.500"], Mark::Told(b'.')),
            (&[b"1.234.567"], Mark::Told(b',')),
            (&[b"5.0000"], Mark::Told(b'.')),
            (&[b"5", b""], Mark::None),
        ];
        for (values, mark) in cases {
            assert_eq!(decimal_mark(values.iter().copied()), mark, "{values:?}");
        }
    }

    #[test]
    fn money_is_told_from_pieces() {
        for amount in ["€ 25,00", "25.00 EUR", "US$3.50", "R$ 4", "¥1200", "(£3)"] {
            assert!(is_money(amount.as_bytes(), if amount.contains(',') { b',' } else { b'.' }), "{amount}");
        }
        for amount in ["25.00", "2 pcs", "=\"2\"", "3 x", "12%", "EUR", "5 s"] {
            assert!(!is_money(amount.as_bytes(), b'.'), "{amount}");
        }
    }
}
