//! Sorting where it takes no time to speak of. The standard sorts are made anew for every type of element, five to seven
//! kilobytes each, which every visitor would have to load; so is the collecting of a `BTreeMap`, which sorts.

use std::cmp::Ordering;

/// Sorts a few elements in place, equal ones in their order; quadratic.
pub fn sort_few<T>(values: &mut [T], is_before: impl Fn(&T, &T) -> bool) {
    for end in 1..values.len() {
        let mut place = end;
        while place > 0 && is_before(&values[place], &values[place - 1]) {
            values.swap(place, place - 1);
            place -= 1;
        }
    }
}

/// Sorts elements in place, equal ones in their order; two to three times as slow as the standard sort.
pub fn sort_many<T>(values: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut places = sorted_places(values.len(), &|one, other| compare(&values[one], &values[other]));
    for start in 0..places.len() {
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut places[at], at);
            if from == start {
                break;
            }
            values.swap(at, from);
            at = from;
        }
    }
}

/// Places of so many elements in their order: one sort for all types.
fn sorted_places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_unstable_by(|one, other| compare(*one, *other).then(one.cmp(other)));
    places
}

#[cfg(test)]
mod tests {
    use super::{sort_few, sort_many};

    #[test]
    fn many_elements_come_in_order_and_equal_ones_stay() {
        for count in [0, 1, 2, 1000] {
            let mut values: Vec<(usize, usize)> = (0..count).map(|place| (place * 7919 % 101, place)).collect();
            let mut expected = values.clone();
            expected.sort_by_key(|(key, _)| *key);
            sort_many(&mut values, |one, other| one.0.cmp(&other.0));
            assert_eq!(values, expected);
        }
    }

    #[test]
    fn elements_come_in_order_and_equal_ones_stay() {
        let mut values = [(3, 'a'), (1, 'b'), (2, 'c'), (1, 'd'), (3, 'e')];
        sort_few(&mut values, |a, b| a.0 < b.0);
        assert_eq!(values, [(1, 'b'), (1, 'd'), (2, 'c'), (3, 'a'), (3, 'e')]);
        sort_few::<u8>(&mut [], |a, b| a < b);
    }
}
