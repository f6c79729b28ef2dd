//! Work on many threads whose results come in order.
//!
//! One thread makes items, a pool works on them, and the calling thread takes the
//! results in the order of the items. A bounded number of items is on the way at a
//! time, so that memory is bounded, too. The first error ends everything.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use anyhow::{Result, anyhow};

/// Items on the way for each thread: one that is worked on, one that waits.
const ITEMS_PER_THREAD: usize = 2;

/// Takes from `next` until it is `None`, does `work` on each item on the threads of
/// `rayon`'s pool, and hands the results to `done`.
pub(crate) fn run<I, O>(
    next: impl FnMut() -> Result<Option<I>> + Send,
    work: Arc<dyn Fn(I) -> O + Send + Sync>,
    done: impl FnMut(O) -> Result<()>,
) -> Result<()>
where
    I: Send + 'static,
    O: Send + 'static,
{
    match rayon::current_num_threads() {
        1 => on_this_thread(next, &*work, done),
        threads => on_threads(threads, next, work, done),
    }
}

fn on_this_thread<I, O>(
    mut next: impl FnMut() -> Result<Option<I>>,
    work: &dyn Fn(I) -> O,
    mut done: impl FnMut(O) -> Result<()>,
) -> Result<()> {
    while let Some(item) = next()? {
        done(work(item))?;
    }
    Ok(())
}

fn on_threads<I, O>(
    threads: usize,
    mut next: impl FnMut() -> Result<Option<I>> + Send,
    work: Arc<dyn Fn(I) -> O + Send + Sync>,
    mut done: impl FnMut(O) -> Result<()>,
) -> Result<()>
where
    I: Send + 'static,
    O: Send + 'static,
{
    // Each result has a channel of its own; the queue of these keeps the order.
    let (queue, results) = mpsc::sync_channel::<Receiver<O>>(ITEMS_PER_THREAD * threads);
    thread::scope(|scope| {
        let producer = scope.spawn(move || -> Result<()> {
            while let Some(item) = next()? {
                let (sender, receiver) = mpsc::sync_channel(1);
                if queue.send(receiver).is_err() {
                    break; // Whoever takes the results has failed and says so.
                }
                let work = Arc::clone(&work);
                rayon::spawn(move || {
                    // Nobody listens any more after an error.
                    let _ = sender.send(work(item));
                });
            }
            Ok(())
        });
        for result in results {
            done(result.recv().map_err(|_| anyhow!("a thread has failed"))?)?;
        }
        producer.join().map_err(|_| anyhow!("a thread has failed"))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order() {
        let mut items = (0..1000u64).map(|item| Ok(Some(item))).chain([Ok(None)]);
        let mut results = Vec::new();
        let work = |item: u64| {
            let mut sum = 0u64;
            // The earlier, the longer.
            for number in 0..(1000 - item) * 10 {
                sum = std::hint::black_box(sum.wrapping_add(number));
            }
            item
        };
        let next = move || items.next().expect("nothing is asked for behind the end");
        run(next, Arc::new(work), |item| {
            results.push(item);
            Ok(())
        })
        .expect("nothing fails");
        assert_eq!(results, (0..1000).collect::<Vec<_>>());
    }

    #[test]
    fn the_first_error_ends_everything() {
        let mut number = 0;
        let endless = || {
            number += 1;
            Ok(Some(number))
        };
        let result = run(endless, Arc::new(|item: u32| item), |item| {
            anyhow::ensure!(item < 10, "{item}");
            Ok(())
        });
        assert_eq!(result.expect_err("the tenth is an error").to_string(), "10");
        let failing = || Err::<Option<u32>, _>(anyhow!("no item"));
        let result = run(failing, Arc::new(|item| item), |_| Ok(()));
        assert_eq!(result.expect_err("there is no item").to_string(), "no item");
    }
}
