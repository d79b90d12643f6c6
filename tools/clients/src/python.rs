//! A Python environment of our own, with what `requirements.txt` pins.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python of an environment that has everything in `requirements`; it is made when there is none, or an older one.
///
/// # Errors
/// When there is no Python, none of its `venv`, or something cannot be installed: says which, and what would help.
pub fn environment(python: &Path, requirements: &Path) -> Result<PathBuf> {
    let wanted =
        std::fs::read_to_string(requirements).with_context(|| format!("reading {}", requirements.display()))?;
    let place = target().join("clients");
    let (venv, stamp) = (place.join("venv"), place.join("installed.txt"));
    let ours = venv.join("bin").join("python");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) && ours.is_file() {
        return Ok(ours);
    }
    println!("── installing {} into {}", requirements.display(), venv.display());
    std::fs::create_dir_all(&place).with_context(|| format!("making {}", place.display()))?;
    let _ = std::fs::remove_file(&stamp);
    let made = Command::new(python).args(["-m", "venv", "--clear"]).arg(&venv).status();
    let made = made.with_context(|| {
        format!("{} cannot be started; these checks need Python 3.11 or later, see --python", python.display())
    })?;
    if !made.success() {
        bail!("{} -m venv failed; on Debian and Ubuntu the package python3-venv has it", python.display());
    }
    let mut pip = Command::new(&ours);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(requirements);
    if !pip.status().context("starting pip")?.success() {
        bail!("pip could not install what {} names; it needs the package index", requirements.display());
    }
    std::fs::write(&stamp, wanted).with_context(|| format!("writing {}", stamp.display()))?;
    Ok(ours)
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    let named = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"))
}
