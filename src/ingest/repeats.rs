//! Orders that a file holds twice, as it does where exports that overlap in time were put together.
//!
//! Lines of an order that follow each other are one block. Equal lines within a block are what was bought; a later
//! block with the same order number and the same lines is the same order once more.

use crate::order::sort_many;
use std::borrow::Cow;
use std::ops::Range;

use super::join::OrderLines;
use super::lines::Lines;
use tillcast_kernels::keys::{is_same, mix};

/// A block that was read.
#[derive(Clone, Copy, serde::Serialize, serde::Deserialize)]
struct Block {
    /// Digits of the order number.
    number: u64,
    /// Hash of the whole order number.
    name: u64,
    begin: u32,
    end: u32,
}

impl Block {
    fn lines(&self) -> Range<usize> {
        self.begin as usize..self.end as usize
    }
}

/// The block being read and all before.
#[derive(Default, serde::Serialize, serde::Deserialize)]
pub struct Repeats {
    order: Vec<u8>,
    begin: usize,
    blocks: Vec<Block>,
    /// Why the last line of the block being read was left out, and orders of which all were.
    reason: Option<Cow<'static, str>>,
    left: Vec<(u64, Cow<'static, str>)>,
}

impl Repeats {
    /// Whether a line with this order number belongs to the block being read; without a number, each stands alone.
    pub fn continues(&self, order: &[u8]) -> bool {
        !order.is_empty() && is_same(&self.order, order)
    }

    /// The first line of the block being read.
    pub fn begins_at(&self) -> usize {
        self.begin
    }

    /// Ends the block being read, whose lines end there, and begins one for a line with that order number.
    pub fn begin(&mut self, order: &[u8], end: usize) {
        if !self.order.is_empty() && (self.begin < end || self.reason.is_some()) {
            let (mut name, mut number) = (0, 0_u64);
            for &byte in &self.order {
                name = mix(name, u64::from(byte));
                if byte.is_ascii_digit() {
                    number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                }
            }
            if self.begin < end {
                self.blocks.push(Block { number, name, begin: self.begin as u32, end: end as u32 });
            } else if let Some(reason) = self.reason.take() {
                self.left.push((name, reason));
            }
        }
        self.reason = None;
        self.order.clear();
        self.order.extend_from_slice(order);
        self.begin = end;
    }

    /// Says that a line of the block being read was left out.
    pub fn left_out(&mut self, reason: &'static str) {
        self.reason = Some(reason.into());
    }

    /// Puts what was read of the file's next lines behind, of which `before` come first.
    pub fn append(&mut self, next: Self, before: usize) {
        self.begin(&[], before);
        let shift =
            |block: Block| Block { begin: block.begin + before as u32, end: block.end + before as u32, ..block };
        self.blocks.extend(next.blocks.into_iter().map(shift));
        self.left.extend(next.left);
        (self.order, self.begin, self.reason) = (next.order, next.begin + before, next.reason);
    }

    /// All orders that were read, once [`Repeats::finish`] has ended the last, and those all of whose lines were left out.
    pub fn into_orders(self) -> (Vec<OrderLines>, Vec<(u64, Cow<'static, str>)>) {
        let lines = |block: Block| OrderLines { name: block.name, begin: block.begin, end: block.end };
        (self.blocks.into_iter().map(lines).collect(), self.left)
    }

    /// Ends the last block; the lines of all blocks that repeat an earlier one.
    pub fn finish(&mut self, lines: &Lines) -> Vec<Range<usize>> {
        self.begin(&[], lines.len());
        // Exports mostly run by order number, and a sort that keeps equals in their order is quick with what runs
        // already. A table of hashes would miss the processor's cache at every order.
        self.blocks.sort_by_key(|block| (block.number, block.name));
        let mut repeats = Vec::new();
        let same = |a: &Block, b: &Block| (a.number, a.name) == (b.number, b.name);
        for blocks in self.blocks.chunk_by(same).filter(|blocks| blocks.len() > 1) {
            let mut hashed: Vec<(u64, Range<usize>)> =
                blocks.iter().map(|block| (lines.hash(block.lines()), block.lines())).collect();
            sort_many(&mut hashed, |one, other| one.0.cmp(&other.0));
            for alike in hashed.chunk_by(|a, b| a.0 == b.0) {
                repeats.extend(alike[1..].iter().map(|(_, lines)| lines.clone()));
            }
        }
        repeats
    }
}
