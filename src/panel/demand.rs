//! How regularly a product sells.
//!
//! Two numbers tell it: the average demand interval (ADI), periods for each one with a sale, and CV², the squared
//! coefficient of variation of what such periods sell. By them Syntetos, Boylan and Croston ("On the categorization of
//! demand patterns", 2005) tell four kinds of demand apart. In their sense demand is intermittent as soon as one period
//! in four has no sale, which nobody in a shop would call rare: that word is kept for products that sell in fewer than
//! one period in four, over all of their own history and not only lately, as a quiet fortnight makes no rare product.

use crate::calendar::Frequency;

/// Intervals from here on are intermittent.
const INTERMITTENT: f64 = 1.32;

/// Variations from here on are erratic, or lumpy.
const ERRATIC: f64 = 0.49;

/// Intervals beyond this are rare: fewer than one period in four has a sale.
const RARE: f64 = 4.0;

/// Fewest periods by which a product is called rarely sold.
const LEAST_PERIODS: usize = 13;

/// Sales that tell how long a product is usually silent.
const LEAST_SALES: usize = 5;

/// A silence is the end if it is so many times as long as any before it, and at least as long as is said for its
/// frequency. Of 616 such products and origins in the order lines of Online Retail (UCI), before the test parts of
/// the sets that are made of them, 90 sold again within 28 days; of 798 silent for twice as long as ever 139 did.
const LONGER: usize = 3;

/// Periods of silence from which on a product may have ended; a shorter one may be a stock-out. Of months three in four
/// of such spare parts came back within a year after half a year, half after a year. Of hours none tells it.
fn least_silence(frequency: Frequency) -> usize {
    match frequency {
        Frequency::Hour => usize::MAX,
        Frequency::Day => 61,
        Frequency::Week => 9,
        Frequency::Month => 12,
    }
}

/// Whether a product has ended: it sold, and has been silent for far longer than it ever was. What is missing is no
/// silence.
pub fn has_ended(values: &[f64], frequency: Frequency) -> bool {
    let (mut sales, mut silent, mut longest) = (0, 0, 0);
    for value in values.iter().filter(|value| value.is_finite()) {
        if *value > 0.0 {
            longest = if sales > 0 { silent.max(longest) } else { 0 };
            (sales, silent) = (sales + 1, 0);
        } else {
            silent += 1;
        }
    }
    sales >= LEAST_SALES && silent >= least_silence(frequency) && silent > LONGER * longest
}

/// A kind of demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Regular sales of similar size.
    Smooth,
    /// Regular sales of changing size.
    Erratic,
    /// Sales of similar size with gaps between them.
    Intermittent,
    /// Sales of changing size with gaps between them.
    Lumpy,
}

/// How regularly a product sells.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Demand {
    /// Average demand interval in periods, at least 1.
    pub adi: f64,
    /// Squared coefficient of variation of the periods with a sale.
    pub cv2: f64,
    /// The kind that the two make.
    pub kind: Kind,
    /// Whether fewer than one period in four has a sale.
    pub rare: bool,
}

impl Demand {
    /// Of a series from its first period on, `NaN` for missing; none without a sale.
    pub fn of(values: &[f64]) -> Option<Self> {
        let (mut periods, mut sales, mut mean, mut squares) = (0_usize, 0.0, 0.0, 0.0);
        for value in values.iter().copied().filter(|value| value.is_finite()) {
            periods += 1;
            if value > 0.0 {
                sales += 1.0;
                let step = value - mean;
                mean += step / sales;
                squares += step * (value - mean);
            }
        }
        if sales < 1.0 {
            return None;
        }
        let (adi, cv2) = (periods as f64 / sales, squares / sales / (mean * mean));
        let kind = match (adi >= INTERMITTENT, cv2 >= ERRATIC) {
            (false, false) => Kind::Smooth,
            (false, true) => Kind::Erratic,
            (true, false) => Kind::Intermittent,
            (true, true) => Kind::Lumpy,
        };
        Some(Self { adi, cv2, kind, rare: adi > RARE && periods >= LEAST_PERIODS })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A history whose days with a sale are those for which `sold` says how much.
    fn of(days: usize, sold: impl Fn(usize) -> f64) -> Option<Demand> {
        Demand::of(&(0..days).map(sold).collect::<Vec<_>>())
    }

    #[test]
    fn kinds_are_those_of_the_field() {
        let kind = |sold: &dyn Fn(usize) -> f64| of(120, sold).map(|demand| demand.kind);
        let every = |count: usize| move |day: usize| if day.is_multiple_of(count) { 1.0 } else { 0.0 };
        assert_eq!(kind(&|day| 5.0 + (day % 3) as f64), Some(Kind::Smooth));
        assert_eq!(kind(&|day| if day % 6 == 0 { 40.0 } else { 2.0 }), Some(Kind::Erratic));
        assert_eq!(kind(&every(2)), Some(Kind::Intermittent));
        assert_eq!(kind(&|day| every(2)(day) * if day % 12 == 0 { 40.0 } else { 2.0 }), Some(Kind::Lumpy));
        assert_eq!(of(120, |_| 0.0), None);
        assert_eq!(Demand::of(&[]), None);
        // Four sales on five days: 1.25, just below the bound.
        assert_eq!(kind(&|day| if day % 5 == 0 { 0.0 } else { 1.0 }), Some(Kind::Smooth));
    }

    #[test]
    fn what_is_silent_for_far_longer_than_ever_has_ended() {
        let ended =
            |days, sold: &dyn Fn(usize) -> f64| has_ended(&(0..days).map(sold).collect::<Vec<_>>(), Frequency::Day);
        let weekly = |until: usize| move |day: usize| f64::from(day.is_multiple_of(7) && day < until);
        assert!(ended(280, &weekly(200)) && !ended(250, &weekly(200)), "two months are the least");
        // Every Christmas: silent for long, but not for longer than it was.
        assert!(!ended(700, &|day| f64::from((330..360).contains(&(day % 365)))));
        assert!(!ended(200, &|day| f64::from(day < 4)), "four sales tell no rhythm");
        assert!(!ended(200, &|day| if day < 100 { 1.0 } else { f64::NAN }), "what is not known is no silence");
        let late: Vec<f64> = (0..300).map(|day| f64::from((100..200).contains(&day))).collect();
        assert!(has_ended(&late, Frequency::Day), "what came before its first sale does not count");
        assert!(has_ended(&late, Frequency::Week) && has_ended(&late, Frequency::Month));
        assert!(!has_ended(&late, Frequency::Hour));
    }

    #[test]
    fn rare_is_what_a_shop_would_call_so() {
        let is_rare = |days, sold: &dyn Fn(usize) -> f64| of(days, sold).is_some_and(|demand| demand.rare);
        // 232 pieces in 160 days, on every other day, and on few of the last ones.
        let uneven = |day: usize| if day.is_multiple_of(2) && day < 150 { 3.0 } else { f64::from(day == 156) * 7.0 };
        assert_eq!((0..160).map(uneven).sum::<f64>(), 232.0);
        assert!(!is_rare(160, &uneven));
        assert!(!is_rare(160, &|day| f64::from(day % 4 == 0)), "one period in four is not fewer");
        assert!(is_rare(160, &|day| f64::from(day % 6 == 0)));
        assert!(!is_rare(9, &|day| f64::from(day == 0)), "nine periods say little");
        let missing = |day: usize| if day.is_multiple_of(6) { 1.0 } else { f64::NAN };
        assert!(!is_rare(160, &missing), "what is not known is not zero");
    }
}
