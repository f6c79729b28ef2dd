//! Where text goes: standard output, a device, or a file that is replaced whole.
//!
//! A file is never written where it stands. The text goes to a temporary file in
//! the same folder, which takes the file's place in one step when everything is
//! written and has reached the disk. Whatever fails before leaves the file as it
//! was, and the temporary file is removed. This also makes it safe to read from
//! the very file that is written.
//!
//! What is kept of a replaced file: its permissions, its owner and group as far
//! as the system allows, and symbolic links to it; on request its times, and the file
//! itself under another name. What is not: access control
//! lists, extended attributes, and the tie to other hard links, which keep the
//! old content.
//!
//! This module moves bytes and does not know what they mean.

use std::ffi::OsStr;
use std::fs::{self, File, FileTimes, Metadata, OpenOptions};
use std::io::{self, BufRead, BufReader, Stdout, Write};
use std::path::{self, Path, PathBuf};
use std::sync::LazyLock;

use anyhow::{Context, Result, bail};
use same_file::is_same_file;
use tempfile::NamedTempFile;

use crate::interruption::Remembered;

/// How many symbolic links may lead from one to the next, as on Linux.
const MAXIMUM_LINKS: usize = 40;

/// An opened output, with the name that messages call it by.
///
/// Dropping it without [`Output::commit`] leaves a file as it was.
pub(crate) struct Output {
    sink: Sink,
    name: String,
}

/// Whether a new file is waited for until it has reached the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// When all has been said and done, it is there whatever happens.
    OnDisk,
    /// If the system crashes, it may be lost. What it was made from is not.
    WhenTheSystemLikes,
}

enum Sink {
    Nowhere,
    Standard(Stdout),
    /// Something that passes on what is written to it: there is nothing to replace.
    Direct(File),
    Replacement(Box<Replacement>),
}

impl Output {
    /// Standard output.
    pub(crate) fn standard() -> Output {
        Output { sink: Sink::standard(), name: "standard output".to_owned() }
    }

    /// Opens what is at `path`, or prepares a new file.
    pub(crate) fn open(path: &Path) -> Result<Output> {
        let name = path.display().to_string();
        let sink = Sink::open(path).with_context(|| format!("cannot write {name}"))?;
        Ok(Output { sink, name })
    }

    /// An output that is thrown away.
    pub(crate) fn nowhere() -> Output {
        Output { sink: Sink::Nowhere, name: "nothing".to_owned() }
    }

    /// Lets a replaced file keep its times.
    pub(crate) fn keep_times(&mut self) {
        if let Sink::Replacement(replacement) = &mut self.sink {
            replacement.keeps_times = true;
        }
    }

    /// Keeps a replaced file under its name and `suffix`. A file that is not replaced in the
    /// end needs no backup, and may have one of an earlier run.
    pub(crate) fn keep_backup(&mut self, suffix: &OsStr) -> Result<()> {
        let name = &self.name;
        if suffix.is_empty() {
            bail!("cannot keep {name} as {name}; name a suffix for the backup");
        }
        if let Sink::Replacement(replacement) = &mut self.sink {
            let mut backup = replacement.target.clone().into_os_string();
            backup.push(suffix);
            replacement.backup = Some(PathBuf::from(backup));
        }
        Ok(())
    }

    /// Says when a new file is done. A file that replaces another one always is when
    /// it has reached the disk.
    pub(crate) fn durability(&mut self, durability: Durability) {
        if let Sink::Replacement(replacement) = &mut self.sink {
            replacement.durability = durability;
        }
    }

    /// What messages call the output.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Fails where converting in place would do something else than it says. Asked when the
    /// backup is known, if one is wanted.
    pub(crate) fn check_in_place(&self) -> Result<()> {
        let name = &self.name;
        match &self.sink {
            Sink::Nowhere | Sink::Standard(_) | Sink::Direct(_) => {
                bail!("cannot convert {name} in place: it is not a regular file; use --output")
            }
            Sink::Replacement(replacement) => match replacement.hard_links() {
                0 | 1 => Ok(()),
                // An earlier run was killed just before it was done.
                2 if replacement.is_linked_to_backup() => Ok(()),
                links => bail!(
                    "cannot convert {name} in place: it has {links} hard links, and the others \
                     would keep the old text; use --output"
                ),
            },
        }
    }

    /// Makes everything written so far the content of the output.
    pub(crate) fn commit(self) -> Result<()> {
        let Output { sink, name } = self;
        match sink {
            Sink::Nowhere | Sink::Standard(_) | Sink::Direct(_) => Ok(()),
            Sink::Replacement(replacement) => replacement.commit(&name),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.sink {
            Sink::Nowhere => Ok(bytes.len()),
            Sink::Standard(standard) => standard.write(bytes),
            Sink::Direct(file) => file.write(bytes),
            Sink::Replacement(replacement) => replacement.temporary.as_file_mut().write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Nowhere => Ok(()),
            Sink::Standard(standard) => standard.flush(),
            Sink::Direct(file) => file.flush(),
            Sink::Replacement(replacement) => replacement.temporary.as_file_mut().flush(),
        }
    }
}

impl Sink {
    fn standard() -> Sink {
        Sink::Standard(io::stdout())
    }

    fn open(path: &Path) -> Result<Sink> {
        let place = follow_links(path)?;
        match descriptor(&place) {
            Some(Descriptor::StandardOutput) => return Ok(Sink::standard()),
            Some(Descriptor::Other) => return Sink::direct(&place),
            None => {}
        }
        match fs::metadata(&place) {
            Ok(metadata) if metadata.is_dir() => bail!("it is a folder; name a file in it"),
            Ok(metadata) if metadata.is_file() => Sink::existing_file(place, metadata),
            Ok(_) => Sink::direct(&place),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Sink::new_file(place),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens for appending: what a descriptor led to before is not this
    /// program's to overwrite. Pipes and character devices know no difference.
    fn direct(place: &Path) -> Result<Sink> {
        let file = OpenOptions::new().append(true).open(place).map_err(with_help)?;
        Ok(Sink::Direct(file))
    }

    fn existing_file(place: PathBuf, metadata: Metadata) -> Result<Sink> {
        // Replacing a file takes no right to write to it, but whoever
        // write-protected it expects that it stays.
        OpenOptions::new().write(true).open(&place).map_err(with_help)?;
        Ok(Sink::Replacement(Replacement::new(place, Some(metadata))?))
    }

    fn new_file(place: PathBuf) -> Result<Sink> {
        let ends_as_folder = place.to_string_lossy().ends_with(path::is_separator);
        if ends_as_folder || place.file_name().is_none() {
            bail!("it names no file; name a file in a folder that exists");
        }
        let folder = folder_of(&place);
        if !folder.exists() {
            bail!("there is no folder {}; create it first", folder.display());
        }
        Ok(Sink::Replacement(Replacement::new(place, None)?))
    }
}

/// A file in the making, and the file whose place it is to take.
struct Replacement {
    temporary: NamedTempFile,
    target: PathBuf,
    /// What is known of the file to be replaced, if there is one.
    previous: Option<Metadata>,
    keeps_times: bool,
    /// Where the file to be replaced is kept.
    backup: Option<PathBuf>,
    durability: Durability,
    /// Lets an interruption remove the temporary file, too.
    _remembered: Remembered,
}

impl Replacement {
    fn new(target: PathBuf, previous: Option<Metadata>) -> Result<Box<Replacement>> {
        let builder = match &previous {
            Some(_) => temporary(),
            None => temporary_for_new_file(),
        };
        let folder = folder_of(&target);
        let temporary = builder.tempfile_in(folder).with_context(|| {
            format!(
                "cannot create a temporary file in {}, from which the output is made (make the \
                 folder writable, or redirect standard output instead of naming a file)",
                folder.display()
            )
        })?;
        Ok(Box::new(Replacement {
            _remembered: Remembered::new(temporary.path()),
            temporary,
            target,
            previous,
            keeps_times: false,
            backup: None,
            durability: Durability::OnDisk,
        }))
    }

    /// How many hard links lead to the file to be replaced, where the system
    /// can tell.
    fn hard_links(&self) -> u64 {
        self.previous.as_ref().map_or(0, hard_links)
    }

    /// Whether the other name of a file with two is that of its backup.
    fn is_linked_to_backup(&self) -> bool {
        let backup = self.backup.as_ref();
        backup.is_some_and(|backup| is_same_file(&self.target, backup).unwrap_or(false))
    }

    /// Puts the new file where the old one is. What fails before leaves the old one.
    fn commit(self: Box<Self>, name: &str) -> Result<()> {
        let cannot_write = |error| explain_writing(error, name);
        self.complete().map_err(cannot_write)?;
        let Replacement { temporary, target, previous, backup, .. } = *self;
        let (file, temporary) = temporary.into_parts();
        close(file).map_err(cannot_write)?;
        let backup = match (previous, &backup) {
            (Some(_), Some(backup)) => keep_as(&target, backup, name)?,
            _ => None,
        };
        temporary.persist(target).map_err(|error| {
            // Nothing was replaced, so the old file needs no second name.
            if let Some(backup) = backup {
                let _ = fs::remove_file(backup);
            }
            cannot_write(error.error)
        })
    }

    /// Makes the new file what it is to be, down to the disk.
    fn complete(&self) -> io::Result<()> {
        let file = self.temporary.as_file();
        if let Some(previous) = &self.previous {
            keep_owner(file, previous);
            // Some file systems refuse every change, even one to what is.
            if file.metadata()?.permissions() != previous.permissions() {
                file.set_permissions(previous.permissions())?;
            }
            if self.keeps_times {
                keep_times(file, previous)?;
            }
        }
        // A system that crashes after the rename must not find an empty file.
        if self.previous.is_some() || self.durability == Durability::OnDisk {
            file.sync_all()?;
        }
        Ok(())
    }
}

/// Says what was wrong with an output, and what helps.
pub(crate) fn explain_writing(error: io::Error, name: &str) -> anyhow::Error {
    anyhow::Error::new(with_help(error)).context(format!("cannot write {name}"))
}

/// The same error, with what helps, where something does.
fn with_help(error: io::Error) -> io::Error {
    let help = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some("free some space and run this again")
        }
        io::ErrorKind::PermissionDenied => Some("change its permissions, or name another output"),
        io::ErrorKind::ReadOnlyFilesystem => Some("name an output elsewhere"),
        _ => None,
    };
    match help {
        Some(help) => io::Error::new(error.kind(), format!("{error}; {help}")),
        None => error,
    }
}

/// Closes a file. Some systems say only now that they could not keep what was written.
#[cfg(unix)]
fn close(file: File) -> io::Result<()> {
    nix::unistd::close(file).map_err(io::Error::from)
}

#[cfg(not(unix))]
fn close(_: File) -> io::Result<()> {
    Ok(())
}

/// Makes temporary files, whose names walks pass over.
fn temporary() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".fanjian-").suffix(".tmp");
    builder
}

/// The same with the permissions that any new file gets, which the user's mask then limits.
/// Otherwise its creator alone may read it.
pub(crate) fn temporary_for_new_file() -> tempfile::Builder<'static, 'static> {
    let mut builder = temporary();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}

/// Gives `file` the owner and group of `previous`. Only privileged users can,
/// for all others the file becomes their own, so failure is expected.
#[cfg(unix)]
fn keep_owner(file: &File, previous: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(previous.uid()), Some(previous.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) {}

fn keep_times(file: &File, previous: &Metadata) -> io::Result<()> {
    let mut times = FileTimes::new().set_modified(previous.modified()?);
    // Some file systems have no such time.
    if let Ok(accessed) = previous.accessed() {
        times = times.set_accessed(accessed);
    }
    file.set_times(times)
}

/// Gives the file at `target` another name, too, under which it stays when it is
/// replaced. Never overwrites. The backup, if it was not there before.
fn keep_as<'b>(target: &Path, backup: &'b Path, name: &str) -> Result<Option<&'b Path>> {
    if fs::symlink_metadata(backup).is_ok() {
        // An earlier run may have been killed just before it was done.
        if have_same_content(target, backup).unwrap_or(false) {
            return Ok(None);
        }
        let backup = backup.display();
        bail!("cannot keep {name} as {backup}, which is there already; move it away");
    }
    let kept = fs::hard_link(target, backup).or_else(|_| copy(target, backup));
    kept.map_err(|error| explain_writing(error, &backup.display().to_string()))
        .with_context(|| format!("cannot keep {name}"))?;
    Ok(Some(backup))
}

/// Copies a file where there are no hard links, whole or not at all.
fn copy(target: &Path, backup: &Path) -> io::Result<()> {
    let mut temporary = temporary().tempfile_in(folder_of(backup))?;
    let _remembered = Remembered::new(temporary.path());
    io::copy(&mut File::open(target)?, temporary.as_file_mut())?;
    temporary.as_file().set_permissions(fs::metadata(target)?.permissions())?;
    temporary.as_file().sync_all()?;
    match temporary.persist_noclobber(backup) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(error.error),
        // Where files have one name only, none can be given that is not taken, either.
        Err(error) => error.file.persist(backup).map(drop).map_err(|error| error.error),
    }
}

/// Whether two files are files and hold the same.
fn have_same_content(one: &Path, other: &Path) -> io::Result<bool> {
    if is_same_file(one, other)? {
        return Ok(true);
    }
    let [one_length, other_length] = [fs::metadata(one)?, fs::symlink_metadata(other)?]
        .map(|metadata| metadata.is_file().then_some(metadata.len()));
    if one_length.is_none() || one_length != other_length {
        return Ok(false);
    }
    let mut one = BufReader::new(File::open(one)?);
    let mut other = BufReader::new(File::open(other)?);
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let length = left.len().min(right.len());
        if left[..length] != right[..length] {
            return Ok(false);
        }
        if length == 0 {
            return Ok(left.len() == right.len());
        }
        one.consume(length);
        other.consume(length);
    }
}

#[cfg(unix)]
fn hard_links(metadata: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    metadata.nlink()
}

#[cfg(not(unix))]
fn hard_links(_: &Metadata) -> u64 {
    1
}

/// The place that symbolic links lead to from `path`, whether or not a file is
/// there yet. Descriptors are not followed.
fn follow_links(path: &Path) -> Result<PathBuf> {
    let mut place = path.to_owned();
    for _ in 0..MAXIMUM_LINKS {
        if descriptor(&place).is_some() {
            return Ok(place);
        }
        match fs::read_link(&place) {
            // An absolute link takes the place of the folder, too.
            Ok(link) => place = folder_of(&place).join(link),
            // No link, or nothing at all.
            Err(_) => return Ok(place),
        }
    }
    bail!("more than {MAXIMUM_LINKS} symbolic links lead on from it; name the file itself")
}

/// A process's open descriptor.
enum Descriptor {
    StandardOutput,
    Other,
}

/// The open descriptor that stands under the name of a file, as `/dev/stdout` leads to.
/// Such a name looks like a link, but what it stands for must be written to and not be
/// replaced: others hold it open, too.
fn descriptor(place: &Path) -> Option<Descriptor> {
    let folder = folder_of(place);
    if !may_hold_descriptors(folder) {
        return None;
    }
    let folder = fs::canonicalize(folder).ok()?;
    // On Linux a link into /proc, elsewhere a folder.
    let is_own = fs::canonicalize("/dev/fd").is_ok_and(|own| own == folder);
    match place.file_name() {
        Some(name) if is_own && name == "1" => Some(Descriptor::StandardOutput),
        _ if is_own || folder.starts_with("/proc") => Some(Descriptor::Other),
        _ => None,
    }
}

/// Whether a folder is on a device that has descriptors, which is asked faster than where
/// it is.
#[cfg(unix)]
fn may_hold_descriptors(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    static DEVICES: LazyLock<[Option<u64>; 2]> = LazyLock::new(|| {
        ["/dev/fd", "/proc"].map(|folder| fs::metadata(folder).ok().map(|it| it.dev()))
    });
    fs::metadata(folder).is_ok_and(|folder| DEVICES.contains(&Some(folder.dev())))
}

#[cfg(not(unix))]
fn may_hold_descriptors(_: &Path) -> bool {
    true
}

/// The folder that `place` is in, in a form that can be opened.
fn folder_of(place: &Path) -> &Path {
    match place.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}
