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
use std::io::{self, Stdout, Write};
use std::path::{self, Path, PathBuf};
use std::sync::LazyLock;

use anyhow::{Context, Result, bail};
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

    /// Keeps a replaced file under its name and `suffix`.
    pub(crate) fn keep_backup(&mut self, suffix: &OsStr) -> Result<()> {
        let name = &self.name;
        if let Sink::Replacement(replacement) = &mut self.sink {
            let mut backup = replacement.target.clone().into_os_string();
            backup.push(suffix);
            let backup = PathBuf::from(backup);
            if suffix.is_empty() || fs::symlink_metadata(&backup).is_ok() {
                let backup = backup.display();
                bail!("cannot keep {name} as {backup}, which is there already; move it away");
            }
            replacement.backup = Some(backup);
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

    /// Fails where converting in place would do something else than it says.
    pub(crate) fn check_in_place(&self) -> Result<()> {
        let name = &self.name;
        match &self.sink {
            Sink::Nowhere | Sink::Standard(_) | Sink::Direct(_) => {
                bail!("cannot convert {name} in place: it is not a regular file; use --output")
            }
            Sink::Replacement(replacement) => match replacement.hard_links() {
                0 | 1 => Ok(()),
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
            Sink::Replacement(replacement) => {
                replacement.commit().with_context(|| format!("cannot write {name}"))
            }
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
        Ok(Sink::Direct(OpenOptions::new().append(true).open(place)?))
    }

    fn existing_file(place: PathBuf, metadata: Metadata) -> Result<Sink> {
        // Replacing a file takes no right to write to it, but whoever
        // write-protected it expects that it stays.
        OpenOptions::new().write(true).open(&place)?;
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
        let mut builder = tempfile::Builder::new();
        builder.prefix(".fanjian-").suffix(".tmp");
        if previous.is_none() {
            allow_what_new_files_allow(&mut builder);
        }
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

    fn commit(self) -> Result<()> {
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
        if let Some(backup) = &self.backup {
            keep_as(&self.target, backup)
                .with_context(|| format!("cannot keep what is there as {}", backup.display()))?;
        }
        self.temporary.persist(self.target).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Lets a temporary file have the permissions that any new file gets, which
/// the user's mask then limits. Otherwise its creator alone may read it.
#[cfg(unix)]
fn allow_what_new_files_allow(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn allow_what_new_files_allow(_: &mut tempfile::Builder<'_, '_>) {}

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
/// replaced. Never overwrites.
fn keep_as(target: &Path, backup: &Path) -> io::Result<()> {
    if fs::hard_link(target, backup).is_ok() {
        return Ok(());
    }
    // Some file systems have no hard links.
    let mut copy = File::create_new(backup)?;
    io::copy(&mut File::open(target)?, &mut copy)?;
    copy.set_permissions(fs::metadata(target)?.permissions())?;
    copy.sync_all()
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
