//! Handshakes of both ends in memory, of the kind that the first argument names (`psk`,
//! `resumption`), as many as the second one says: `cargo xtask bench` counts their instructions. It
//! uses the interface that C uses.
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

#![allow(
    unsafe_code,
    clippy::panic,
    reason = "this is what C does, and it stops when something is wrong"
)]

use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr;
use std::cell::RefCell;
use std::collections::VecDeque;

use motedtls::ffi::*;

const IDENTITY: &[u8] = b"device-identity";
const KEY: &[u8] = &[7; 16];
const BUFFER: usize = 544;
const CACHE_SIZE: usize = MOTE_SESSION_CACHE_HEADER_SIZE + MOTE_SESSION_CACHE_ENTRY_SIZE;

/// One direction of the wire, and how much has gone over it.
#[derive(Default)]
struct Wire {
    datagrams: VecDeque<Vec<u8>>,
    count: usize,
    octets: usize,
}

/// What one end reads from and writes to.
struct Ends<'a> {
    incoming: &'a RefCell<Wire>,
    outgoing: &'a RefCell<Wire>,
    random: RefCell<u64>,
}

unsafe extern "C" fn send(
    user: *mut c_void,
    _: *const u8,
    _: usize,
    datagram: *const u8,
    length: usize,
) -> i32 {
    let (ends, datagram) = unsafe {
        let ends = &*user.cast::<Ends<'_>>();
        (ends, core::slice::from_raw_parts(datagram, length))
    };
    let mut wire = ends.outgoing.borrow_mut();
    wire.count += 1;
    wire.octets += length;
    wire.datagrams.push_back(datagram.to_vec());
    length as i32
}

unsafe extern "C" fn recv(
    user: *mut c_void,
    _: *mut u8,
    _: *mut usize,
    buffer: *mut u8,
    capacity: usize,
) -> i32 {
    let ends = unsafe { &*user.cast::<Ends<'_>>() };
    let Some(datagram) = ends.incoming.borrow_mut().datagrams.pop_front() else {
        return MOTE_IO_NOTHING;
    };
    let length = datagram.len().min(capacity);
    unsafe { ptr::copy_nonoverlapping(datagram.as_ptr(), buffer, length) };
    datagram.len() as i32
}

/// Repeatable, so that every run counts the same.
unsafe extern "C" fn random(user: *mut c_void, out: *mut u8, length: usize) -> i32 {
    let ends = unsafe { &*user.cast::<Ends<'_>>() };
    let mut state = ends.random.borrow_mut();
    for place in 0..length {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        unsafe { out.add(place).write((*state >> 56) as u8) };
    }
    0
}

unsafe extern "C" fn now_ms(_: *mut c_void) -> u32 {
    1000
}

fn expect_ok(status: MoteStatus) {
    assert!(status == MoteStatus::Ok, "{status:?}");
}

/// The memory of a configuration and of a connection.
#[repr(align(8))]
struct Memory<const N: usize>([u8; N]);

impl<const N: usize> Memory<N> {
    fn new() -> Box<Self> {
        Box::new(Memory([0; N]))
    }

    fn start<T>(&mut self) -> *mut T {
        self.0.as_mut_ptr().cast()
    }
}

struct End {
    connection: Box<Memory<MOTE_CONNECTION_SIZE>>,
    _workspace: Box<Memory<MOTE_WORKSPACE_SIZE>>,
    _buffer: Box<Memory<BUFFER>>,
}

impl End {
    fn new(config: *const MoteConfig, io: &MoteIo) -> Self {
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
    fn session(&mut self) -> Vec<u8> {
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

    fn offer(&mut self, session: &[u8]) {
        expect_ok(unsafe {
            mote_connection_set_session(self.connection.start(), session.as_ptr(), session.len(), 0)
        });
    }

    fn is_resumed(&mut self) -> bool {
        let mut info = MaybeUninit::<MoteInfo>::zeroed();
        expect_ok(unsafe { mote_connection_info(self.connection.start(), info.as_mut_ptr()) });
        unsafe { info.assume_init() }.resumed
    }

    fn handshake(&mut self) -> bool {
        match unsafe { mote_connection_handshake(self.connection.start()) } {
            MoteStatus::Ok => true,
            MoteStatus::WantRead => false,
            status => panic!("{status:?}"),
        }
    }
}

/// With a cache, the server keeps sessions in it.
fn config(
    memory: &mut Memory<MOTE_CONFIG_SIZE>,
    role: MoteRole,
    cache: Option<&mut Memory<CACHE_SIZE>>,
) -> *const MoteConfig {
    let config = memory.start::<MoteConfig>();
    unsafe {
        expect_ok(mote_config_init(
            config.cast(),
            MOTE_CONFIG_SIZE,
            MaybeUninit::new(role),
        ));
        expect_ok(mote_config_set_psk(
            config,
            IDENTITY.as_ptr(),
            IDENTITY.len(),
            KEY.as_ptr(),
            KEY.len(),
        ));
        if let Some(cache) = cache {
            expect_ok(mote_session_cache_init(cache.start(), CACHE_SIZE));
            expect_ok(mote_config_set_session_cache(config, cache.start()));
        }
        expect_ok(mote_config_freeze(config));
    }
    config
}

fn io(ends: &mut Ends<'_>) -> MoteIo {
    MoteIo {
        user: ptr::from_mut(ends).cast(),
        send: Some(send),
        recv: Some(recv),
        random: Some(random),
        now_ms: Some(now_ms),
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    // `cargo bench` itself passes an argument of its own and no count: one handshake then.
    let count = arguments
        .get(2)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1);
    let resumes = arguments.get(1).is_some_and(|kind| kind == "resumption");
    let (mut client_config, mut server_config) = (Memory::new(), Memory::new());
    let mut cache = Memory::new();
    let client_config = config(&mut client_config, MoteRole::Client, None);
    let server_config = config(
        &mut server_config,
        MoteRole::Server,
        resumes.then_some(&mut *cache),
    );
    let (to_server, to_client) = (RefCell::default(), RefCell::default());
    let mut client_ends = Ends {
        incoming: &to_client,
        outgoing: &to_server,
        random: RefCell::new(1),
    };
    let mut server_ends = Ends {
        incoming: &to_server,
        outgoing: &to_client,
        random: RefCell::new(2),
    };
    let (client_io, server_io) = (io(&mut client_ends), io(&mut server_ends));
    let connect = |session: Option<&[u8]>| {
        let mut client = End::new(client_config, &client_io);
        let mut server = End::new(server_config, &server_io);
        if let Some(session) = session {
            client.offer(session);
        }
        while !(client.handshake() & server.handshake()) {}
        assert!(client.is_resumed() == session.is_some());
        client
    };
    // Once, whatever the count: the difference of two counts has no full handshake in it.
    let session = resumes.then(|| connect(None).session());
    for wire in [&to_server, &to_client] {
        wire.replace(Wire::default());
    }
    for _ in 0..count {
        connect(session.as_deref());
    }
    let (up, down) = (to_server.borrow(), to_client.borrow());
    println!(
        "{} octets in {} datagrams a handshake",
        (up.octets + down.octets) / count,
        (up.count + down.count) / count
    );
}
