//! Orders that a file holds twice, as it does where exports that overlap in time were put together.
//!
//! Lines of an order that follow each other are one block. Equal lines within a block are what was bought; a later
//! block with the same order number and the same lines is the same order once more.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use super::lines::{KeyHasher, Lines, Mark};

/// An odd number with its bits well spread (the golden ratio's fraction).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Adds a word to a hash. Each step is one to one in both, so that short words of like shape do not fall together.
pub fn mix(hash: u64, word: u64) -> u64 {
    let mixed = (hash ^ word).wrapping_mul(SPREAD);
    mixed ^ mixed >> 32
}

/// The block being read, and a hash of every block before: some 10 to 20 bytes each.
#[derive(Default)]
pub struct Repeats {
    order: Vec<u8>,
    begin: Mark,
    seen: HashSet<u64, BuildHasherDefault<KeyHasher>>,
}

impl Repeats {
    /// Whether a line with this order number belongs to the block being read; without a number, each stands alone.
    pub fn continues(&self, order: &[u8]) -> bool {
        !order.is_empty() && self.order == order
    }

    /// Begins a block; the one before must have been ended.
    pub fn begin(&mut self, order: &[u8], lines: &Lines) {
        self.order.clear();
        self.order.extend_from_slice(order);
        self.begin = lines.mark();
    }

    /// Ends the block. If it repeats an earlier one, says where its lines begin.
    pub fn end(&mut self, lines: &Lines) -> Option<Mark> {
        if self.order.is_empty() || lines.len() == self.begin.line() {
            return None;
        }
        let mut hash = mix(lines.hash_since(&self.begin), self.order.len() as u64);
        for chunk in self.order.chunks(8) {
            hash = mix(hash, chunk.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)));
        }
        (!self.seen.insert(hash)).then_some(self.begin)
    }
}
