//! Values as jobs carry them: what a worker is sent exists four times while it is, on either side and between.

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Some values of series, which come back bit by bit; what is missing comes back as [`f64::NAN`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Brief {
    /// Counts of few units, one more each: 0 is missing.
    Few(Bytes),
    /// Counts of units likewise. Serialised they take a byte or two, not eight.
    Counts(Vec<u32>),
    /// Where there is anything but counts.
    Whole(Vec<f64>),
}

/// Bytes that are serialised at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Own;
        impl Visitor<'_> for Own {
            type Value = Bytes;

            fn expecting(&self, told: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                told.write_str("bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        from.deserialize_bytes(Own)
    }
}

/// A count and one more, 0 for a missing one; none where that is not the value.
fn code(value: f64) -> Option<u32> {
    // A count that has no place becomes another one, or the largest.
    let code = (value as u32).saturating_add(1);
    let same = (f64::from(code) - 1.0).to_bits() == value.to_bits();
    if value.is_nan() { Some(0) } else { same.then_some(code) }
}

fn count(code: u32) -> f64 {
    if code == 0 { f64::NAN } else { f64::from(code) - 1.0 }
}

impl Brief {
    /// Those of a series.
    pub fn of(values: &[f64]) -> Self {
        let mut codes = Vec::with_capacity(values.len());
        let mut few = true;
        for value in values {
            let Some(code) = code(*value) else { return Self::Whole(values.to_vec()) };
            few &= code <= u32::from(u8::MAX);
            codes.push(code);
        }
        if few { Self::Few(Bytes(codes.iter().map(|code| *code as u8).collect())) } else { Self::Counts(codes) }
    }

    /// The values.
    pub fn values(&self) -> Vec<f64> {
        match self {
            Self::Few(Bytes(codes)) => codes.iter().map(|code| count(u32::from(*code))).collect(),
            Self::Counts(codes) => codes.iter().map(|code| count(*code)).collect(),
            Self::Whole(values) => values.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use crate::work::{pack, unpack};

    #[test]
    fn values_come_back_bit_by_bit_and_counts_are_short() -> Result<()> {
        let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        let most = f64::from(u32::MAX);
        for (values, is_short) in [
            (vec![0.0, 3.0, f64::NAN, 126.0], true),
            (vec![254.0, 0.0], true),
            (vec![255.0, f64::NAN], true),
            (vec![most - 1.0], true),
            (vec![], true),
            (vec![1.0, 0.5], false),
            (vec![-0.0], false),
            (vec![-2.0], false),
            (vec![most], false),
            (vec![1e12, f64::INFINITY], false),
        ] {
            let brief = Brief::of(&values);
            assert_eq!(matches!(brief, Brief::Few(_) | Brief::Counts(_)), is_short, "{values:?}");
            assert_eq!(bits(&unpack::<Brief>(&pack(&brief)?)?.values()), bits(&values));
        }
        assert_eq!(pack(&Brief::of(&[7.0; 100]))?.len(), 102);
        Ok(())
    }
}
