//! Where forecasts wait until they are needed again: in memory, and what would fill a browser tab on a shelf beside it.

use std::cell::Cell;
use std::rc::Rc;

use crate::error::{Error, Result};
use crate::models::SeriesForecast;
use crate::models::packed::Packed;
use crate::work::Pool;

/// What a number takes.
const NUMBER_BYTES: usize = 4;

/// Forecasts that were put away.
#[derive(Debug, Clone)]
pub enum Kept {
    /// In memory.
    Here(Packed),
    /// On the shelf, at a place, so many bytes.
    There(u64, usize),
}

/// Puts forecasts away. One that has used the shelf empties it in the end.
pub struct Store {
    pool: Rc<dyn Pool>,
    held_bytes: Cell<usize>,
    most_held_bytes: usize,
    shelved: Cell<bool>,
}

impl Store {
    /// Of a pool, on whose shelf goes what is too much for memory; `numbers` are about as many as will be put away.
    pub async fn open(pool: Rc<dyn Pool>, numbers: usize) -> Self {
        let most_held_bytes = pool.held_bytes();
        if NUMBER_BYTES.saturating_mul(numbers) > most_held_bytes {
            pool.open_shelf().await;
        }
        Self { pool, held_bytes: Cell::new(0), most_held_bytes, shelved: Cell::new(false) }
    }

    /// Puts forecasts away.
    pub fn keep(&self, packed: Packed) -> Kept {
        let bytes = packed.size();
        let is_too_much = self.held_bytes.get() + bytes > self.most_held_bytes;
        let place = if is_too_much { self.pool.put_away(packed.bytes()) } else { None };
        if let Some(place) = place {
            self.shelved.set(true);
            return Kept::There(place, bytes);
        }
        self.held_bytes.set(self.held_bytes.get() + bytes);
        Kept::Here(packed)
    }

    /// Brings them back, bit by bit.
    ///
    /// # Errors
    /// Fails where the shelf has lost them.
    pub fn unpack(&self, kept: &Kept) -> Result<Vec<SeriesForecast>> {
        match kept {
            Kept::Here(packed) => packed.unpack(),
            Kept::There(place, bytes) => {
                let found = self.pool.bring(*place, *bytes);
                let lost = || Error::internal("the browser has lost a forecast that was put away");
                Packed::of_bytes(found.ok_or_else(lost)?).unpack()
            }
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if self.shelved.get() {
            self.pool.empty_shelf();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use ndarray::Array2;

    use super::*;
    use crate::models::LEVELS;
    use crate::work::{Cancel, Job, LocalBoxFuture, Progress};

    /// A pool with a shelf of some bytes.
    struct Shelved {
        bytes: RefCell<Vec<u8>>,
        room: usize,
    }

    impl Pool for Shelved {
        fn width(&self) -> usize {
            1
        }

        fn map<'a>(&'a self, _: Vec<Job>, _: &'a Progress, _: &'a Cancel) -> LocalBoxFuture<'a, Result<Vec<Vec<u8>>>> {
            Box::pin(async { Ok(Vec::new()) })
        }

        fn held_bytes(&self) -> usize {
            1000
        }

        fn put_away(&self, bytes: &[u8]) -> Option<u64> {
            let mut all = self.bytes.borrow_mut();
            let place = all.len() as u64;
            let fits = all.len() + bytes.len() <= self.room;
            if fits {
                all.extend(bytes);
            }
            fits.then_some(place)
        }

        fn bring(&self, place: u64, bytes: usize) -> Option<Vec<u8>> {
            self.bytes.borrow().get(place as usize..place as usize + bytes).map(<[u8]>::to_vec)
        }

        fn empty_shelf(&self) {
            self.bytes.borrow_mut().clear();
        }
    }

    #[test]
    fn what_is_too_much_for_memory_comes_back_from_the_shelf_and_leaves_it_empty() -> Result<()> {
        let forecast = |place: usize| {
            let quantiles =
                Array2::from_shape_fn((7, LEVELS.len()), |(step, level)| (place + step * level) as f64 / 3.0);
            SeriesForecast::new(format!("{place}"), 3, "x", vec![place as f64 + 0.1; 7], quantiles, 0.2)
        };
        let pool = Rc::new(Shelved { bytes: RefCell::default(), room: 2000 });
        let store = pollster::block_on(Store::open(pool.clone(), 0));
        let kept = (0..5).map(|place| Ok(store.keep(Packed::new(&[forecast(place)], 7)?)));
        let kept = kept.collect::<Result<Vec<_>>>()?;
        let there = kept.iter().filter(|kept| matches!(kept, Kept::There(..))).count();
        assert!(there > 0 && there < 4, "{there} are on the shelf, which has not room for all");
        for (place, kept) in kept.iter().enumerate() {
            assert_eq!(store.unpack(kept)?, [forecast(place)]);
        }
        pool.empty_shelf();
        assert!(kept.iter().any(|kept| store.unpack(kept).is_err()), "what is lost is an error");
        pool.bytes.borrow_mut().push(1);
        drop(store);
        assert!(pool.bytes.borrow().is_empty());
        Ok(())
    }
}
