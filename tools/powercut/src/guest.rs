//! What the virtual machine runs: an archive with the venue, the libraries it needs and what starts them.

use crate::cpio::Archive;
use crate::needs::Needs;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;
use unspent_crashloop::server::keys_beside;

/// Where the venue listens inside.
pub const PORT: u16 = 8_080;
/// The drivers of the disk and of the network; what else a kernel needs is built in or follows from them.
const DRIVERS: &[&str] = &["virtio_pci", "virtio_blk", "virtio_net", "ext4"];

/// Everything a boot needs, as the first file system. With `preload`, the venue runs with that library before others.
///
/// # Errors
/// When something cannot be read, or a program does not run here.
pub fn archive(needs: &Needs, program: &Path, venue: &Path, preload: Option<&Path>) -> Result<Vec<u8>> {
    let mut archive = Archive::default();
    for folder in ["proc", "sys", "dev", "data", "tmp"] {
        archive.folder(folder);
    }
    let mut libraries = libraries(program)?;
    if let Some(library) = preload {
        libraries.push(library.to_owned());
        libraries.extend(self::libraries(library)?);
    }
    libraries.sort();
    libraries.dedup();
    for library in &libraries {
        let path = library.to_str().context("a library's path is no text")?;
        archive.file(path.trim_start_matches('/'), true, &read(library)?);
    }
    ensure!(self::libraries(&needs.busybox)?.is_empty(), "busybox needs libraries: install busybox-static");
    archive.file("bin/busybox", true, &read(&needs.busybox)?);
    archive.file("bin/unspent", true, &read(program)?);
    archive.file("venue.toml", false, &read(venue)?);
    archive.file("keys.toml", false, &read(&keys_beside(venue))?);
    let modules = modules(&needs.modules)?;
    for (i, module) in modules.iter().enumerate() {
        archive.file(&format!("modules/{i}.ko"), false, &read(module)?);
    }
    archive.file("init", true, init(modules.len(), preload).as_bytes());
    Ok(archive.finish())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}

/// What starts everything; when the venue ends, so does the machine.
fn init(modules: usize, preload: Option<&Path>) -> String {
    let preload = preload.map(|path| format!("export LD_PRELOAD={}\n", path.display())).unwrap_or_default();
    format!(
        "#!/bin/busybox sh\n\
         alias b=/bin/busybox\n\
         b mount -t proc none /proc\n\
         b mount -t sysfs none /sys\n\
         b mount -t devtmpfs none /dev\n\
         i=0; while [ $i -lt {modules} ]; do b insmod /modules/$i.ko; i=$((i+1)); done\n\
         b ip link set lo up\n\
         b ip addr add 10.0.2.15/24 dev eth0\n\
         b ip link set eth0 up\n\
         b ip route add default via 10.0.2.2\n\
         b mount -t ext4 /dev/vda /data || echo 'the data disk cannot be mounted'\n\
         export UNSPENT_LOG=warn\n\
         {preload}\
         exec /bin/unspent serve --plaintext --listen 0.0.0.0:{PORT} --segment-mib 1 --data /data/venue \
         --venue /venue.toml --keys /keys.toml\n"
    )
}

/// The shared libraries that a program is loaded with, the loader included.
fn libraries(program: &Path) -> Result<Vec<PathBuf>> {
    let output = Command::new("ldd").arg(program).output().context("ldd")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(!text.contains("not found"), "{} does not run here:\n{text}", program.display());
    Ok(paths(&text))
}

fn paths(ldd: &str) -> Vec<PathBuf> {
    let words = ldd.lines().filter_map(|line| line.split_whitespace().find(|word| word.starts_with('/')));
    words.map(PathBuf::from).collect()
}

/// The drivers and what they need, in the order they are loaded in.
fn modules(folder: &Path) -> Result<Vec<PathBuf>> {
    let table = std::fs::read_to_string(folder.join("modules.dep")).context("modules.dep")?;
    let mut order = Vec::new();
    for driver in DRIVERS {
        for path in needed(&table, driver) {
            if !order.contains(&path) {
                order.push(path);
            }
        }
    }
    let compressed = order.iter().find(|path| !path.ends_with(".ko"));
    ensure!(compressed.is_none(), "the modules in {} are compressed; this tool reads plain ones", folder.display());
    Ok(order.iter().map(|path| folder.join(path)).collect())
}

/// A driver's line, from what it needs to itself; nothing when it is built in.
fn needed<'a>(table: &'a str, driver: &str) -> Vec<&'a str> {
    let is = |path: &str| {
        let file = path.rsplit('/').next().unwrap_or_default();
        file.split('.').next().unwrap_or_default().replace('-', "_") == driver
    };
    let line = table.lines().filter_map(|line| line.split_once(':')).find(|(path, _)| is(path));
    line.map_or_else(Vec::new, |(path, needs)| needs.split_whitespace().rev().chain([path]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_comes_after_what_it_needs() {
        let table = "kernel/a/b-c.ko:\nkernel/d/net.ko: kernel/d/over.ko kernel/a/b-c.ko\n";
        assert_eq!(needed(table, "net"), ["kernel/a/b-c.ko", "kernel/d/over.ko", "kernel/d/net.ko"]);
        assert_eq!(needed(table, "b_c"), ["kernel/a/b-c.ko"]);
        assert!(needed(table, "ext4").is_empty());
    }

    #[test]
    fn libraries_are_read_from_what_the_loader_prints() {
        let text = "\tlinux-vdso.so.1 (0x1)\n\tlibm.so.6 => /lib/x/libm.so.6 (0x2)\n\t/lib64/ld-linux.so.2 (0x3)\n";
        assert_eq!(paths(text), [Path::new("/lib/x/libm.so.6"), Path::new("/lib64/ld-linux.so.2")]);
        assert!(paths("\tnot a dynamic executable\n").is_empty());
    }
}
