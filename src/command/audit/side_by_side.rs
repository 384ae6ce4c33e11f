//! Work that threads share.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::scope;

/// Does the work on every item, one thread a worker: each takes the next item when it has done its last. The results are in the order
/// of the items, whoever did them. Without a worker nothing is done.
///
/// The threads are not rayon's, which would take up another item while one waits for a reply.
pub(super) fn side_by_side<W: Send, T: Sync, R: Send>(
    workers: &mut [W],
    items: &[T],
    work: impl Fn(&mut W, &T) -> R + Sync,
) -> Vec<R> {
    let results: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let queue = Mutex::new(items.iter().zip(&results));
    let take = || locked(&queue).next();
    let one_by_one = |worker: &mut W| {
        while let Some((item, result)) = take() {
            let done = work(worker, item);
            *locked(result) = Some(done);
        }
    };
    scope(|scope| workers.iter_mut().for_each(|worker| _ = scope.spawn(|| one_by_one(worker))));
    results.into_iter().filter_map(|result| result.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
