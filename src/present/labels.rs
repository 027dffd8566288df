//! Labels that keep out of each other's way.

/// Places for labels that want to stand at `wanted` (ascending), at least `gap` apart and within `low..=high`: as
/// near to what they want as that allows. Where they cannot all fit, they are spread evenly from `low`.
///
/// Neighbours that collide form a block around the mean of what they want (pool adjacent violators).
pub fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    /// Labels `first..first + count` stand at `center + gap * (k - (count - 1) / 2)`.
    struct Block {
        count: usize,
        center: f64,
    }
    let mut blocks: Vec<Block> = Vec::new();
    for &place in wanted {
        let mut block = Block { count: 1, center: place };
        while let Some(last) = blocks.pop() {
            let needed = gap * (last.count + block.count) as f64 / 2.0;
            if block.center - last.center >= needed {
                blocks.push(last);
                break;
            }
            let (n, m) = (last.count as f64, block.count as f64);
            // Means of what the labels want of the block's middle: each wants its place minus its offset in the block.
            let merged = (n * (last.center + gap * m / 2.0) + m * (block.center - gap * n / 2.0)) / (n + m);
            block = Block { count: last.count + block.count, center: merged };
        }
        blocks.push(block);
    }
    let mut places: Vec<f64> = blocks
        .iter()
        .flat_map(|block| {
            let middle = (block.count as f64 - 1.0) / 2.0;
            (0..block.count).map(move |k| block.center + gap * (k as f64 - middle))
        })
        .collect();
    let mut floor = low;
    for place in &mut places {
        *place = place.max(floor);
        floor = *place + gap;
    }
    let mut ceiling = high;
    for place in places.iter_mut().rev() {
        *place = place.min(ceiling);
        ceiling = *place - gap;
    }
    if places.first().is_some_and(|first| *first < low) {
        places = (0..wanted.len()).map(|k| low + gap * k as f64).collect();
    }
    places
}

/// A row of labels: takes what is free, refuses what would collide.
#[derive(Debug, Default)]
pub struct Row {
    taken: Vec<(f64, f64)>,
}

impl Row {
    /// Takes `left..right` with `gap` on both sides; false if something is there already.
    pub fn take(&mut self, left: f64, right: f64, gap: f64) -> bool {
        let free = self.taken.iter().all(|&(l, r)| right + gap <= l || left - gap >= r);
        if free {
            self.taken.push((left, right));
        }
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stay_apart_and_inside() {
        for wanted in [vec![10.0, 11.0, 12.0, 13.0], vec![0.0, 0.0, 0.0], vec![95.0, 99.0, 100.0], vec![20.0, 60.0]] {
            let places = spread(&wanted, 15.0, 5.0, 98.0);
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= 15.0 - 1e-9), "{places:?}");
            assert!(places.iter().all(|place| (5.0..=98.0).contains(place)), "{places:?}");
        }
        assert_eq!(spread(&[20.0, 60.0], 15.0, 5.0, 98.0), [20.0, 60.0]);
        let pair = spread(&[50.0, 51.0], 15.0, 5.0, 98.0);
        assert!((pair[0] - 43.0).abs() < 1e-9 && (pair[1] - 58.0).abs() < 1e-9);
    }

    #[test]
    fn a_row_refuses_collisions() {
        let mut row = Row::default();
        assert!(row.take(0.0, 50.0, 8.0));
        assert!(!row.take(55.0, 90.0, 8.0));
        assert!(row.take(60.0, 90.0, 8.0));
    }
}
