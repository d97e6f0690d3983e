//! An end of a conversation, through the interface that C uses.
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::MaybeUninit;

use motedtls::ffi::*;

/// Large enough for the flights of all kinds.
const BUFFER: usize = 1200;

pub fn expect_ok(status: MoteStatus) {
    assert!(status == MoteStatus::Ok, "{status:?}");
}

/// The memory of a configuration and of a connection.
#[repr(align(8))]
pub struct Memory<const N: usize>([u8; N]);

impl<const N: usize> Memory<N> {
    pub fn new() -> Box<Self> {
        Box::new(Memory([0; N]))
    }

    pub fn start<T>(&mut self) -> *mut T {
        self.0.as_mut_ptr().cast()
    }
}

pub struct End {
    connection: Box<Memory<MOTE_CONNECTION_SIZE>>,
    _workspace: Box<Memory<MOTE_WORKSPACE_SIZE>>,
    _buffer: Box<Memory<BUFFER>>,
}

impl End {
    pub fn new(config: *const MoteConfig, io: &MoteIo) -> Self {
        let mut connection = Memory::<MOTE_CONNECTION_SIZE>::new();
        let mut workspace = Memory::<MOTE_WORKSPACE_SIZE>::new();
        let mut buffer = Memory::<BUFFER>::new();
        unsafe {
            let size = MOTE_CONNECTION_SIZE;
            expect_ok(mote_connection_init(connection.start(), size, config, io));
            expect_ok(mote_connection_lend(
                connection.start(),
                workspace.start(),
                MOTE_WORKSPACE_SIZE,
                buffer.start(),
                BUFFER,
            ));
        }
        End {
            connection,
            _workspace: workspace,
            _buffer: buffer,
        }
    }

    /// What the client keeps of the connection.
    pub fn session(&mut self) -> Vec<u8> {
        let mut octets = vec![0; MOTE_SESSION_MAX];
        let mut length = 0;
        expect_ok(unsafe {
            mote_connection_session_export(
                self.connection.start(),
                octets.as_mut_ptr(),
                octets.len(),
                &raw mut length,
            )
        });
        octets.truncate(length);
        octets
    }

    pub fn offer(&mut self, session: &[u8]) {
        expect_ok(unsafe {
            mote_connection_set_session(self.connection.start(), session.as_ptr(), session.len(), 0)
        });
    }

    pub fn is_resumed(&mut self) -> bool {
        let mut info = MaybeUninit::<MoteInfo>::zeroed();
        expect_ok(unsafe { mote_connection_info(self.connection.start(), info.as_mut_ptr()) });
        unsafe { info.assume_init() }.resumed
    }

    pub fn handshake(&mut self) -> bool {
        match unsafe { mote_connection_handshake(self.connection.start()) } {
            MoteStatus::Ok => true,
            MoteStatus::WantRead => false,
            status => panic!("{status:?}"),
        }
    }
}
