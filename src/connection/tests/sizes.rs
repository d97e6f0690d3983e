//! Issue 2, "Figures to reach": what the structs cost. On a host pointers are wider than on the
//! devices the figures are for; they are the same or smaller there, and asserted at compile time
//! for 32-bit targets beside the types.

use crate::association::Association;
use crate::connection::{Connection, Workspace};
use crate::flight::{Cursor, Reassembly, RetransmissionTimer};

#[test]
fn structs_are_as_small_as_promised() {
    std::println!("Association {}", size_of::<Association>());
    std::println!("Connection {}", size_of::<Connection>());
    std::println!("Workspace {}", size_of::<Workspace>());
    std::println!("Cursor {}", size_of::<Cursor>());
    std::println!("Reassembly {}", size_of::<Reassembly>());
    std::println!("Timer {}", size_of::<RetransmissionTimer>());
}
