//! A file in sections, each read by a worker of its own and put behind what came before.
//!
//! A section begins with the first record behind a place in the file whose order is another than that of the record
//! before, since lines of one order belong together, and ends where by the same rule the next one begins. Whether a place
//! lies between two records cannot be told from there: a quoted field may hold line ends. So the sections are taken to
//! fit only if each begins at the very byte at which the one before has ended; else the rest is read in one go.

use std::borrow::Cow;

use super::line::meaning;
use super::unread::Unread;
use super::{Decode, Lines, Plan, Reader};
use crate::error::{Error, Result};
use crate::ingest::ReadOptions;
use crate::ingest::left_out::Left;
use crate::ingest::lines::Gathered;
use crate::ingest::repeats::Repeats;
use tillcast_kernels::keys::is_same;

/// Which part of a file a reader reads, in bytes of the file.
pub(super) struct Bounds {
    /// Order of the record before, until the section has begun; none before the first record.
    before: Option<Vec<u8>>,
    began_at: Option<u64>,
    /// Past this place the next order is another section's.
    until: Option<u64>,
    /// Whether a record at that place or behind was met.
    has_passed: bool,
    ended_at: Option<u64>,
}

/// Where a record lies.
pub(super) enum Meets {
    Before,
    Inside,
    Behind,
}

impl Bounds {
    /// Whether they are those of the file's first section.
    pub(super) fn is_first(&self) -> bool {
        self.began_at == Some(0)
    }

    /// Whether a record at that place lies inside by that alone, as nearly all do.
    pub(super) fn surround(&self, place: u64) -> bool {
        self.began_at.is_some() && !self.has_passed && self.until.is_none_or(|until| place < until)
    }

    /// Looks at the next record, which begins at that place.
    pub(super) fn meets(&mut self, place: u64, is_blank: bool, order: &[u8], repeats: &Repeats) -> Meets {
        if is_blank {
            return if self.began_at.is_some() { Meets::Inside } else { Meets::Before };
        }
        let has_passed = self.has_passed;
        self.has_passed |= self.until.is_some_and(|until| place >= until);
        let mut is_new = false;
        if self.began_at.is_none() {
            is_new = self.before.as_ref().is_some_and(|before| order.is_empty() || !is_same(before, order));
            if !is_new {
                self.before = Some(order.to_vec());
                return Meets::Before;
            }
            self.began_at = Some(place);
        }
        if has_passed && (is_new || !repeats.continues(order)) {
            self.ended_at = Some(place);
            return Meets::Behind;
        }
        Meets::Inside
    }
}

/// What was read of a section.
#[derive(serde::Serialize, serde::Deserialize)]
struct Section {
    began_at: u64,
    ended_at: u64,
    number: u64,
    read: u64,
    cut_off: bool,
    met_whole: bool,
    loose: Vec<(u64, Cow<'static, str>)>,
    reasons: Vec<Left>,
    noted: Vec<(Cow<'static, str>, usize)>,
    currencies: Vec<(Vec<u8>, u64)>,
    statuses: Vec<(Vec<u8>, u64)>,
    repeats: Repeats,
    unread: Unread,
}

impl Reader {
    /// Whether the rest of the file may be read in sections: it is plain UTF-8 with a record a line, and what a record
    /// means does not hang on the rows or orders before.
    pub fn divides(&self) -> bool {
        let is_plain = self.decode.as_ref().is_some_and(|decode| decode.is_plain() && decode.replaced() == 0);
        let plan = self.plan.as_ref();
        is_plain
            && plan.is_some_and(|plan| {
                let is_alone = plan.melt.is_none() && plan.groups.is_none() && !plan.preset.fills_down;
                is_alone && plan.dialect.line_end == b'\n'
            })
    }

    /// Ends reading with the order that stands at that byte of the file; see [`Reader::divides`].
    pub fn until(&mut self, place: u64) {
        self.bounds =
            Some(Bounds { before: None, began_at: Some(0), until: Some(place), has_passed: false, ended_at: None });
    }

    /// Whether the reader has come to the end of its section.
    pub fn has_ended(&self) -> bool {
        self.bounds.as_ref().is_some_and(|bounds| bounds.ended_at.is_some())
    }

    /// A reader for the section behind the byte `from`, where a line begins; `head` is how the file begins.
    ///
    /// # Errors
    /// As [`Reader::push`] with the file's first bytes.
    pub fn of_section(name: &str, options: ReadOptions, head: &[u8], from: u64, until: Option<u64>) -> Result<Self> {
        let mut reader = Self::new(name, options);
        let mut decode = Decode::new(reader.options.encoding.as_deref())?;
        let mut text = Vec::new();
        decode.push(head, &mut text)?;
        let (plan, _) = Plan::sniff(&text, &reader.options)?;
        reader.lines = Lines::new(&plan.extra_names);
        reader.plan = Some(plan);
        decode.restart();
        reader.decode = Some(decode);
        reader.before = from;
        reader.bounds = Some(Bounds { before: None, began_at: None, until, has_passed: false, ended_at: None });
        Ok(reader)
    }

    /// What was read of a section, once it or the file has ended.
    ///
    /// # Errors
    /// Fails if the section was not to be read on its own.
    pub fn into_section(mut self) -> Result<Vec<u8>> {
        self.take(&[], true)?;
        let unfit = || Error::internal("the section cannot be read on its own");
        // Places in the text are none in the file where characters were replaced.
        self.decode.as_ref().filter(|decode| decode.replaced() == 0).ok_or_else(unfit)?;
        let bounds = self.bounds.ok_or_else(unfit)?;
        let ended_at = bounds.ended_at.unwrap_or(self.before);
        let section = Section {
            began_at: bounds.began_at.unwrap_or(ended_at),
            ended_at,
            number: self.number,
            read: self.read,
            cut_off: self.cut_off,
            met_whole: self.met_whole,
            loose: self.loose,
            reasons: self.reasons.finish(),
            noted: self.noted,
            currencies: self.currencies,
            statuses: self.statuses.counts(),
            repeats: self.repeats,
            unread: self.unread,
        };
        let bytes = postcard::to_stdvec(&section).map_err(|error| Error::internal(error.to_string()))?;
        self.lines.gathered(bytes)
    }

    /// Puts a section behind what was read so far; false, and nothing is done, if it does not begin where that ended.
    ///
    /// # Errors
    /// Fails only on bytes that [`Reader::into_section`] did not write.
    pub fn append(&mut self, section: &[u8]) -> Result<bool> {
        let broken = || Error::internal("a section of the file cannot be read");
        let (section, lines) = postcard::take_from_bytes::<Section>(section).map_err(|_| broken())?;
        let bounds = self.bounds.as_mut().ok_or_else(broken)?;
        if bounds.ended_at != Some(section.began_at) {
            return Ok(false);
        }
        bounds.ended_at = Some(section.ended_at);
        let (number, before) = (self.number, self.lines.len());
        self.lines.append(Gathered::from_bytes(lines)?, number);
        if section.met_whole {
            self.met_whole = true;
            self.loose.drain(..).for_each(|(number, reason)| self.reasons.add(&reason, number));
        }
        self.loose.extend(section.loose.into_iter().map(|(own, reason)| (own + number, reason)));
        for Left { reason, records } in section.reasons {
            records.iter().for_each(|&own| self.reasons.add(&reason, u64::from(own) + number));
        }
        self.noted.extend(section.noted.into_iter().map(|(code, line)| (code, line + before)));
        for (code, lines) in section.currencies {
            match self.currencies.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(&code)) {
                Some((_, known)) => *known += lines,
                None => self.currencies.push((code, lines)),
            }
        }
        if let Some(plan) = &self.plan {
            self.statuses.append(&meaning(plan.preset, &self.options.uncounted), section.statuses);
        }
        self.repeats.append(section.repeats, before);
        self.unread.append(section.unread);
        self.number += section.number;
        self.read += section.read;
        self.cut_off |= section.cut_off;
        Ok(true)
    }

    /// Lets the reader go on behind the last section; the byte of the file from which to push.
    pub fn resume(&mut self) -> Option<u64> {
        let place = self.bounds.take()?.ended_at?;
        self.before = place;
        if let Some(decode) = &mut self.decode {
            decode.restart();
        }
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Reading, decode::SNIFF_BYTES};

    /// Enough of the file to plan with.
    const HEAD_BYTES: usize = 2 * SNIFF_BYTES;

    fn reader() -> Reader {
        Reader::new("orders.csv", ReadOptions::default())
    }

    fn read(text: &[u8]) -> Result<Reading> {
        let mut reader = reader();
        reader.push(text)?;
        reader.finish()
    }

    /// Reads a text cut behind the next line end of each of those places, and says how many sections fitted.
    fn read_cut(text: &[u8], places: &[usize]) -> Result<(Reading, usize)> {
        let behind = |place: usize| memchr::memchr(b'\n', &text[place..]).map_or(text.len(), |end| place + end + 1);
        let cuts: Vec<usize> = places.iter().map(|&place| behind(place)).collect();
        let (head, rest) = text.split_at(HEAD_BYTES);
        let mut reader = reader();
        reader.push(head)?;
        assert!(reader.divides());
        reader.until(cuts[0] as u64);
        reader.push(rest)?;
        let mut fitted = 0;
        for (place, &from) in cuts.iter().enumerate() {
            let until = cuts.get(place + 1).map(|&until| until as u64);
            let mut section = Reader::of_section("orders.csv", ReadOptions::default(), head, from as u64, until)?;
            for piece in text[from..].chunks(9_973) {
                section.push(piece)?;
            }
            if !reader.append(&section.into_section()?)? {
                break;
            }
            fitted += 1;
        }
        if let Some(place) = reader.resume() {
            reader.push(&text[place as usize..])?;
        }
        Ok((reader.finish()?, fitted))
    }

    /// What the reading would say, unequal numbers that are none included.
    fn said(reading: &Reading) -> String {
        format!("{reading:?}")
    }

    /// Some orders of one to four lines, each line as `line` writes it of its number, the order's, and its place there.
    fn orders(header: &str, line: impl Fn(usize, usize, usize) -> String) -> Vec<u8> {
        let mut text = format!("{header}\n");
        let (mut number, mut order) = (0, 0);
        while text.len() < 3 * HEAD_BYTES {
            order += 1;
            for place in 0..1 + order * 7 % 4 {
                number += 1;
                text += &line(number, order, place);
                text.push('\n');
            }
        }
        text.into_bytes()
    }

    fn day(order: usize) -> String {
        format!("2026-{:02}-{:02}", 1 + order / 900 % 12, 1 + order / 30 % 28)
    }

    /// Asserts that however a text is cut, the reading is the same, and that all sections fit.
    fn cuts_do_not_matter(text: &[u8]) -> Result<()> {
        let whole = said(&read(text)?);
        for places in [&[600_000][..], &[700_001, 1_100_003], &[600_000, 600_001, 600_010], &[1_200_000, 1_500_000]] {
            let (reading, fitted) = read_cut(text, places)?;
            assert_eq!(fitted, places.len(), "{places:?}");
            assert!(said(&reading) == whole, "{places:?}");
        }
        Ok(())
    }

    #[test]
    fn lines_without_orders_are_read_alike() -> Result<()> {
        let text = orders("date,sku,name,qty,price,size", |number, order, _| {
            let name = if number % 5 == 0 { format!("Thing {}", number % 800) } else { String::new() };
            let price = if number % 9 == 0 { String::new() } else { format!("{}.5", number % 30) };
            let size = ["", "S", "M"][number / 20_000 % 3];
            format!("{},S{},{name},{},{price},{size}", day(order), number % 800, number % 6)
        });
        cuts_do_not_matter(&text)
    }

    #[test]
    fn lines_of_an_order_stay_together() -> Result<()> {
        // Repeated orders, cancelled ones, a returned line, bad numbers, short lines before and after whole ones.
        let text = orders(
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
            |number, order, place| {
                let invoice = if order % 50 == 0 { order - 49 } else { order };
                let mark = if order % 31 == 0 { "C" } else { "" };
                let quantity = match number % 97 {
                    0 => "-1".to_owned(),
                    1 => "many".to_owned(),
                    _ => (1 + place).to_string(),
                };
                if number % 101 == 0 {
                    return format!("{mark}{invoice},21{:03}", number % 700);
                }
                format!(
                    "{mark}{invoice},21{:03}a,\"Cup, \"\"{}\"\"\",{quantity},{} 09:0{},2.50,17850.0,United Kingdom",
                    number % 700,
                    number % 700,
                    day(order),
                    order % 10
                )
            },
        );
        cuts_do_not_matter(&text)
    }

    #[test]
    fn what_only_the_first_line_of_an_order_says_stays_with_it() -> Result<()> {
        let header = "Name,Financial Status,Cancelled at,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Currency";
        let text = orders(header, |number, order, place| {
            let first = if place > 0 {
                format!("#{order},,,")
            } else if order % 17 == 0 {
                format!("#{order},voided,,{} 10:00:00 +0100", day(order))
            } else {
                format!("#{order},{},,{} 10:00:00 +0100", if order % 19 == 0 { "pending" } else { "paid" }, day(order))
            };
            format!("{first},{},Mug {},7.00,SKU-{},EUR", 1 + number % 3, number % 300, number % 300)
        });
        cuts_do_not_matter(&text)
    }

    #[test]
    fn marks_and_ends_without_an_end_are_read_alike() -> Result<()> {
        let mut text = b"\xef\xbb\xbf".to_vec();
        text.extend(orders("date;sku;qty", |number, order, _| {
            format!("{};Straße {};{}", day(order), number % 50, number % 4)
        }));
        text.extend(b"2026-12-01;Stra");
        cuts_do_not_matter(&text)?;
        text.truncate(text.len() - 16);
        cuts_do_not_matter(&text)?;
        text.extend("\n\nGesamt;;\n".as_bytes());
        cuts_do_not_matter(&text)
    }

    #[test]
    fn a_cut_inside_a_quoted_field_is_noticed() -> Result<()> {
        let text = orders("order,date,sku,qty,remark", |number, order, place| {
            let remark =
                if number == 40_000 { "\"a\n".to_owned() + &"b,c,d\n".repeat(9_000) + "e\"" } else { String::new() };
            format!("{order},{},S{},{},{remark}", day(order), number % 9, 1 + place)
        });
        let at = memchr::memmem::find(&text, b"b,c,d\nb,c,d").map_or(0, |at| at + 20_000);
        assert!(at > HEAD_BYTES);
        let (reading, fitted) = read_cut(&text, &[at, text.len() - 1000])?;
        assert_eq!(fitted, 0);
        assert!(said(&reading) == said(&read(&text)?));
        Ok(())
    }

    #[test]
    fn replaced_characters_are_counted_once() -> Result<()> {
        let mut text = orders("date,sku,qty", |number, order, _| format!("{},S{},1", day(order), number % 9));
        for place in [HEAD_BYTES + 5000, text.len() - 5000] {
            text[place] = 0xff;
            let (reading, fitted) = read_cut(&text, &[HEAD_BYTES + 20_000, text.len() - 10_000]).or_else(|error| {
                // The worker's own failure is the page's to mend: it reads on in one go.
                if error.code() == "internal" { Ok((read(&text)?, 0)) } else { Err(error) }
            })?;
            assert_eq!(fitted, 0);
            assert!(said(&reading) == said(&read(&text)?));
        }
        Ok(())
    }
}
