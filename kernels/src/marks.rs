//! Marks in a text, as simdjson finds them (Langdale and Lemire 2019): sixteen bytes are compared at a time.

use wide::u8x16;

/// Bytes whose marks make one word.
const BLOCK: usize = 64;

/// Appends the places of all bytes that are one of three to `places`; the text has less than 4 GB.
pub fn find(text: &[u8], wanted: [u8; 3], places: &mut Vec<u32>) {
    let wanted = wanted.map(u8x16::splat);
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    let mut begin = 0;
    for block in blocks {
        add(hits(block, wanted), begin, places);
        begin += BLOCK as u32;
    }
    let mut last = [0; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    add(hits(&last, wanted) & ((1 << rest.len()) - 1), begin, places);
}

/// A bit for each byte that is one of them.
fn hits(block: &[u8; BLOCK], [first, second, third]: [u8x16; 3]) -> u64 {
    let (parts, _) = block.as_chunks::<16>();
    parts.iter().rev().fold(0, |hits, part| {
        let bytes = u8x16::new(*part);
        let met = bytes.simd_eq(first) | bytes.simd_eq(second) | bytes.simd_eq(third);
        hits << 16 | u64::from(met.to_bitmask())
    })
}

fn add(mut hits: u64, begin: u32, places: &mut Vec<u32>) {
    // Of a known number, the room for them is looked after once.
    places.extend((0..hits.count_ones()).map(|_| {
        let place = begin + hits.trailing_zeros();
        hits &= hits - 1;
        place
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_marks_are_found_at_any_length() {
        let text: Vec<u8> = (0..300_u32).map(|at| b"a,b\nc\"\0z"[(at * at % 11 % 8) as usize]).collect();
        for length in 0..text.len() {
            for wanted in [*b",\n\"", *b",\n,", *b"\0\0z"] {
                let (text, mut found) = (&text[..length], vec![7]);
                find(text, wanted, &mut found);
                let slow = (0..length).filter(|at| wanted.contains(&text[*at])).map(|at| at as u32);
                assert_eq!(found[1..], slow.collect::<Vec<_>>(), "{length} {wanted:?}");
            }
        }
    }
}
