//! Sorting of short lists. The standard sort is made anew for every type of element, seven kilobytes each, which every
//! visitor would have to load.

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

#[cfg(test)]
mod tests {
    use super::sort_few;

    #[test]
    fn elements_come_in_order_and_equal_ones_stay() {
        let mut values = [(3, 'a'), (1, 'b'), (2, 'c'), (1, 'd'), (3, 'e')];
        sort_few(&mut values, |a, b| a.0 < b.0);
        assert_eq!(values, [(1, 'b'), (1, 'd'), (2, 'c'), (3, 'a'), (3, 'e')]);
        sort_few::<u8>(&mut [], |a, b| a < b);
    }
}
