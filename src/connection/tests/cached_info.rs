//! cached_info (RFC 7924): what a client remembers is not sent again, and judged all the same.

use std::vec::Vec;

use super::chain::{self, NOT_AFTER, NOT_BEFORE, raw_config};
use super::craft::{self, extension, handshake, octets};
use super::end::End;
use super::pair::Pair;
use super::public_keys::private_key;
use crate::cached_info::CACHED_INFO_OVERHEAD;
use crate::config::{ClientAuth, Config, Role};
use crate::credential::PrivateKey;
use crate::crypto::soft::{Operations, operations};
use crate::error::Error;
use crate::session::SESSION_MAX;
use crate::suite::Suite;
use crate::wire::extension::CertificateType;
use crate::wire::server_hello::ServerHelloAnswer;

const HOST: &str = "coap.example";
const CACHED_INFO: u16 = 25;

type Remembered = (Vec<u8>, bool);

fn memory() -> Option<Remembered> {
    Some((std::vec![0; 1024], false))
}

fn server_config(key: u8) -> Config<'static> {
    let mut config = chain::config(Role::Server, key, HOST);
    config.set_cached_info(true).unwrap();
    config
}

fn client_config() -> Config<'static> {
    let mut config = chain::config(Role::Client, 1, "device");
    config.set_server_name(HOST.as_bytes()).unwrap();
    config
}

fn end(config: &Config<'static>, seed: u64) -> End {
    let mut end = End::new(config.clone(), seed);
    end.host.unix_time = Some(NOT_BEFORE);
    end.reassembly = std::vec![0; 2048];
    end
}

/// One handshake.
struct Shaken {
    pair: Pair,
    /// Octets of all datagrams.
    octets: usize,
    operations: Operations,
}

impl Shaken {
    /// Whether Certificate and CertificateRequest were left out.
    fn used(&self) -> (bool, bool) {
        let cached = self.pair.client.connection.counters.cached_info;
        (cached.has_certificate(), cached.has_request())
    }

    fn errors(&self) -> (Option<Error>, Option<Error>) {
        (self.pair.client.error, self.pair.server.error)
    }
}

/// One handshake of a client with that memory, which is given back. `is_lost` says which datagrams,
/// counted from 0, do not arrive.
fn shake_losing(
    mut client: End,
    server: End,
    remembered: &mut Option<Remembered>,
    is_lost: impl Fn(usize) -> bool,
) -> Shaken {
    client.cached_info = remembered.take();
    let mut pair = Pair::of(client, server);
    let (mut octets, mut count) = (0, 0);
    let mut carry = |from: &mut End, to: &mut End| {
        from.pump();
        for datagram in from.host.sent.drain(..) {
            octets += datagram.len();
            if !is_lost(count) {
                to.inbox.push_back(datagram);
            }
            count += 1;
        }
    };
    let operations = operations(|| {
        for _ in 0..200 {
            carry(&mut pair.client, &mut pair.server);
            carry(&mut pair.server, &mut pair.client);
            if !pair.client.inbox.is_empty() {
                continue;
            }
            if pair.client.is_connected() && pair.server.is_connected() {
                break;
            }
            let wait = pair.client.timeout().min(pair.server.timeout());
            if wait == u32::MAX {
                break;
            }
            pair.wait(wait);
        }
    });
    *remembered = pair.client.cached_info.take();
    Shaken {
        pair,
        octets,
        operations,
    }
}

fn shake(
    client: &Config<'static>,
    server: &Config<'static>,
    remembered: &mut Option<Remembered>,
) -> Shaken {
    let mut shaken = shake_losing(end(client, 1), end(server, 2), remembered, |_| false);
    if shaken.errors() == (None, None) {
        shaken.pair.assert_talks();
    }
    shaken
}

/// Requirement 5.3-1.
#[test]
fn a_remembered_certificate_is_not_sent_again() {
    let (client, server) = (client_config(), server_config(2));
    let mut remembered = memory();
    let first = shake(&client, &server, &mut remembered);
    assert_eq!(
        (first.errors(), first.used()),
        ((None, None), (false, false))
    );
    let kept = remembered.clone();
    let second = shake(&client, &server, &mut remembered);
    assert_eq!(
        (second.errors(), second.used()),
        ((None, None), (true, false))
    );
    // 40 octets in each of two ClientHellos, 7 in ServerHello, 33 in place of the message.
    let message = 3 + chain::chain(2, HOST).len() + 2 * 3;
    let saved = message - 33 - 2 * 40 - 7;
    // Each handshake has its own two signatures, whose lengths differ by some octets.
    assert!(
        (first.octets - second.octets).abs_diff(saved) <= 6,
        "{saved}"
    );
    assert_eq!(first.operations, second.operations);
    // Nothing new, nothing written.
    assert_eq!(remembered, kept);
    // The identity is the same as ever.
    let name = |shaken: &Shaken| {
        shaken
            .pair
            .client
            .connection
            .association()
            .names
            .identity()
            .to_vec()
    };
    assert_eq!(name(&first), name(&second));
    assert_eq!(second.pair.client.host.asked.len(), 1);
    assert_eq!(
        second.pair.client.host.asked[0],
        first.pair.client.host.asked[0]
    );
}

#[test]
fn a_server_that_knows_nothing_of_it() {
    let client = client_config();
    let server = chain::config(Role::Server, 2, HOST);
    let mut remembered = memory();
    for _ in 0..2 {
        let shaken = shake(&client, &server, &mut remembered);
        assert_eq!(
            (shaken.errors(), shaken.used()),
            ((None, None), (false, false))
        );
    }
    // And one that has learnt it.
    assert_eq!(
        shake(&client, &server_config(2), &mut remembered).used(),
        (true, false)
    );
    let mut nothing = None;
    let plain = shake(&client, &server_config(2), &mut nothing);
    assert_eq!(
        (plain.errors(), plain.used()),
        ((None, None), (false, false))
    );
}

#[test]
fn a_stale_certificate_is_replaced() {
    let client = client_config();
    let mut remembered = memory();
    for (key, is_used) in [(2, false), (2, true), (3, false), (3, true), (2, false)] {
        let shaken = shake(&client, &server_config(key), &mut remembered);
        assert_eq!(
            (shaken.errors(), shaken.used()),
            ((None, None), (is_used, false))
        );
    }
}

/// What does not become a handshake leaves nothing behind.
#[test]
fn a_cut_handshake_is_not_remembered() {
    let mut remembered = memory();
    // The client has the server's flight, and answers; the rest is lost.
    for is_first in [true, false] {
        let client = end(&client_config(), 1);
        let server = end(&server_config(if is_first { 2 } else { 3 }), 2);
        let cut = shake_losing(client, server, &mut remembered, |count| count > 4);
        assert_eq!(cut.errors().0, Some(Error::Timeout));
        let after = shake(&client_config(), &server_config(2), &mut remembered);
        assert_eq!(
            (after.errors(), after.used()),
            ((None, None), (false, false))
        );
    }
    // Nothing new came before the cut: what was there stays.
    let (client, server) = (end(&client_config(), 1), end(&server_config(2), 2));
    let cut = shake_losing(client, server, &mut remembered, |count| count > 4);
    assert_eq!(cut.errors().0, Some(Error::Timeout));
    assert!(
        shake(&client_config(), &server_config(2), &mut remembered)
            .used()
            .0
    );
}

/// A remembered certificate is judged like one that has just come.
#[test]
fn no_check_is_left_out() {
    let mut remembered = memory();
    let server = server_config(2);
    assert_eq!(
        shake(&client_config(), &server, &mut remembered).errors(),
        (None, None)
    );
    let mut late = end(&client_config(), 1);
    late.host.unix_time = Some(NOT_AFTER + 1);
    let mut refuses = end(&client_config(), 1);
    refuses.host.refuses_peers = true;
    let mut anchors = client_config();
    anchors.set_trust_anchors(chain::other_root()).unwrap();
    for (client, expected) in [
        (late, Error::CertificateExpired),
        (refuses, Error::CertificateRefused),
        (end(&anchors, 1), Error::UnknownCa),
    ] {
        let shaken = shake_losing(client, end(&server, 2), &mut remembered, |_| false);
        assert_eq!(shaken.errors().0, Some(expected));
        // It was left out, and still is.
        let cached = shaken.pair.client.workspace;
        assert!(cached.is_some());
        let again = shake(&client_config(), &server, &mut remembered);
        assert_eq!((again.errors(), again.used().0), ((None, None), true));
    }
    // Who has only the certificate has no key: the signature is another's.
    let mut thief = server_config(2);
    thief.set_private_key(PrivateKey::new(private_key(9)).unwrap());
    let shaken = shake(&client_config(), &thief, &mut remembered);
    assert_eq!(shaken.errors().0, Some(Error::BadSignature));
}

#[test]
fn another_server_s_certificate_is_not_offered() {
    let mut remembered = memory();
    let mut server = server_config(2);
    assert_eq!(
        shake(&client_config(), &server, &mut remembered).errors(),
        (None, None)
    );
    let mut client = client_config();
    client.set_server_name(b"other.example").unwrap();
    server
        .set_certificate(chain::chain(2, "other.example"))
        .unwrap();
    let shaken = shake(&client, &server, &mut remembered);
    assert_eq!(
        (shaken.errors(), shaken.used()),
        ((None, None), (false, false))
    );
    assert_eq!(
        shake(&client, &server, &mut remembered).used(),
        (true, false)
    );
}

/// Bug class 54.
#[test]
fn tampered_memory_means_a_full_handshake() {
    let (client, server) = (client_config(), server_config(2));
    let mut remembered = memory();
    shake(&client, &server, &mut remembered);
    for place in [
        0,
        1,
        2,
        8,
        40,
        80,
        CACHED_INFO_OVERHEAD,
        CACHED_INFO_OVERHEAD + 300,
    ] {
        let (memory, _) = remembered.as_mut().unwrap();
        memory[place] ^= 0x40;
        let shaken = shake(&client, &server, &mut remembered);
        assert_eq!(
            (shaken.errors(), shaken.used()),
            ((None, None), (false, false)),
            "{place}"
        );
        assert_eq!(
            shake(&client, &server, &mut remembered).used(),
            (true, false)
        );
    }
}

#[test]
fn memory_that_is_too_small_says_so() {
    let length = 3 + chain::chain(2, HOST).len() + 2 * 3 + CACHED_INFO_OVERHEAD;
    for (size, is_enough) in [
        (CACHED_INFO_OVERHEAD, false),
        (length - 1, false),
        (length, true),
    ] {
        let mut remembered = Some((std::vec![0; size], false));
        for is_second in [false, true] {
            let shaken = shake(&client_config(), &server_config(2), &mut remembered);
            assert_eq!(shaken.errors(), (None, None));
            assert_eq!(shaken.used().0, is_second && is_enough);
            let needed = shaken.pair.client.connection.counters.cached_info_needed;
            assert_eq!(usize::from(needed), if is_enough { 0 } else { length });
        }
    }
}

/// Draft section 5.3 has certificates in mind; a raw public key costs less than two fingerprints.
#[test]
fn raw_public_keys_only_when_forced() {
    for is_forced in [false, true] {
        let client = raw_config(Role::Client, 1, 2);
        let mut server = raw_config(Role::Server, 2, 1);
        server.set_cached_info(true).unwrap();
        let mut remembered = Some((std::vec![0; 300], is_forced));
        let first = shake(&client, &server, &mut remembered);
        assert_eq!(
            (first.errors(), first.used()),
            ((None, None), (false, false))
        );
        let second = shake(&client, &server, &mut remembered);
        let used = (is_forced, is_forced);
        assert_eq!((second.errors(), second.used()), ((None, None), used));
        assert_eq!(second.octets == first.octets, !is_forced);
        assert_eq!(first.operations, second.operations);
        // Forced, it costs more than it saves.
        assert!(second.octets >= first.octets);
        let mut other = raw_config(Role::Client, 1, 3);
        other.set_private_key(PrivateKey::new(private_key(1)).unwrap());
        let shaken = shake(&other, &server, &mut remembered);
        assert_eq!(shaken.errors().0, Some(Error::UnknownKey));
    }
}

/// A client with a raw public key or none, a server with a certificate.
#[test]
fn mixed_credentials() {
    for has_key in [true, false] {
        let mut server = server_config(2);
        let mut client = Config::new(Role::Client);
        if has_key {
            client = raw_config(Role::Client, 1, 9);
            server.set_peer_keys(super::public_keys::info(1)).unwrap();
        } else {
            server.set_client_auth(ClientAuth::None).unwrap();
        }
        client.set_trust_anchors(chain::root()).unwrap();
        client.set_clock(true);
        client.set_server_name(HOST.as_bytes()).unwrap();
        let mut remembered = memory();
        for is_second in [false, true] {
            let shaken = shake(&client, &server, &mut remembered);
            assert_eq!(shaken.errors(), (None, None));
            assert_eq!(shaken.used(), (is_second, false));
        }
    }
}

/// The certificate that is compared is that of the name that the client asks for.
#[test]
fn among_several_certificates() {
    let mut second = server_config(3);
    second.set_server_name(HOST.as_bytes()).unwrap();
    let mut first = server_config(2);
    first.set_server_name(b"first.example").unwrap();
    first
        .set_next(std::boxed::Box::leak(std::boxed::Box::new(second)))
        .unwrap();
    let mut remembered = memory();
    assert_eq!(
        shake(&client_config(), &first, &mut remembered).errors(),
        (None, None)
    );
    assert_eq!(
        shake(&client_config(), &server_config(2), &mut remembered).used(),
        (false, false)
    );
    assert_eq!(
        shake(&client_config(), &first, &mut remembered).used(),
        (false, false)
    );
    assert_eq!(
        shake(&client_config(), &first, &mut remembered).used(),
        (true, false)
    );
}

#[test]
fn not_when_a_session_is_resumed() {
    let mut server = server_config(2);
    server.set_session_store().unwrap();
    let mut remembered = memory();
    let mut first = shake(&client_config(), &server, &mut remembered);
    let kept = remembered.clone();
    let mut client = end(&client_config(), 1);
    let mut session = [0; SESSION_MAX];
    let length = first
        .pair
        .client
        .call(|connection, call| connection.export_session(&call.context, &mut session));
    client.session = Some(session[..length.unwrap()].to_vec());
    let mut resuming = end(&server, 3);
    resuming.host.sessions = first.pair.server.host.sessions.clone();
    let second = shake_losing(client, resuming, &mut remembered, |_| false);
    assert_eq!(
        (second.errors(), second.used()),
        ((None, None), (false, false))
    );
    assert!(
        second
            .pair
            .client
            .connection
            .association()
            .negotiated
            .resumed
    );
    assert_eq!(remembered, kept);
}

#[test]
fn each_datagram_lost_once() {
    let server = server_config(2);
    for mtu in [200, 1_200] {
        let mut remembered = memory();
        let lost = 0..30;
        for (round, lost) in lost.enumerate() {
            let (mut client, mut server) = (end(&client_config(), 1), end(&server, 2));
            for end in [&mut client, &mut server] {
                end.connection.set_mtu(mtu);
            }
            let shaken = shake_losing(client, server, &mut remembered, |count| count == lost);
            assert_eq!(shaken.errors(), (None, None), "{lost}");
            assert_eq!(shaken.used().0, round > 0);
            if round % 10 == 0 {
                let mut pair = shaken.pair;
                pair.settle();
                pair.assert_talks();
            }
        }
    }
}

/// Both messages, altered, also in pieces.
#[test]
fn both_messages_altered() {
    let (client, server) = (client_config(), server_config(2));
    let mut remembered = Some((std::vec![0; 1024], true));
    for is_second in [false, true] {
        for mtu in [150, 1_200] {
            let (mut client, mut server) = (end(&client, 1), end(&server, 2));
            client.connection.set_mtu(mtu);
            server.connection.set_mtu(mtu);
            let shaken = shake_losing(client, server, &mut remembered, |_| false);
            assert_eq!(shaken.errors(), (None, None));
            let is_used = is_second || mtu == 1_200;
            assert_eq!(shaken.used(), (is_used, is_used));
        }
    }
}

// --- A server that does not keep to the rules ------------------------------------------------------

fn server_hello(suite: Suite, list: &[u8]) -> Vec<u8> {
    let answer = ServerHelloAnswer {
        random: &[0x5E; 32],
        session_id: &[],
        cipher_suite: suite.number(),
        max_fragment_length: None,
        extended_master_secret: false,
        secure_renegotiation: false,
        point_formats: false,
        client_certificate_type: None,
        server_certificate_type: None,
        #[cfg(feature = "trusted-ca")]
        trusted_ca: false,
        #[cfg(feature = "heartbeat")]
        heartbeat: None,
        cached: Default::default(),
        #[cfg(feature = "certificate-url")]
        certificate_url: false,
    };
    let mut body = octets(|sink| answer.emit(sink));
    body.extend(octets(|sink| sink.vector16(list)));
    body
}

/// A client that has offered what it remembers, and waits for ServerHello.
fn waiting(remembered: &Option<Remembered>, config: &Config<'static>) -> End {
    let mut client = end(config, 1);
    client.cached_info = remembered.clone();
    client.pump();
    client.host.sent.clear();
    client
}

fn say(client: &mut End, msg_type: u8, body: &[u8]) {
    let seq = client.next_receive_seq();
    client.inbox.push_back(handshake(msg_type, seq, body));
    client.pump();
}

#[test]
fn answers_of_servers() {
    let mut remembered = memory();
    shake(&client_config(), &server_config(2), &mut remembered);
    let nothing = memory();
    let suite = Suite::EcdheEcdsaWithAes128Ccm8;
    let answer = |content: &[u8]| server_hello(suite, &extension(CACHED_INFO, content));
    for (memory, content, expected) in [
        (&remembered, &[0, 1, 1][..], None),
        // Not offered at all.
        (&nothing, &[0, 1, 1], Some(Error::UnsupportedExtension)),
        (&None, &[0, 1, 1], Some(Error::UnsupportedExtension)),
        // A type that was not offered, one that is not known, one twice.
        (&remembered, &[0, 1, 2], Some(Error::IllegalParameter)),
        (&remembered, &[0, 2, 1, 2], Some(Error::IllegalParameter)),
        (&remembered, &[0, 1, 0], Some(Error::IllegalParameter)),
        (&remembered, &[0, 1, 77], Some(Error::IllegalParameter)),
        (&remembered, &[0, 2, 1, 1], Some(Error::IllegalParameter)),
        // Empty, cut, too long, as a client writes it.
        (&remembered, &[], Some(Error::Decode)),
        (&remembered, &[0, 0], Some(Error::Decode)),
        (&remembered, &[0, 2, 1], Some(Error::Decode)),
        (&remembered, &[0, 1, 1, 0], Some(Error::Decode)),
        (&remembered, &[0, 3, 1, 1, 9], Some(Error::IllegalParameter)),
    ] {
        let mut client = waiting(memory, &client_config());
        say(&mut client, 2, &answer(content));
        assert_eq!(client.error, expected, "{content:?}");
    }
    // A type stands twice: the hello itself is malformed.
    let twice = [
        extension(CACHED_INFO, &[0, 1, 1]),
        extension(CACHED_INFO, &[0, 1, 1]),
    ];
    let mut client = waiting(&remembered, &client_config());
    say(&mut client, 2, &server_hello(suite, &twice.concat()));
    assert_eq!(client.error, Some(Error::Decode));
    // There is no Certificate with a pre-shared key.
    let mut with_psk = client_config();
    with_psk.psk = End::client_config().psk;
    let mut client = waiting(&remembered, &with_psk);
    let body = server_hello(
        Suite::PskWithAes128Ccm8,
        &extension(CACHED_INFO, &[0, 1, 1]),
    );
    say(&mut client, 2, &body);
    assert_eq!(client.error, Some(Error::IllegalParameter));
}

#[test]
fn altered_messages_of_servers() {
    let mut remembered = Some((std::vec![0; 1024], true));
    shake(&client_config(), &server_config(2), &mut remembered);
    let memory = &remembered.as_ref().unwrap().0;
    let (right, of_request) = (memory[8..40].to_vec(), memory[40..72].to_vec());
    let vector = |hash: &[u8]| octets(|sink| sink.vector8(hash));
    let wrong = [&right[..31], &[right[31] ^ 1]].concat();
    let whole = octets(|sink| {
        use crate::credential::public_key::OwnCertificate;
        OwnCertificate::of(&server_config(2), CertificateType::X509).emit(sink);
    });
    let suite = Suite::EcdheEcdsaWithAes128Ccm8;
    let hello = server_hello(suite, &extension(CACHED_INFO, &[0, 2, 1, 2]));
    for (body, expected) in [
        (vector(&right), None),
        (vector(&wrong), Some(Error::IllegalParameter)),
        (vector(&right[..31]), Some(Error::IllegalParameter)),
        (
            vector(&[&right[..], &[0]].concat()),
            Some(Error::IllegalParameter),
        ),
        (vector(&of_request), Some(Error::IllegalParameter)),
        (vector(&[]), Some(Error::Decode)),
        (Vec::new(), Some(Error::Decode)),
        ([&vector(&right)[..], &[0]].concat(), Some(Error::Decode)),
        // The whole message, though it was said that it would be left out.
        (whole.clone(), Some(Error::Decode)),
    ] {
        let mut client = waiting(&remembered, &client_config());
        say(&mut client, 2, &hello);
        say(&mut client, 11, &body);
        assert_eq!(client.error, expected, "{body:?}");
    }
    // The altered message, though nothing was said.
    let mut client = waiting(&remembered, &client_config());
    say(&mut client, 2, &server_hello(suite, &[]));
    say(&mut client, 11, &vector(&right));
    assert_eq!(client.error, Some(Error::Decode));
    // It stands for a message of another type of certificate.
    let mut both = client_config();
    both.set_peer_keys(super::public_keys::info(2)).unwrap();
    let mut client = waiting(&remembered, &both);
    let list = [extension(20, &[2]), extension(CACHED_INFO, &[0, 1, 1])].concat();
    say(&mut client, 2, &server_hello(suite, &list));
    assert_eq!(client.error, None);
    say(&mut client, 11, &vector(&right));
    assert_eq!(client.error, Some(Error::IllegalParameter));
}

// --- What clients may send ---------------------------------------------------------------------------

#[test]
fn offers_of_clients() {
    let object = |code: u8, hash: &[u8]| [&[code, hash.len() as u8], hash].concat();
    let list = |content: &[u8]| octets(|sink| sink.vector16(content));
    let many = object(1, &[7; 32]).repeat(100);
    for (content, is_good) in [
        (list(&object(1, &[7; 32])), true),
        (list(&object(1, &[7; 1])), true),
        (list(&object(200, &[7; 255])), true),
        (list(&many), true),
        (list(&[]), false),
        (Vec::new(), false),
        (list(&object(1, &[])), false),
        (list(&object(200, &[])), false),
        (list(&[1]), false),
        (list(&[1, 2, 3]), false),
        ([list(&object(1, &[7; 32])), std::vec![0]].concat(), false),
        (std::vec![0, 40, 1, 32], false),
    ] {
        let mut server = End::server(2);
        server.config.set_cookie(false).unwrap();
        server.buffer = std::vec![0; 6_000];
        let hello = craft::client_hello(&[], &extension(CACHED_INFO, &content));
        server.inbox.push_back(handshake(1, 0, &hello));
        server.pump();
        assert_eq!(
            server.error,
            (!is_good).then_some(Error::Decode),
            "{content:?}"
        );
        assert_eq!(server.dropped(), 0);
    }
}
