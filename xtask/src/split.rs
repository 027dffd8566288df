//! A module with its code taken apart, which LZMA then packs nine per cent smaller: the places of locals, the offsets of
//! memory and the depths of branches are each alike among themselves, and the instructions between them repeat much
//! farther once those are gone. The lengths of function bodies are left out, as their ends say them.
//!
//! Made: four little-endian 32-bit numbers, the length of the whole module and of each of the three streams of numbers;
//! those streams; then all that is left, in its order. `www/engine/rejoin.js` undoes it, and must know the same
//! instructions; `tests/browser/packed.test.mjs` holds the two together.
//!
//! Source: WebAssembly Core Specification 2.0, section 5, binary format.

/// Where a number goes; in the order in which they are written.
#[derive(Clone, Copy)]
enum Stream {
    Local,
    Offset,
    Depth,
    Rest,
}

const STREAMS: usize = 4;
const PREAMBLE_BYTES: usize = 8;
const CODE_SECTION: u8 = 10;

/// Takes a module apart. Fails where it is cut off or has an instruction that is not known here.
pub fn split(wasm: &[u8]) -> Result<Vec<u8>, String> {
    let mut parts = Parts { wasm, at: 0, streams: Default::default() };
    parts.copy(PREAMBLE_BYTES)?;
    while parts.at < wasm.len() {
        let section = parts.byte()?;
        let length = parts.number(Stream::Rest)?;
        if section == CODE_SECTION { parts.code()? } else { parts.copy(length)? }
    }
    let [locals, offsets, depths, _] = &parts.streams;
    let mut out = Vec::with_capacity(wasm.len());
    for length in [wasm.len(), locals.len(), offsets.len(), depths.len()] {
        out.extend(u32::try_from(length).map_err(|_| "a module of more than 4 GB")?.to_le_bytes());
    }
    parts.streams.iter().for_each(|stream| out.extend(stream));
    Ok(out)
}

struct Parts<'a> {
    wasm: &'a [u8],
    at: usize,
    streams: [Vec<u8>; STREAMS],
}

impl Parts<'_> {
    fn code(&mut self) -> Result<(), String> {
        for _ in 0..self.number(Stream::Rest)? {
            let start = self.at;
            let length = self.skipped_number()?;
            // The other side writes the shortest form.
            if self.at - start != leb_bytes(length) {
                return Err(format!("byte {start}: a length that is longer than it need be"));
            }
            let end = self.at + length;
            self.body()?;
            if self.at != end {
                return Err(format!("byte {}: a function ends here, and was said to end at {end}", self.at));
            }
        }
        Ok(())
    }

    fn body(&mut self) -> Result<(), String> {
        for _ in 0..self.number(Stream::Rest)? {
            self.numbers(2)?; // how many locals, of which type
        }
        let mut depth = 1;
        while depth > 0 {
            depth += self.instruction()?;
        }
        Ok(())
    }

    /// Moves one instruction; answers by how much blocks are nested deeper behind it.
    fn instruction(&mut self) -> Result<i32, String> {
        match self.byte()? {
            0x02..=0x04 => return self.numbers(1).map(|()| 1), // block, loop, if
            0x0b => return Ok(-1),                             // end
            0x0c | 0x0d => drop(self.number(Stream::Depth)?),
            0x0e => {
                let ways = self.number(Stream::Rest)?;
                self.numbers(ways + 1)?;
            }
            0x11 => self.numbers(2)?, // call_indirect: type, table
            0x1c => {
                let types = self.number(Stream::Rest)?;
                self.numbers(types)?;
            }
            0x20..=0x22 => drop(self.number(Stream::Local)?),
            0x10 | 0x23..=0x26 | 0x3f..=0x42 | 0xd0 | 0xd2 => self.numbers(1)?,
            0x28..=0x3e => self.memory()?,
            0x43 => self.copy(4)?,
            0x44 => self.copy(8)?,
            0xfc => self.bulk()?,
            0xfd => self.vector()?,
            0x00 | 0x01 | 0x05 | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => {}
            unknown => return Err(format!("byte {}: unknown instruction {unknown:#x}", self.at - 1)),
        }
        Ok(0)
    }

    fn bulk(&mut self) -> Result<(), String> {
        match self.number(Stream::Rest)? {
            0..=7 => Ok(()), // truncations that saturate
            9 | 11 | 13 | 15..=17 => self.numbers(1),
            8 | 10 | 12 | 14 => self.numbers(2),
            unknown => Err(format!("byte {}: unknown instruction 0xfc {unknown:#x}", self.at)),
        }
    }

    fn vector(&mut self) -> Result<(), String> {
        match self.number(Stream::Rest)? {
            0..=11 | 92 | 93 => self.memory(),
            12 | 13 => self.copy(16), // a constant, the lanes of a shuffle
            21..=34 => self.copy(1),  // a lane
            84..=91 => self.memory().and_then(|()| self.copy(1)),
            14..=20 | 35..=83 | 94..=255 => Ok(()),
            unknown => Err(format!("byte {}: unknown instruction 0xfd {unknown:#x}", self.at)),
        }
    }

    /// The alignment says little that the instruction does not, so that it stays beside it.
    fn memory(&mut self) -> Result<(), String> {
        let alignment = self.number(Stream::Rest)?;
        if alignment > 4 {
            return Err(format!("byte {}: a second memory", self.at));
        }
        self.number(Stream::Offset).map(drop)
    }

    fn byte(&mut self) -> Result<u8, String> {
        let byte = *self.wasm.get(self.at).ok_or("the module is cut off")?;
        self.copy(1)?;
        Ok(byte)
    }

    fn copy(&mut self, count: usize) -> Result<(), String> {
        let bytes = self.wasm.get(self.at..self.at + count).ok_or("the module is cut off")?;
        self.streams[Stream::Rest as usize].extend(bytes);
        self.at += count;
        Ok(())
    }

    fn numbers(&mut self, count: usize) -> Result<(), String> {
        (0..count).try_for_each(|_| self.number(Stream::Rest).map(drop))
    }

    /// Moves a LEB128 number, and answers its value where that is below 2^32 and unsigned.
    fn number(&mut self, stream: Stream) -> Result<usize, String> {
        let start = self.at;
        let value = self.skipped_number()?;
        self.streams[stream as usize].extend(&self.wasm[start..self.at]);
        Ok(value)
    }

    fn skipped_number(&mut self) -> Result<usize, String> {
        let (mut value, mut shift) = (0u64, 0);
        loop {
            let byte = *self.wasm.get(self.at).ok_or("the module is cut off")?;
            self.at += 1;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            shift += 7;
            if byte < 0x80 {
                return Ok(value as usize);
            }
        }
    }
}

fn leb_bytes(value: usize) -> usize {
    (usize::BITS - value.leading_zeros()).max(1).div_ceil(7) as usize
}
