//! What must be installed. None of it is part of this project; all of it is free software from the distribution.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// The programs and files that were found.
#[derive(Debug, Clone)]
pub struct Needs {
    /// The virtual machine.
    pub qemu: PathBuf,
    /// Makes the file system of the data disk.
    pub mkfs: PathBuf,
    /// The guest's shell and mount: one program that needs no library.
    pub busybox: PathBuf,
    /// A kernel.
    pub kernel: PathBuf,
    /// Its modules.
    pub modules: PathBuf,
    /// Makes syncs do nothing, for the negative control.
    pub eatmydata: Option<PathBuf>,
}

/// The command that installs everything.
const INSTALL: &str = "apt-get install --no-install-recommends qemu-system-x86 linux-image-cloud-amd64 busybox-static \
                       e2fsprogs libeatmydata1";

fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// The newest kernel with its modules. The cloud's is preferred: it is small and boots fastest.
fn kernel(boot: &Path, modules: &Path) -> Option<(PathBuf, PathBuf)> {
    let entries = std::fs::read_dir(boot).ok()?.flatten();
    let mut kernels: Vec<(bool, PathBuf, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix("vmlinuz-")?;
            let modules = modules.join(version);
            modules.join("modules.dep").is_file().then(|| (version.contains("cloud"), entry.path(), modules))
        })
        .collect();
    kernels.sort();
    kernels.pop().map(|(_, kernel, modules)| (kernel, modules))
}

impl Needs {
    /// Finds everything.
    ///
    /// # Errors
    /// Names what is missing and the command that installs it.
    pub fn find() -> Result<Needs> {
        let mut missing = Vec::new();
        let mut need = |name: &str| {
            let found = program(name);
            if found.is_none() {
                missing.push(name.to_owned());
            }
            found.unwrap_or_default()
        };
        let (qemu, mkfs, busybox) = (need("qemu-system-x86_64"), need("mkfs.ext4"), need("busybox"));
        let found = kernel(Path::new("/boot"), Path::new("/lib/modules"));
        if found.is_none() {
            missing.push("a kernel (/boot/vmlinuz-*) with its modules (/lib/modules/*)".to_owned());
        }
        let libraries = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"];
        let eatmydata =
            libraries.iter().map(|folder| Path::new(folder).join("libeatmydata.so.1")).find(|path| path.is_file());
        let (Some((kernel, modules)), true) = (found, missing.is_empty()) else {
            bail!("missing: {}; install with: {INSTALL}", missing.join(", "));
        };
        Ok(Needs { qemu, mkfs, busybox, kernel, modules, eatmydata })
    }

    /// The library that makes syncs do nothing.
    ///
    /// # Errors
    /// When it is missing, with the command that installs it.
    pub fn eatmydata(&self) -> Result<&Path> {
        self.eatmydata.as_deref().with_context(|| format!("missing: libeatmydata.so.1; install with: {INSTALL}"))
    }
}
