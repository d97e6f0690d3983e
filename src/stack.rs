//! Floor 0: the stack below a call.

use zeroize::optimization_barrier;

/// Octets that making a large value takes; hosts and sanitizers have larger frames.
const FRAMES: usize = if cfg!(target_os = "none") {
    1024
} else {
    16384
};

/// Clears the stack below the caller. What a value leaves unwritten, such as the content of a `None`,
/// is copied as it lies on the stack: it must not be what a call before, with a private key, has left
/// there.
#[inline(never)]
pub(crate) fn clear() {
    // At once, where `zeroize` would go octet by octet: a server does it for every handshake.
    let frames = [0u8; FRAMES];
    optimization_barrier(&frames);
}
