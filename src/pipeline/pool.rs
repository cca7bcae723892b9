//! The only place with threads: one document a worker, a byte budget, and results in the order of the input.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

/// Stack of a worker. Nesting is bounded by the limits; this leaves room for the foreign parsers.
const STACK_BYTES: usize = 16 << 20;

/// Memory that a worker frees stays with the process up to twice this, so that the next document needs fewer new pages.
///
/// glibc moves its thresholds for giving memory back when it frees a block that it mapped by itself (mallopt(3), `M_MMAP_THRESHOLD`): to
/// the size of the block and twice that. This is done ahead of the first document, which would move them to what it happens to need. Other
/// allocators pay for one allocation.
const KEPT_BYTES: usize = 16 << 20;

/// The pool could not be started: the machine gave no threads.
#[derive(Debug, thiserror::Error)]
#[error("no worker threads: {0}")]
pub struct PoolError(#[from] rayon::ThreadPoolBuildError);

/// How many threads.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pool {
    /// Threads; 0 is one for each core.
    pub jobs: usize,
}

impl Pool {
    /// Runs `work` with this pool as the one that parallel iterators use.
    ///
    /// # Errors
    /// [`PoolError`] when the threads cannot be started.
    pub fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> Result<R, PoolError> {
        Ok(start(self.jobs)?.install(work))
    }

    /// Runs `work` over `items` and returns the results in the order of `items`.
    ///
    /// `weight` is the memory that an item needs in bytes: items that together pass `in_flight_bytes` wait for each other, and one that
    /// passes it by itself is worked on alone.
    /// A panic inside `work` ends that item alone, with what `panicked` makes of it. `done` is called after each item
    /// with its index, in whatever order they end.
    ///
    /// # Errors
    /// [`PoolError`] when the threads cannot be started.
    pub fn run<T, R>(
        &self,
        items: &[T],
        in_flight_bytes: u64,
        weight: impl Fn(&T) -> u64 + Sync,
        work: impl Fn(&T) -> R + Sync,
        panicked: impl Fn(&T) -> R + Sync,
        done: impl Fn(usize, &R) + Sync,
    ) -> Result<Vec<R>, PoolError>
    where
        T: Sync,
        R: Send,
    {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let jobs = if self.jobs == 0 { cores } else { self.jobs };
        let threads = jobs.min(items.len()).max(1);
        let pool = start(threads)?;
        let next = AtomicUsize::new(0);
        let budget = Budget { most: in_flight_bytes, ..Budget::default() };
        let batches: Vec<Vec<(usize, R)>> = pool.broadcast(|_| {
            let mut results = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(index) else { return results };
                let share = budget.take(catch_unwind(AssertUnwindSafe(|| weight(item))).unwrap_or(u64::MAX));
                let result = catch_unwind(AssertUnwindSafe(|| work(item))).unwrap_or_else(|_| panicked(item));
                drop(share);
                done(index, &result);
                results.push((index, result));
            }
        });
        let mut results: Vec<(usize, R)> = batches.into_iter().flatten().collect();
        results.sort_by_key(|(index, _)| *index);
        Ok(results.into_iter().map(|(_, result)| result).collect())
    }
}

fn start(threads: usize) -> Result<rayon::ThreadPool, PoolError> {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(KEPT_BYTES)));
    Ok(rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK_BYTES).build()?)
}

/// Bytes in flight.
#[derive(Default)]
struct Budget {
    most: u64,
    in_flight: Mutex<u64>,
    freed: Condvar,
}

/// A part of the budget, given back when dropped.
struct Share<'a> {
    budget: &'a Budget,
    bytes: u64,
}

impl Budget {
    /// Waits until `bytes` fit, or until nothing else is in flight.
    fn take(&self, bytes: u64) -> Share<'_> {
        let mut in_flight = self.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        while *in_flight > 0 && in_flight.saturating_add(bytes) > self.most {
            in_flight = self.freed.wait(in_flight).unwrap_or_else(PoisonError::into_inner);
        }
        *in_flight = in_flight.saturating_add(bytes);
        Share { budget: self, bytes }
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let mut in_flight = self.budget.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        *in_flight = in_flight.saturating_sub(self.bytes);
        self.budget.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_and_a_panic_ends_one_item_only() {
        let items: Vec<u64> = (0..200).collect();
        let expected: Vec<Option<u64>> = items.iter().map(|item| (item % 50 != 7).then_some(item * 2)).collect();
        for jobs in [1, 4] {
            let results = Pool { jobs }.run(
                &items,
                48 << 20,
                |item| item << 20,
                |item| {
                    // `resume_unwind` is a panic without the message of the hook.
                    if item % 50 == 7 {
                        std::panic::resume_unwind(Box::new(()));
                    }
                    Some(item * 2)
                },
                |_| None,
                |_, _| {},
            );
            assert_eq!(results.unwrap(), expected);
        }
    }

    #[test]
    fn large_items_never_run_together() {
        let alone = AtomicUsize::new(0);
        let together = AtomicUsize::new(0);
        let items = [1_000; 6];
        Pool { jobs: 3 }
            .run(
                &items,
                1_000,
                |bytes| *bytes,
                |_| {
                    if alone.fetch_add(1, Ordering::SeqCst) > 0 {
                        together.fetch_add(1, Ordering::SeqCst);
                    }
                    std::thread::sleep(std::time::Duration::from_millis(2));
                    alone.fetch_sub(1, Ordering::SeqCst);
                },
                |_| {},
                |_, ()| {},
            )
            .unwrap();
        assert_eq!(together.load(Ordering::SeqCst), 0);
    }
}
