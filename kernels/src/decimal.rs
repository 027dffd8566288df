//! Numbers as nearly all are written. Not to be inlined into what is compiled for size.

/// Digits that a float holds exactly, with room to spare.
const EXACT_DIGITS: usize = 15;

/// Reads a minus, digits, and a decimal mark among them, nothing else. Both the digits and the power of ten are exact, so
/// that their quotient is the float nearest to what is written. None for anything else, which may be a number all the same.
#[inline(never)]
pub fn read(text: &[u8], mark: u8) -> Option<f64> {
    const POWERS: [f64; 8] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];
    let (negative, digits) = text.strip_prefix(b"-").map_or((false, text), |digits| (true, digits));
    if digits.len() > EXACT_DIGITS {
        return None;
    }
    let (mut value, mut rest) = (0_u64, digits);
    while let [byte @ b'0'..=b'9', after @ ..] = rest {
        value = value * 10 + u64::from(byte - b'0');
        rest = after;
    }
    let (mut marks, mut places) = (0, 0);
    if let [found, after @ ..] = rest
        && *found == mark
    {
        (rest, marks, places) = (after, 1, after.len());
        while let [byte @ b'0'..=b'9', after @ ..] = rest {
            value = value * 10 + u64::from(byte - b'0');
            rest = after;
        }
    }
    // Something else stands there, or nothing does but the mark.
    if !rest.is_empty() || digits.len() == marks {
        return None;
    }
    let value = value as f64 / POWERS.get(places)?;
    Some(if negative { -value } else { value })
}
