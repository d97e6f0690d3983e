//! What src/crypto takes of src/wire.
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

pub(crate) const POINT_LENGTH: usize = 65;
pub(crate) const UNCOMPRESSED: u8 = 4;
