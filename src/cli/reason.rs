//! Why a choice among methods fell as it did, in words.

use crate::evaluate::reason::{Overruled, Reason, Rival};
use crate::panel::demand::Kind;

/// In one sentence, and a clause for each kind of demand that was decided otherwise.
pub fn sentence(reason: &Reason) -> String {
    let Reason { methods, origins, best, alone, overruled } = reason;
    let mut text = match best {
        Some(Rival { model, difference, .. }) if *alone => format!(
            "{model} was used alone: in the last {origins} tests its loss was {:.1} % below that of the combination of {methods} methods",
            -100.0 * difference
        ),
        Some(_) if *origins > 0 => format!(
            "a combination of {methods} methods was used: in the last {origins} tests no single method was better by more than chance"
        ),
        _ => {
            format!("a combination of {methods} methods was used: the past is too short to compare single ones with it")
        }
    };
    for Overruled { kind, rival } in overruled {
        let kind = match kind {
            Kind::Smooth => "smooth",
            Kind::Erratic => "erratic",
            Kind::Intermittent => "intermittent",
            Kind::Lumpy => "lumpy",
        };
        let used = rival.as_ref().map_or("the combination", |rival| &rival.model);
        text.push_str(&format!("; for products with {kind} sales {used} was used"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_outcome_has_its_sentence() {
        let rival = |model: &str| Rival { model: model.into(), difference: -0.125, error: 0.03 };
        let stays = Reason { methods: 6, origins: 3, best: Some(rival("ets")), alone: false, overruled: Vec::new() };
        let chance =
            "a combination of 6 methods was used: in the last 3 tests no single method was better by more than chance";
        assert_eq!(sentence(&stays), chance);
        let lumpy = Overruled { kind: Kind::Lumpy, rival: Some(rival("window")) };
        let but = Reason { overruled: vec![lumpy], ..stays.clone() };
        assert_eq!(sentence(&but), format!("{chance}; for products with lumpy sales window was used"));
        let wins =
            "ets was used alone: in the last 3 tests its loss was 12.5 % below that of the combination of 6 methods";
        assert_eq!(sentence(&Reason { alone: true, ..stays.clone() }), wins);
        let short = "a combination of 6 methods was used: the past is too short to compare single ones with it";
        assert_eq!(sentence(&Reason { best: None, origins: 0, ..stays }), short);
    }
}
