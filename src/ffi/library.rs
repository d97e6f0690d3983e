//! The library as a whole.

use core::ffi::c_char;

use crate::alert::AlertDescription;
use crate::suite::Suite;

/// The version of the library, such as `0.1.0`. The string is constant.
#[unsafe(no_mangle)]
pub extern "C" fn mote_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The name of an alert as its RFC has it, such as `decrypt_error`; `unknown` for any other
/// number. The string is constant.
#[unsafe(no_mangle)]
pub extern "C" fn mote_alert_str(alert: u8) -> *const c_char {
    AlertDescription(alert).name().as_ptr()
}

/// The name of a cipher suite by its IANA number, such as `TLS_PSK_WITH_AES_128_CCM_8`; `unknown`
/// for one that this build does not have. The string is constant.
#[unsafe(no_mangle)]
pub extern "C" fn mote_suite_str(suite: u16) -> *const c_char {
    match Suite::from_number(suite) {
        Some(suite) => suite.name().as_ptr(),
        None => c"unknown".as_ptr(),
    }
}
