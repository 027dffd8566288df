//! Forecasts put away until they are needed again.
//!
//! A test's forecasts of all products at all origins are the most that a large shop needs at once. Most of their numbers
//! need no eight bytes: goods that seldom sell have zeros, simple rules repeat a day or a week, counts are short.

use ndarray::Array2;

use super::{LEVELS, SeriesForecast};
use crate::error::{Error, Result};

/// Some series' forecasts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Packed(Vec<u8>);

/// What stands before a series' numbers.
#[derive(serde::Serialize, serde::Deserialize)]
struct Head<'a> {
    id: &'a str,
    start: i32,
    model: &'a str,
    /// Steps.
    horizon: u32,
    /// Numbers between one and that which it is likely to repeat.
    lag: u32,
}

/// How a number is written; two of these share a byte.
const ZERO: u8 = 0;
/// As the number before it.
const AS_LAST: u8 = 1;
/// As the one `lag` numbers before it.
const AS_LAG: u8 = 2;
/// In four bytes, which are enough for it.
const SHORT: u8 = 3;
/// In eight bytes.
const WHOLE: u8 = 4;

impl Packed {
    /// Puts forecasts away, to come back bit by bit; those of a season may repeat after `season` steps.
    ///
    /// # Errors
    /// Fails only if a key does not serialise.
    pub fn new(series: &[SeriesForecast], season: usize) -> Result<Self> {
        Self::put_away(series, season, false)
    }

    /// The same, rounded to the seven digits of four bytes: half as much.
    ///
    /// # Errors
    /// Fails only if a key does not serialise.
    pub fn rounded(series: &[SeriesForecast], season: usize) -> Result<Self> {
        Self::put_away(series, season, true)
    }

    fn put_away(series: &[SeriesForecast], season: usize, round: bool) -> Result<Self> {
        let mut bytes = Vec::new();
        for one in series {
            let mut numbers = Vec::with_capacity(one.quantiles.len() + one.mean.len() + one.total.len());
            match one.quantiles.as_slice() {
                Some(quantiles) => numbers.extend_from_slice(quantiles),
                None => numbers.extend(&one.quantiles),
            }
            numbers.extend_from_slice(&one.mean);
            numbers.extend_from_slice(&one.total);
            if round {
                numbers.iter_mut().for_each(|number| *number = f64::from(*number as f32));
            }
            let (lag, kinds) = shortest(&numbers, season * LEVELS.len());
            let head = Head {
                id: &one.id,
                start: one.start,
                model: &one.model,
                horizon: one.mean.len() as u32,
                lag: lag as u32,
            };
            bytes = postcard::to_extend(&head, bytes).map_err(|error| Error::internal(error.to_string()))?;
            bytes.extend(kinds.chunks(2).map(|pair| pair[0] | pair.get(1).copied().unwrap_or_default() << 4));
            for (&number, &kind) in numbers.iter().zip(&kinds) {
                match kind {
                    SHORT => bytes.extend((number as f32).to_le_bytes()),
                    WHOLE => bytes.extend(number.to_le_bytes()),
                    _ => {}
                }
            }
        }
        bytes.shrink_to_fit();
        Ok(Self(bytes))
    }

    /// The forecasts as they were put away.
    ///
    /// # Errors
    /// Fails only on bytes that [`Packed::new`] did not write.
    pub fn unpack(&self) -> Result<Vec<SeriesForecast>> {
        let broken = || Error::internal("a forecast that was put away cannot be read");
        let mut made = Vec::new();
        let mut rest = self.0.as_slice();
        while !rest.is_empty() {
            let (head, after) = postcard::take_from_bytes::<Head<'_>>(rest).map_err(|_| broken())?;
            let (horizon, lag) = (head.horizon as usize, head.lag as usize);
            let count = horizon * LEVELS.len() + horizon + LEVELS.len();
            let (kinds, mut literals) = after.split_at_checked(count.div_ceil(2)).ok_or_else(broken)?;
            let mut numbers: Vec<f64> = Vec::with_capacity(count);
            let mut last = None;
            for place in 0..count {
                let number = match kinds[place / 2] >> (4 * (place % 2)) & 15 {
                    ZERO => 0.0,
                    AS_LAST => last.ok_or_else(broken)?,
                    AS_LAG => *numbers.get(place.wrapping_sub(lag)).ok_or_else(broken)?,
                    SHORT => f64::from(f32::from_le_bytes(*take(&mut literals).ok_or_else(broken)?)),
                    _ => f64::from_le_bytes(*take(&mut literals).ok_or_else(broken)?),
                };
                last = Some(number);
                numbers.push(number);
            }
            rest = literals;
            let total = numbers.split_off(count - LEVELS.len());
            let mean = numbers.split_off(horizon * LEVELS.len());
            let quantiles = Array2::from_shape_vec((horizon, LEVELS.len()), numbers).map_err(|_| broken())?;
            let (id, model) = (head.id.to_owned(), head.model.to_owned());
            made.push(SeriesForecast { id, start: head.start, model, mean, quantiles, total });
        }
        Ok(made)
    }

    /// The bytes that it is.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The same without a copy.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// What [`Packed::into_bytes`] gave.
    pub fn of_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        self.0.len()
    }
}

/// The next bytes of `rest`, which is left with those after them.
fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (first, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(first)
}

fn size(kind: u8) -> usize {
    match kind {
        SHORT => 4,
        WHOLE => 8,
        _ => 0,
    }
}

/// The lag of a step or of a season, and the kinds of the numbers with it: what takes less.
fn shortest(numbers: &[f64], season: usize) -> (usize, Vec<u8>) {
    let by_step = kinds(numbers, LEVELS.len());
    let written = |kinds: &[u8]| kinds.iter().map(|kind| size(*kind)).sum::<usize>();
    // No other lag takes less where nothing that is written in full repeats after it.
    let spares = |(place, kind): (usize, &u8)| size(*kind) > 0 && is_same(numbers, place, season);
    if by_step.iter().enumerate().any(spares) {
        let by_season = kinds(numbers, season);
        if written(&by_season) < written(&by_step) {
            return (season, by_season);
        }
    }
    (LEVELS.len(), by_step)
}

fn is_same(numbers: &[f64], place: usize, back: usize) -> bool {
    place >= back && numbers[place - back].to_bits() == numbers[place].to_bits()
}

/// The shortest way to write each number.
fn kinds(numbers: &[f64], lag: usize) -> Vec<u8> {
    let kind = |place: usize| match numbers[place] {
        number if number.to_bits() == 0 => ZERO,
        _ if is_same(numbers, place, 1) => AS_LAST,
        _ if is_same(numbers, place, lag) => AS_LAG,
        number if f64::from(number as f32).to_bits() == number.to_bits() => SHORT,
        _ => WHOLE,
    };
    const ROW: usize = LEVELS.len();
    let mut made = Vec::with_capacity(numbers.len());
    while made.len() < numbers.len() {
        let place = made.len();
        // Of a row that stands there a third time everything is said as of the second.
        let is_third = place >= 2 * ROW
            && lag == ROW
            && numbers.len() >= place + ROW
            && (place - ROW..place + ROW).all(|place| is_same(numbers, place, ROW));
        if is_third {
            made.extend_from_within(place - ROW..);
        } else {
            made.extend((place..numbers.len().min(place + ROW)).map(kind));
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: usize = 28;

    fn forecast(id: &str, value: impl Fn(usize, usize) -> f64) -> SeriesForecast {
        let quantiles = Array2::from_shape_fn((STEPS, LEVELS.len()), |(step, place)| value(step, place));
        let mean = (0..STEPS).map(|step| value(step, 6)).collect();
        SeriesForecast { id: id.into(), start: -3, model: "x".into(), mean, quantiles, total: vec![0.1; LEVELS.len()] }
    }

    #[test]
    fn what_is_put_away_comes_back_bit_by_bit() -> Result<()> {
        let all = [
            forecast("never sold", |_, _| 0.0),
            forecast("every day alike", |_, place| place as f64 / 3.0),
            forecast("every week alike", |step, place| (step % 7 * place) as f64 / 3.0),
            forecast("counts", |step, place| (step + place) as f64),
            forecast("odd", |step, place| 0.1 + (step * 31 + place) as f64 / 7.0),
            forecast("signs", |step, _| if step % 2 == 0 { -0.0 } else { f64::NAN }),
            SeriesForecast::new(String::new(), 7, "nothing ahead", Vec::new(), Array2::zeros((0, LEVELS.len())), 0.0),
        ];
        let packed = Packed::new(&all, 7)?;
        let bits = |one: &SeriesForecast| {
            let numbers = one.quantiles.iter().chain(&one.mean).chain(&one.total);
            (one.id.clone(), one.start, one.model.clone(), numbers.map(|value| value.to_bits()).collect::<Vec<_>>())
        };
        let back = packed.unpack()?;
        assert_eq!(back.iter().map(bits).collect::<Vec<_>>(), all.iter().map(bits).collect::<Vec<_>>());
        let share = |place: usize| {
            let all = &all[place..=place];
            Ok::<_, Error>(Packed::new(all, 7)?.size() as f64 / (8 * (STEPS + 1) * (LEVELS.len() + 1)) as f64)
        };
        // Rounded, none is far off, and none takes more than its share.
        let close = Packed::rounded(&all[..5], 7)?;
        for (one, other) in close.unpack()?.iter().zip(&all) {
            for (a, b) in one.quantiles.iter().chain(&one.total).zip(other.quantiles.iter().chain(&other.total)) {
                assert!((a - b).abs() <= 1e-7 * b.abs(), "{a} for {b}");
            }
        }
        assert!(Packed::rounded(&all[4..5], 7)?.size() as f64 <= 0.6 * Packed::new(&all[4..5], 7)?.size() as f64);
        assert!(share(0)? < 0.1 && share(1)? < 0.2 && share(2)? < 0.4 && share(3)? < 0.6 && share(4)? < 1.1);
        Ok(())
    }

    #[test]
    fn broken_bytes_are_an_error() -> Result<()> {
        let Packed(bytes) = Packed::new(&[forecast("a", |step, place| (step * place) as f64 + 0.1)], 7)?;
        for cut in [1, 5, 40, bytes.len() - 1] {
            assert!(Packed(bytes[..cut].to_vec()).unpack().is_err(), "{cut}");
        }
        assert_eq!(Packed::default().unpack()?, []);
        Ok(())
    }
}
