// SPDX-License-Identifier: MIT OR Apache-2.0
//! `c-examples/freertos` on an emulated board.

use crate::report::Report;

pub fn steps(_report: &Report) {}

pub fn long_steps(_report: &Report) {}
