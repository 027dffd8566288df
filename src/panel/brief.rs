//! Values as jobs carry them: what a worker is sent exists four times while it is, on either side and between.

/// Some values of series, which come back bit by bit; what is missing comes back as [`f64::NAN`].
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Brief {
    /// Counts of units, one more each: 0 is missing. Serialised they take a byte or two, not eight.
    Counts(Vec<u32>),
    /// Where there is anything but counts.
    Whole(Vec<f64>),
}

impl Brief {
    /// Those of a series.
    pub fn of(values: &[f64]) -> Self {
        let count = |value: &f64| {
            // A count that has no place becomes another one, or the largest.
            let code = (*value as u32).saturating_add(1);
            let same = (f64::from(code) - 1.0).to_bits() == value.to_bits();
            if value.is_nan() { Some(0) } else { same.then_some(code) }
        };
        values
            .iter()
            .map(count)
            .collect::<Option<Vec<u32>>>()
            .map_or_else(|| Self::Whole(values.to_vec()), Self::Counts)
    }

    /// The values.
    pub fn values(&self) -> Vec<f64> {
        match self {
            Self::Counts(codes) => {
                codes.iter().map(|&code| if code == 0 { f64::NAN } else { f64::from(code) - 1.0 }).collect()
            }
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
            (vec![most - 1.0], true),
            (vec![], true),
            (vec![1.0, 0.5], false),
            (vec![-0.0], false),
            (vec![-2.0], false),
            (vec![most], false),
            (vec![1e12, f64::INFINITY], false),
        ] {
            let brief = Brief::of(&values);
            assert_eq!(matches!(brief, Brief::Counts(_)), is_short, "{values:?}");
            assert_eq!(bits(&unpack::<Brief>(&pack(&brief)?)?.values()), bits(&values));
        }
        assert_eq!(pack(&Brief::of(&[7.0; 100]))?.len(), 102);
        Ok(())
    }
}
