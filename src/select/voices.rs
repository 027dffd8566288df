//! Which method an answer counts as.
//!
//! A method that cannot model a product answers by another: what repeats last year repeats the last week of a product
//! that has none. Such an answer counts as the method that it really is, where methods are weighed and where their weights
//! are used: what the one is worth on old products says nothing of the other on young ones. Where the other is a member too,
//! the answer is one more vote for it; else it has a weight of its own, once enough products speak of it.
//!
//! What a method that repeats the year is worth to old products knowing the year is worth to young ones: theirs is lent by
//! their group, and the method that borrows it counts for the one that has none to repeat. What young products themselves
//! tell comes late: a shop of two years has seen one Christmas come again, and its young products none.

use crate::models::SeriesForecast;
use crate::models::group;

/// The method that repeats a product's own year, of weeks and months, and else its last value.
const REPEATS: &str = "seasonal-naive";

/// A method's name without the form that it took on a series: `ets` of `ets(A,N,N)`.
fn bare(name: &str) -> &str {
    name.split(['(', ' ']).next().unwrap_or_default()
}

/// Whether an answer is by the method of that name.
pub fn is_by(member: &str, said: &SeriesForecast) -> bool {
    bare(&said.model) == bare(member)
}

/// Members, and other methods that answered for them so far. Voices are numbered: members in their order, then the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Voices {
    names: Vec<String>,
    members: usize,
}

impl Voices {
    /// Those of members so called.
    pub fn new(members: &[&str]) -> Self {
        Self { names: members.iter().map(|name| bare(name).to_owned()).collect(), members: members.len() }
    }

    /// Number of members.
    pub fn members(&self) -> usize {
        self.members
    }

    /// Number of all so far.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The voice of each member's answer, new ones added.
    pub fn learn(&mut self, said: &[&SeriesForecast]) -> Vec<usize> {
        said.iter().map(|one| self.add(bare(&one.model))).collect()
    }

    /// Adds those of others with the same members; their places here.
    pub fn join(&mut self, more: &Self) -> Vec<usize> {
        more.names.iter().map(|name| self.add(name)).collect()
    }

    fn add(&mut self, name: &str) -> usize {
        self.find(name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        })
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    /// Members' answers to a series and the weights that they count by, of those of all voices. A member's weight is its
    /// own as long as a member speaks; that of another, if it `is_known`, counts once, however many say the same.
    pub fn terms(&self, voices: &[Option<usize>], is_known: &[bool]) -> Vec<Term> {
        let place = |name: &str| self.names[..self.members].iter().position(|own| own == name);
        let lender = place(group::NAME).filter(|lender| voices[*lender] == Some(*lender));
        let repeats = place(REPEATS);
        let term = |(answer, voice): (usize, &Option<usize>)| match voice
            .filter(|voice| is_known.get(*voice) == Some(&true))
        {
            Some(voice) if voice < self.members => Some(Term { answer, weight: answer }),
            _ if repeats == Some(answer) && lender.is_some() => {
                lender.map(|lender| Term { answer: lender, weight: answer })
            }
            Some(voice) => (!voices[..answer].contains(&Some(voice))).then_some(Term { answer, weight: voice }),
            None => None,
        };
        voices.iter().enumerate().filter_map(term).collect()
    }

    /// The voices of members' answers, as far as they were met.
    pub fn of(&self, said: &[&SeriesForecast]) -> Vec<Option<usize>> {
        said.iter().map(|one| self.find(bare(&one.model))).collect()
    }
}

/// A part of a mix: a member's answer, and the voice by whose weight it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Place of the member.
    pub answer: usize,
    /// Place of the voice.
    pub weight: usize,
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::models::forecast::LEVELS;

    fn by_model(model: &str) -> SeriesForecast {
        SeriesForecast::new("a".into(), 0, model, vec![1.0], Array2::ones((1, LEVELS.len())), 0.0)
    }

    #[test]
    fn an_answer_counts_as_the_method_that_it_is() {
        let mut voices = Voices::new(&["seasonal-naive", "ets", "mstl"]);
        let own = ["seasonal-naive", "ets(A,N,N) on 7-period averages", "mstl(ets(M,N,N))"].map(by_model);
        let own: Vec<&SeriesForecast> = own.iter().collect();
        let terms = |voices: &Voices, said: &[&SeriesForecast], known: &[bool]| {
            let terms = voices.terms(&voices.of(said), known);
            terms.iter().map(|term| (term.answer, term.weight)).collect::<Vec<_>>()
        };
        assert_eq!(terms(&voices, &own, &[true; 3]), [(0, 0), (1, 1), (2, 2)]);
        // Another member that answers is a vote for it; who is no member has no weight before it was met, then one.
        let short = ["naive", "naive", "ets(A,N,N)"].map(by_model);
        let short: Vec<&SeriesForecast> = short.iter().collect();
        assert_eq!(terms(&voices, &short, &[true; 3]), [(2, 2)]);
        assert_eq!(voices.learn(&short), [3, 3, 1]);
        assert_eq!(terms(&voices, &short, &[true; 4]), [(0, 3), (2, 2)]);
        assert_eq!(terms(&voices, &short, &[true, true, true, false]), [(2, 2)]);
        let mut others = Voices::new(&["seasonal-naive", "ets", "mstl"]);
        let (mean, naive) = (by_model("mean"), by_model("naive"));
        assert_eq!(others.learn(&[&mean, &naive, &mean]), [3, 4, 3]);
        assert_eq!(voices.join(&others), [0, 1, 2, 4, 3]);
        assert!(
            is_by("ets", own[1]) && !is_by("ets", own[2]) && is_by("arima(1,1,1)", &by_model("arima(1,1,1)(0,1,1)"))
        );
    }

    #[test]
    fn who_has_no_year_to_repeat_gives_way_to_who_borrows_one() {
        let voices = Voices::new(&["seasonal-naive", "group-seasonal", "ets"]);
        let terms = |said: [&str; 3]| {
            let said = said.map(by_model);
            let terms = voices.terms(&voices.of(&said.iter().collect::<Vec<_>>()), &[true; 3]);
            terms.iter().map(|term| (term.answer, term.weight)).collect::<Vec<_>>()
        };
        assert_eq!(terms(["naive", "group-seasonal", "mean"]), [(1, 0), (1, 1)]);
        assert_eq!(terms(["seasonal-naive", "group-seasonal", "ets(A,N,N)"]), [(0, 0), (1, 1), (2, 2)]);
        assert_eq!(terms(["naive", "dynamic-optimised-theta", "ets(A,N,N)"]), [(2, 2)], "no group has a year");
    }
}
