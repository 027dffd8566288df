//! A panel's forecast, packed piece by piece: in full that of ten thousand products is 33 MB, and one is shown while a
//! better one is made.

use super::packed::Packed;
use super::{Forecast, SeriesForecast};
use crate::calendar::Frequency;
use crate::error::Result;
use crate::work::breathe;

/// Series of a piece: so many are in full at once. Parts of a panel are some of these.
pub const PIECE_SERIES: usize = 128;

/// Forecast of a whole panel, in panel order, bit by bit as it was.
#[derive(Debug, Clone, PartialEq)]
pub struct PackedForecast {
    /// Spacing of the steps.
    pub frequency: Frequency,
    /// Number of steps.
    pub horizon: usize,
    /// First forecast period of each series.
    starts: Vec<i32>,
    pieces: Vec<Packed>,
}

impl PackedForecast {
    /// One of no series yet.
    pub fn new(frequency: Frequency, horizon: usize) -> Self {
        Self { frequency, horizon, starts: Vec::new(), pieces: Vec::new() }
    }

    /// Packs a forecast.
    ///
    /// # Errors
    /// Fails only if a key does not serialise.
    pub async fn of(forecast: &Forecast) -> Result<Self> {
        let mut made = Self::new(forecast.frequency, forecast.horizon);
        for piece in forecast.series.chunks(PIECE_SERIES) {
            made.push(piece)?;
            breathe().await;
        }
        Ok(made)
    }

    /// Adds the next piece: [`PIECE_SERIES`] series, or the last ones.
    ///
    /// # Errors
    /// Fails only if a key does not serialise.
    pub fn push(&mut self, piece: &[SeriesForecast]) -> Result<()> {
        self.pieces.push(Packed::new(piece, self.frequency.season_length())?);
        self.starts.extend(piece.iter().map(|series| series.start));
        Ok(())
    }

    /// Number of series.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is no series.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// First forecast period of each series.
    pub fn starts(&self) -> &[i32] {
        &self.starts
    }

    /// The series piece by piece, each in full only while it is looked at.
    pub fn pieces(&self) -> impl Iterator<Item = Result<Vec<SeriesForecast>>> + '_ {
        self.pieces.iter().map(Packed::unpack)
    }

    /// One series; none behind the last.
    ///
    /// # Errors
    /// Fails only if the forecast cannot be unpacked.
    pub fn get(&self, index: usize) -> Result<Option<SeriesForecast>> {
        let Some(piece) = self.pieces.get(index / PIECE_SERIES) else { return Ok(None) };
        Ok(piece.unpack()?.into_iter().nth(index % PIECE_SERIES))
    }

    /// All of it in full.
    ///
    /// # Errors
    /// As [`PackedForecast::get`].
    pub fn whole(&self) -> Result<Forecast> {
        let mut series = Vec::new();
        for piece in self.pieces() {
            series.extend(piece?);
        }
        Ok(Forecast { frequency: self.frequency, horizon: self.horizon, series })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::models::LEVELS;

    #[test]
    fn a_forecast_of_many_comes_back_whole_or_one_by_one() -> Result<()> {
        let series = |index: usize| {
            let quantiles =
                Array2::from_shape_fn((3, LEVELS.len()), |(step, place)| (index + step * place) as f64 / 7.0);
            SeriesForecast::new(format!("{index}"), index as i32, "x", vec![index as f64 / 3.0; 3], quantiles, 0.2)
        };
        let count = 2 * PIECE_SERIES + 5;
        let forecast = Forecast { frequency: Frequency::Day, horizon: 3, series: (0..count).map(series).collect() };
        let packed = pollster::block_on(PackedForecast::of(&forecast))?;
        assert_eq!(packed.whole()?, forecast);
        for index in [0, PIECE_SERIES - 1, PIECE_SERIES, count - 1] {
            assert_eq!(packed.get(index)?.as_ref(), Some(&forecast.series[index]));
            assert_eq!(packed.starts()[index], index as i32);
        }
        assert_eq!((packed.len(), packed.get(count)?), (count, None));
        Ok(())
    }
}
