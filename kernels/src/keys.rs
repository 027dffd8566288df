//! Keys told apart: texts compared, and their places found, a word at a time.

/// An odd number with its bits well spread (the golden ratio's fraction).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Adds a word to a hash. Each step is one to one in both, so that short words of like shape do not fall together.
#[inline]
pub fn mix(hash: u64, word: u64) -> u64 {
    let mixed = (hash ^ word).wrapping_mul(SPREAD);
    mixed ^ mixed >> 32
}

/// Up to seven bytes and their number as one word.
#[inline(always)]
fn packed(key: &[u8]) -> Option<u64> {
    let length = key.len() as u64;
    // The halves overlap in bytes that are the same in both.
    let word = match (key, key.first_chunk::<4>(), key.last_chunk::<4>()) {
        (_, Some(first), Some(last)) if key.len() < 8 => {
            let half = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
            half(first) | half(last) << (8 * (length - 4))
        }
        (&[], ..) => 0,
        (&[a], ..) => u64::from(a),
        (&[a, b], ..) => u64::from(u16::from_le_bytes([a, b])),
        (&[a, b, c], ..) => u64::from(u32::from_le_bytes([a, b, c, 0])),
        _ => return None,
    };
    Some(word << 8 | length)
}

/// Whether two texts are equal, eight bytes at a time: a call that compares byte by byte would cost more than all else of
/// a line.
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    // What the last eight share with those before is equal by then.
    match (one.last_chunk::<8>(), other.last_chunk::<8>()) {
        (Some(last), Some(other_last)) => {
            let (ones, others) = (one.as_chunks::<8>().0, other.as_chunks::<8>().0);
            word(last) == word(other_last) && ones.iter().zip(others).all(|(one, other)| word(one) == word(other))
        }
        _ => packed(one) == packed(other),
    }
}

/// Keys of up to seven bytes and their places, side by side: found with one look where a general map takes several.
#[derive(Default)]
pub struct ShortKeys {
    /// As many as a power of two, less than half of them filled; a free one has no place.
    slots: Vec<(u64, u32)>,
    filled: usize,
}

const NO_PLACE: u32 = u32::MAX;

impl ShortKeys {
    /// The place of a key, which is new if it equals `next`; none for a longer key.
    pub fn of(&mut self, key: &[u8], next: u32) -> Option<u32> {
        let word = packed(key)?;
        if 2 * self.filled >= self.slots.len() {
            self.grow();
        }
        let slot = self.slot(word);
        let (_, place) = self.slots[slot];
        if place != NO_PLACE {
            return Some(place);
        }
        self.slots[slot] = (word, next);
        self.filled += 1;
        Some(next)
    }

    #[cold]
    fn grow(&mut self) {
        let free = vec![(0, NO_PLACE); (2 * self.slots.len()).max(64)];
        for (word, place) in std::mem::replace(&mut self.slots, free) {
            if place != NO_PLACE {
                let slot = self.slot(word);
                self.slots[slot] = (word, place);
            }
        }
    }

    /// Where a word is, or would be.
    #[inline(always)]
    fn slot(&self, word: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = mix(0, word) as usize & mask;
        while self.slots[at].1 != NO_PLACE && self.slots[at].0 != word {
            at = (at + 1) & mask;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_if_all_bytes_are() {
        let text: Vec<u8> = (0..40).collect();
        for length in 0..text.len() {
            let one = &text[..length];
            assert!(is_same(one, &text.clone()[..length]));
            assert!(!is_same(one, &text[..length + 1]));
            for at in 0..length {
                let mut other = one.to_vec();
                other[at] ^= 0x80;
                assert!(!is_same(one, &other), "{length} {at}");
            }
        }
    }

    #[test]
    fn short_keys_keep_their_places() {
        let keys: Vec<String> =
            (0..5000).map(|number| format!("{number}")).chain([String::new(), "\0".into()]).collect();
        let mut places = ShortKeys::default();
        for round in 0..2 {
            for (at, key) in keys.iter().enumerate() {
                let next = if round == 0 { at } else { keys.len() };
                assert_eq!(places.of(key.as_bytes(), next as u32), Some(at as u32), "{key:?}");
            }
        }
        assert_eq!(places.of(b"12345678", 0), None);
    }
}
