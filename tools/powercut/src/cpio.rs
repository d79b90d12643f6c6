//! An archive in the form that a kernel unpacks as its first file system: cpio, "newc".

/// The archive, written as it grows.
#[derive(Debug, Default)]
pub struct Archive {
    bytes: Vec<u8>,
    entries: u32,
    folders: Vec<String>,
}

impl Archive {
    /// Adds a file, and the folders it is in; a path has no slash in front.
    pub fn file(&mut self, path: &str, executable: bool, content: &[u8]) {
        let mut at = 0;
        while let Some(slash) = path[at..].find('/') {
            self.folder(&path[..at + slash]);
            at += slash + 1;
        }
        self.entry(path, 0o100_600 | if executable { 0o111 } else { 0 }, content);
    }

    /// Adds a folder, unless it is there.
    pub fn folder(&mut self, path: &str) {
        if !self.folders.iter().any(|folder| folder == path) {
            self.folders.push(path.to_owned());
            self.entry(path, 0o040_755, &[]);
        }
    }

    fn entry(&mut self, path: &str, mode: u32, content: &[u8]) {
        self.entries += 1;
        let size = u32::try_from(content.len()).expect("a file is smaller than 4 GiB");
        let name = u32::try_from(path.len() + 1).expect("a path is short");
        // Inode, mode, owner, group, links, time, size, two devices of two numbers, name, checksum.
        let fields = [self.entries, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name, 0];
        self.bytes.extend_from_slice(b"070701");
        self.bytes.extend(fields.iter().flat_map(|field| format!("{field:08x}").into_bytes()));
        self.bytes.extend_from_slice(path.as_bytes());
        self.bytes.push(0);
        self.pad();
        self.bytes.extend_from_slice(content);
        self.pad();
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }

    /// The whole archive.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.entry("TRAILER!!!", 0, &[]);
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_its_folders_before_it_and_stands_at_multiples_of_four() {
        let mut archive = Archive::default();
        archive.file("a/b/c", true, b"hello");
        archive.file("a/d", false, b"");
        let bytes = archive.finish();
        let places: Vec<usize> =
            bytes.windows(6).enumerate().filter(|(_, window)| window == b"070701").map(|(at, _)| at).collect();
        assert_eq!(places.len(), 5);
        assert!(places.iter().all(|at| at % 4 == 0));
        let names = ["a\0", "a/b\0", "a/b/c\0", "a/d\0", "TRAILER!!!\0"];
        for (at, name) in places.iter().zip(names) {
            assert!(bytes[at + 110..].starts_with(name.as_bytes()), "{name}");
        }
        assert_eq!(&bytes[places[2] + 54..places[2] + 62], b"00000005");
    }
}
