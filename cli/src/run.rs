//! Does all inputs, on many threads, and says what became of them.
//!
//! What is said comes in the order of the inputs, whichever is done first. An input
//! that fails does not stop the others.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsString;
use std::fs::Metadata;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use anyhow::{Result, anyhow, bail};
use fanjian::Markup;

use crate::arguments::{FormatChoice, Task, TextArguments};
use crate::counted::Changes;
use crate::is_broken_pipe;
use crate::process::{Job, Outcome, Processing, State, Target};
use crate::progress::{Counters, Progress, Summary};
use crate::report;
use crate::resume;
use crate::walk::{self, Found};

/// Does a task; what it does not say of the formats, `default` does.
pub(crate) fn run(task: &dyn Task, default: FormatChoice) -> Result<ExitCode> {
    let arguments = task.text();
    let threads = threads(arguments);
    // Fails only where there is a pool already, which there is not.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    let changes = arguments.report.count_changes.then(Changes::default);
    let mut run = Run {
        processing: Processing { task, arguments, default, counters: Arc::default(), changes },
        state: None,
        summary: Summary::default(),
    };
    run.all(threads)
}

fn threads(arguments: &TextArguments) -> usize {
    let all = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    arguments.place.jobs.map_or_else(all, NonZeroUsize::get)
}

struct Run<'a> {
    processing: Processing<'a>,
    /// What is done, if results go into a folder.
    state: Option<resume::State>,
    summary: Summary,
}

/// What became of one input.
enum Done {
    Now(Outcome),
    Before,
}

impl Run<'_> {
    fn all(&mut self, threads: usize) -> Result<ExitCode> {
        let start = Instant::now();
        let arguments = self.processing.arguments;
        if let Some(jobs) = single(arguments) {
            return self.single(&jobs, start);
        }
        let (jobs, length) = self.jobs()?;
        if let Some(folder) = &arguments.place.output_folder
            && !arguments.place.dry_run
        {
            let state = resume::State::open(folder, &self.fingerprint(), arguments.place.resume);
            self.state = Some(state?);
        }
        let progress = self.progress(Some(length), jobs.len() as u64);
        // One output takes one result after the other.
        let is_one_output = jobs.iter().flatten().any(|job| matches!(job.target, Target::Standard));
        let is_one_output = is_one_output && !arguments.place.dry_run;
        let workers = if is_one_output { 1 } else { threads.min(jobs.len()) };
        let stopped = self.each(&jobs, workers);
        drop(progress);
        stopped?;
        self.finish(start)
    }

    /// Does the one input that was named, or standard input.
    fn single(&mut self, job: &Job, start: Instant) -> Result<ExitCode> {
        let length = job.input.as_ref().and_then(|path| path.metadata().ok());
        let length = length.filter(Metadata::is_file).map(|it| it.len());
        let progress = self.progress(length, 1);
        let outcome = self.processing.run(job);
        drop(progress);
        self.say(job, Ok(Done::Now(outcome?)))?;
        let report = &self.processing.arguments.report;
        if report.summary || report.count_changes {
            return self.finish(start);
        }
        Ok(ExitCode::SUCCESS)
    }

    fn progress(&self, bytes: Option<u64>, files: u64) -> Option<Progress> {
        let is_quiet = self.processing.arguments.report.quiet;
        (!is_quiet).then(|| Progress::show(&self.processing.counters, bytes, files))
    }

    /// All inputs, why some of them cannot be told, and their length in bytes.
    fn jobs(&self) -> Result<(Vec<Result<Job>>, u64)> {
        let arguments = self.processing.arguments;
        let folder = arguments.place.output_folder.as_deref();
        if let Some(output) = &arguments.output {
            bail!(
                "several inputs cannot be written to one file, {}; use --output-folder or \
                 --in-place",
                output.display()
            );
        }
        let named: Vec<PathBuf> = arguments.files.iter().chain(&arguments.input).cloned().collect();
        let mut length = 0;
        let found = walk::find(&named, &arguments.walk, folder)?;
        let backups = self.backups(&found);
        let is_backup =
            |found: &Found| found.is_in_folder && backups.contains(found.path.as_os_str());
        let jobs: Vec<_> = found
            .into_iter()
            .filter(|found| !found.as_ref().is_ok_and(is_backup))
            .map(|found| {
                let found = found?;
                length += found.length.unwrap_or(0);
                Ok(self.job(found))
            })
            .collect();
        check_targets(&jobs)?;
        Ok((jobs, length))
    }

    /// The names of the backups that earlier runs may have made of these files. They are
    /// none to be converted.
    fn backups(&self, found: &[Result<Found>]) -> HashSet<OsString> {
        let Some(suffix) = &self.processing.arguments.place.backup else { return HashSet::new() };
        let backup = |found: &Found| {
            let mut backup = found.path.clone().into_os_string();
            backup.push(suffix);
            backup
        };
        found.iter().flatten().map(backup).collect()
    }

    fn job(&self, found: Found) -> Job {
        let place = &self.processing.arguments.place;
        let target = match &place.output_folder {
            Some(folder) => Target::InFolder(folder.join(&found.relative)),
            None if place.in_place => Target::InPlace(found.path.clone()),
            None => Target::Standard,
        };
        let Found { path, relative, is_in_folder, .. } = found;
        Job { input: Some(path), relative, is_in_folder, target }
    }

    /// Does all jobs on this many threads, and says what became of each, in order.
    /// Fails where nobody wants the rest.
    fn each(&mut self, jobs: &[Result<Job>], workers: usize) -> Result<()> {
        let next = AtomicUsize::new(0);
        let (sender, results) = mpsc::channel();
        let (processing, state) = (&self.processing, self.state.as_ref());
        let results = Ordered { results, waiting: BTreeMap::new(), next: 0 };
        let mut said = Vec::new();
        let mut summary = self.summary;
        thread::scope(|scope| {
            for _ in 0..workers {
                let (sender, next) = (sender.clone(), &next);
                scope.spawn(move || {
                    while let Some((index, job)) = next_job(jobs, next) {
                        let result = job.as_ref().map(|job| one(processing, state, job));
                        let result = result.unwrap_or_else(|error| Err(anyhow!("{error:#}")));
                        if sender.send((index, result)).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            for (index, result) in results {
                let stop = say(processing, jobs[index].as_ref().ok(), result, &mut summary);
                if let Err(error) = stop {
                    next.store(jobs.len(), Ordering::Relaxed);
                    said.push(error);
                    break;
                }
            }
        });
        self.summary = summary;
        said.pop().map_or(Ok(()), Err)
    }

    /// What decides what becomes of a file.
    fn fingerprint(&self) -> String {
        let Processing { task, arguments, default, .. } = &self.processing;
        let TextArguments { format, markup, invalid, records, bytes, .. } = arguments;
        let pipeline = task.pipeline(Markup::Plain);
        format!("{pipeline:?} {default:?} {format:?} {markup:?} {invalid:?} {records:?} {bytes:?}")
    }

    fn say(&mut self, job: &Job, result: Result<Done>) -> Result<()> {
        say(&self.processing, Some(job), result, &mut self.summary)
    }

    /// Sums up.
    fn finish(&mut self, start: Instant) -> Result<ExitCode> {
        self.summary.bytes = self.processing.counters.bytes.load(Ordering::Relaxed);
        self.summary.elapsed = start.elapsed();
        let arguments = self.processing.arguments;
        let is_success = self.summary.failed == 0;
        if let Some(state) = self.state.take().filter(|_| is_success && !arguments.place.resume) {
            state.remove();
        }
        if !arguments.report.quiet {
            message(&self.processing.counters, &self.summary.to_string());
            if let Some(changes) = &self.processing.changes {
                message(&self.processing.counters, &changes.to_string());
            }
        }
        Ok(if is_success { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The one input whose result goes to one output: then all is as for OpenCC's program.
fn single(arguments: &TextArguments) -> Option<Job> {
    let place = &arguments.place;
    let input = match arguments.files.as_slice() {
        [] => arguments.input.clone(),
        [file] => Some(file.clone()),
        _ => return None,
    };
    let is_folder = arguments.input.is_none() && input.as_ref().is_some_and(|it| it.is_dir());
    if is_folder || place.output_folder.is_some() {
        return None;
    }
    let target = match (&arguments.output, &input) {
        (Some(output), Some(input)) if place.in_place && output == input => {
            Target::InPlace(input.clone())
        }
        (Some(output), _) => Target::File(output.clone()),
        (None, Some(input)) if place.in_place => Target::InPlace(input.clone()),
        (None, _) => Target::Standard,
    };
    let relative = input.clone().unwrap_or_default();
    Some(Job { input, relative, is_in_folder: false, target })
}

/// Fails where two inputs would be written to one file.
fn check_targets(jobs: &[Result<Job>]) -> Result<()> {
    let mut inputs: BTreeMap<&Path, &Path> = BTreeMap::new();
    for job in jobs.iter().flatten() {
        let (Target::InFolder(path) | Target::InPlace(path)) = &job.target else { continue };
        let input = job.input.as_deref().unwrap_or(path);
        if let Some(other) = inputs.insert(path, input) {
            let (other, input) = (other.display(), input.display());
            bail!("{other} and {input} would both be written to {}", path.display());
        }
    }
    Ok(())
}

fn next_job<'j>(jobs: &'j [Result<Job>], next: &AtomicUsize) -> Option<(usize, &'j Result<Job>)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    jobs.get(index).map(|job| (index, job))
}

/// Does one job, unless an earlier run has done it.
fn one(processing: &Processing<'_>, state: Option<&resume::State>, job: &Job) -> Result<Done> {
    let noted = match (state, &job.input, &job.target) {
        (Some(state), Some(input), Target::InFolder(target)) => {
            // Asked before it is read: what changes meanwhile is done again.
            input.metadata().ok().map(|source| (state, source, target))
        }
        _ => None,
    };
    if let Some((state, source, target)) = &noted
        && state.is_done(&job.relative, source, target)
    {
        return Ok(Done::Before);
    }
    let outcome = processing.run(job)?;
    if let Some((state, source, target)) = &noted
        && outcome.state != State::Binary
    {
        state.note(&job.relative, source, target)?;
    }
    Ok(Done::Now(outcome))
}

/// Says what became of a job, if there is anything to say, and counts it.
fn say(
    processing: &Processing<'_>,
    job: Option<&Job>,
    result: Result<Done>,
    summary: &mut Summary,
) -> Result<()> {
    let counters = &processing.counters;
    let arguments = processing.arguments;
    counters.files.fetch_add(1, Ordering::Relaxed);
    let outcome = match result {
        Ok(Done::Now(outcome)) => outcome,
        Ok(Done::Before) => {
            summary.files += 1;
            summary.resumed += 1;
            return Ok(());
        }
        Err(error) if is_broken_pipe(&error) => return Err(error),
        Err(error) => {
            summary.files += 1;
            summary.failed += 1;
            message(counters, &format!("{error:#}"));
            return Ok(());
        }
    };
    match outcome.state {
        State::Binary => summary.binary += 1,
        State::Changed => {
            (summary.files, summary.changed) = (summary.files + 1, summary.changed + 1);
        }
        State::Unchanged => summary.files += 1,
    }
    let input = job.and_then(|job| job.input.as_ref());
    let name = input.map_or("standard input".into(), |input| input.display().to_string());
    for note in outcome.notes.iter().filter(|_| !arguments.report.quiet) {
        message(counters, &format!("{name}: {note}"));
    }
    if arguments.place.dry_run && outcome.state == State::Changed {
        let mut written = Ok(());
        counters.aside(|| written = writeln!(io::stdout(), "{name}"));
        written
            .map_err(|error| anyhow::Error::new(error).context("cannot write standard output"))?;
    }
    Ok(())
}

fn message(counters: &Counters, text: &str) {
    counters.aside(|| report::say(text));
}

/// Results that come in any order, in the order of their jobs.
struct Ordered {
    results: mpsc::Receiver<(usize, Result<Done>)>,
    waiting: BTreeMap<usize, Result<Done>>,
    next: usize,
}

impl Iterator for Ordered {
    type Item = (usize, Result<Done>);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.waiting.contains_key(&self.next) {
            let (index, result) = self.results.recv().ok()?;
            self.waiting.insert(index, result);
        }
        self.next += 1;
        self.waiting.remove_entry(&(self.next - 1))
    }
}
