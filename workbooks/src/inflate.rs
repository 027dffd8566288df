//! Members of an archive inflated piece by piece, within limits: sizes that an archive claims are never believed.

use std::cell::Cell;
use std::io::{Cursor, Read, Take};
use std::rc::Rc;

use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::CompressionMethod;

use crate::archive::Member;
use crate::{PIECE_BYTES, Result, Shared, Trouble};

/// What swells by more than this is taken for a bomb.
const MOST_RATIO: u64 = 100;
/// Small files may swell by more, up to this size.
const ALWAYS_BYTES: u64 = 64 << 20;
/// More than this is never inflated of one file, nor is a file larger than this opened.
pub(crate) const MOST_BYTES: u64 = 1_000_000_000;

/// What was inflated of one file, over all its members: the same whoever inflates.
#[derive(Clone, Default)]
pub(crate) struct Budget {
    inflated: Rc<Cell<u64>>,
    compressed: Rc<Cell<u64>>,
}

impl Budget {
    /// Counts compressed bytes that are about to be inflated.
    fn begin(&self, compressed: u64) {
        self.compressed.set(self.compressed.get() + compressed);
    }

    /// Counts inflated bytes.
    fn take(&self, bytes: u64) -> Result<()> {
        self.inflated.set(self.inflated.get() + bytes);
        within_limits(self.inflated.get(), self.compressed.get())
    }
}

/// Whether so many bytes may be made of so many compressed ones.
pub(crate) fn within_limits(inflated: u64, compressed: u64) -> Result<()> {
    let far = inflated > ALWAYS_BYTES && inflated / compressed.max(1) > MOST_RATIO;
    if far || inflated > MOST_BYTES { Err(Trouble::swells()) } else { Ok(()) }
}

enum Method {
    Stored(Take<Cursor<Shared>>),
    Deflated(DeflateDecoder<Take<Cursor<Shared>>>),
}

/// A member being inflated.
pub(crate) struct Inflated {
    method: Method,
    budget: Budget,
    crc: Crc,
    wanted_crc: u32,
}

impl Inflated {
    pub(crate) fn new(bytes: &Shared, member: &Member, budget: &Budget) -> Result<Self> {
        let mut at = Cursor::new(bytes.clone());
        at.set_position(member.start);
        let packed = at.take(member.compressed);
        let method = match member.method {
            CompressionMethod::Stored => Method::Stored(packed),
            CompressionMethod::Deflated => Method::Deflated(DeflateDecoder::new(packed)),
            _ => {
                return Err(Trouble::new(
                    "archive-method",
                    "the archive is packed in an unusual way",
                    "unpack it, and choose the file that is inside",
                ));
            }
        };
        budget.begin(member.compressed);
        Ok(Self { method, budget: budget.clone(), crc: Crc::new(), wanted_crc: member.crc })
    }

    /// Appends the next piece; says whether there may be more.
    pub(crate) fn read(&mut self, into: &mut Vec<u8>) -> Result<bool> {
        let start = into.len();
        into.resize(start + PIECE_BYTES, 0);
        let mut filled = start;
        while filled < into.len() {
            let room = &mut into[filled..];
            let read = match &mut self.method {
                Method::Stored(from) => from.read(room),
                Method::Deflated(from) => from.read(room),
            };
            match read.map_err(|_| Trouble::damaged_archive("a member ends too early or cannot be inflated"))? {
                0 => break,
                read => filled += read,
            }
        }
        let more = filled == into.len();
        into.truncate(filled);
        self.budget.take((filled - start) as u64)?;
        self.crc.update(&into[start..]);
        if !more && self.crc.sum() != self.wanted_crc {
            return Err(Trouble::damaged_archive("a member is not what was packed"));
        }
        Ok(more)
    }

    /// The whole of a member that is a file of its own.
    pub(crate) fn whole(mut self) -> Result<Vec<u8>> {
        let mut whole = Vec::new();
        while self.read(&mut whole)? {}
        Ok(whole)
    }

    /// Inflates all of it to nowhere, for the sake of the limits.
    pub(crate) fn probe(mut self, mut see: impl FnMut(&[u8])) -> Result<u64> {
        let (mut piece, mut total) = (Vec::new(), 0);
        loop {
            piece.clear();
            let more = self.read(&mut piece)?;
            see(&piece);
            total += piece.len() as u64;
            if !more {
                return Ok(total);
            }
        }
    }

    /// The first bytes.
    pub(crate) fn head(mut self) -> Result<Vec<u8>> {
        let mut head = vec![0; HEAD_BYTES];
        let mut filled = 0;
        while filled < head.len() {
            let read = match &mut self.method {
                Method::Stored(from) => from.read(&mut head[filled..]),
                Method::Deflated(from) => from.read(&mut head[filled..]),
            };
            match read.map_err(|_| Trouble::damaged_archive("a member cannot be inflated"))? {
                0 => break,
                read => filled += read,
            }
        }
        head.truncate(filled);
        Ok(head)
    }
}

/// Bytes that tell what a member is.
const HEAD_BYTES: usize = 4096;
