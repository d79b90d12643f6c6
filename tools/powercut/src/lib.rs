//! Switches a whole machine off under load, and compares what its clients were told with what is there after the boot.
//!
//! - [`disk`] is a disk with a volatile cache: what was written and not flushed is lost, in part or torn, when the power
//!   goes. Pure but for the image file. [`nbd`] lends it to the virtual machine.
//! - [`guest`] is what the machine runs: a kernel of the distribution, the venue and the libraries it needs, packed by
//!   [`cpio`] into the first file system.
//! - [`machine::Guest`] boots and cuts; the traffic, the histories and the comparison are those of `unspent-crashloop`.
//! - [`needs`] is what must be installed, and the command that installs it.

pub mod cpio;
pub mod disk;
pub mod guest;
pub mod machine;
pub mod nbd;
pub mod needs;
