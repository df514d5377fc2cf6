use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// What comes of each number below `count`, in their order; as many are worked on at a time as the
/// machine has cores.
pub(crate) fn side_by_side<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (next, ready) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let turns = || {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= count {
                return;
            }
            let done = work(n);
            ready.lock().unwrap_or_else(PoisonError::into_inner).push((n, done));
        }
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        // This thread works too.
        for _ in 1..cores.min(count) {
            scope.spawn(turns);
        }
        turns();
    });
    let mut ready = ready.into_inner().unwrap_or_else(PoisonError::into_inner);
    ready.sort_unstable_by_key(|(n, _)| *n);
    ready.into_iter().map(|(_, done)| done).collect()
}
