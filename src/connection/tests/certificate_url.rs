//! Certificates by URL (RFC 6066 section 5). The server shows a raw public key throughout: it is the
//! client's certificate that these tests are about.

use std::vec::Vec;

use super::craft::{extension, handshake, octets, record, records, shown};
use super::end::End;
use super::pair::{Pair, to};
use super::public_keys::{info, private_key};
use super::random::Random;
use crate::alert::AlertDescription;
use crate::config::{ClientAuth, Config, Role};
use crate::credential::PrivateKey;
use crate::credential::peer::PeerKind;
use crate::crypto::{Hash, P256SigningKey, Sha1, Sha256, SigningKey};
use crate::error::Error;
use crate::host::CertChainType::{self, IndividualCerts, PkiPath};
use crate::wire::ecdsa_signature;

const CLIENT: u8 = 1;
const SERVER: u8 = 2;
const AUTHORITY: u8 = 3;
const ROOT: u8 = 4;
const CERTIFICATE: u8 = 11;
const CERTIFICATE_URL: u8 = 21;

const LEAF_URL: &[u8] = b"http://device.example/leaf.cer";
const AUTHORITY_URL: &[u8] = b"http://ca.example/ca.cer";
const PATH_URL: &[u8] = b"http://device.example/path";

// --- Certificates ---------------------------------------------------------------------------

fn der(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let content = contents.concat();
    let mut out = std::vec![tag];
    match content.len() {
        length @ ..=0x7F => out.push(length as u8),
        length @ ..=0xFF => out.extend([0x81, length as u8]),
        length => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend(content);
    out
}

/// A certificate of a key by the key of an issuer, each named by its number.
fn certificate(key: u8, issuer: u8) -> Vec<u8> {
    let algorithm = der(0x30, &[&[6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2]]);
    let name = |number: u8| {
        let attribute = der(0x30, &[&[6, 3, 0x55, 4, 3], &[0x0C, 1, b'a' + number]]);
        der(0x30, &[&der(0x31, &[&attribute])])
    };
    let validity = der(0x17, &[b"240101000000Z"]);
    let is_ca: &[u8] = if key == CLIENT { &[] } else { &[1, 1, 0xFF] };
    let constraints = der(4, &[&der(0x30, &[is_ca])]);
    let constraints = der(0x30, &[&[6, 3, 0x55, 0x1D, 19], &constraints]);
    let tbs = der(
        0x30,
        &[
            &[0xA0, 3, 2, 1, 2, 2, 1, key],
            &algorithm,
            &name(issuer),
            &der(0x30, &[&validity, &validity]),
            &name(key),
            info(key),
            &der(0xA3, &[&der(0x30, &[&constraints])]),
        ],
    );
    let mut hash = Sha256::new();
    hash.update(&tbs);
    let signer = P256SigningKey::import(private_key(issuer)).unwrap();
    let signature = signer.sign(&hash.digest(), &[0; 32]).unwrap();
    let signature = octets(|sink| ecdsa_signature::emit(&signature, sink));
    der(0x30, &[&tbs, &algorithm, &der(3, &[&[0], &signature])])
}

fn leaf() -> Vec<u8> {
    certificate(CLIENT, AUTHORITY)
}

fn authority() -> Vec<u8> {
    certificate(AUTHORITY, ROOT)
}

/// The root first, as RFC 6066 10.1 has it.
fn pki_path() -> Vec<u8> {
    der(0x30, &[&authority(), &leaf()])
}

fn sha1(octets: &[u8]) -> [u8; 20] {
    let mut hash = Sha1::new();
    hash.update(octets);
    hash.finish()
}

// --- Ends -----------------------------------------------------------------------------------

fn client_config() -> Config<'static> {
    let mut config = Config::new(Role::Client);
    let key = PrivateKey::new(private_key(CLIENT)).unwrap();
    config.set_private_key(key);
    let chain = [leaf(), authority()].concat();
    config.set_certificate(Vec::leak(chain)).unwrap();
    config.set_peer_keys(info(SERVER)).unwrap();
    config
}

fn client_with(chain_type: CertChainType) -> Config<'static> {
    let urls = match chain_type {
        IndividualCerts => [LEAF_URL, b" ", AUTHORITY_URL].concat(),
        PkiPath => PATH_URL.to_vec(),
    };
    let mut config = client_config();
    let urls = Vec::leak(urls);
    config.set_certificate_url(urls, chain_type).unwrap();
    config
}

fn server_config() -> Config<'static> {
    let mut config = Config::new(Role::Server);
    let key = PrivateKey::new(private_key(SERVER)).unwrap();
    config.set_private_key(key);
    config.set_raw_public_key(info(SERVER)).unwrap();
    let root = Vec::leak(certificate(ROOT, ROOT));
    config.set_trust_anchors(root).unwrap();
    config.set_clock(false);
    config
}

fn fetching(client_auth: ClientAuth) -> Config<'static> {
    let mut config = server_config();
    config.set_certificate_url_fetch().unwrap();
    config.set_client_auth(client_auth).unwrap();
    config
}

fn pair_of(client: Config<'static>, server: Config<'static>) -> Pair {
    for config in [&client, &server] {
        config.check().unwrap();
    }
    let mut pair = Pair::of(End::new(client, 1), End::new(server, 2));
    pair.server.reassembly = std::vec![0; 4096];
    for (url, document) in [
        (LEAF_URL, leaf()),
        (AUTHORITY_URL, authority()),
        (PATH_URL, pki_path()),
    ] {
        let document = (url.to_vec(), document);
        pair.server.host.documents.push(document);
    }
    pair
}

fn pair_with(chain_type: CertChainType) -> Pair {
    pair_of(client_with(chain_type), fetching(ClientAuth::Required))
}

/// Something else stands under a URL.
fn replace(pair: &mut Pair, url: &[u8], document: Vec<u8>) {
    let documents = &mut pair.server.host.documents;
    documents.retain(|(other, _)| other != url);
    documents.push((url.to_vec(), document));
}

/// Both ends fail: the server with this error, the client because of this alert.
fn assert_fails(mut pair: Pair, error: Error, alert: u8) {
    assert!(!pair.complete());
    assert_eq!(pair.server.error, Some(error));
    let alert = AlertDescription(alert);
    assert_eq!(pair.client.error, Some(Error::PeerAlert(alert)));
}

/// Goes on until the server's flight is out. What would come next is the client's.
fn client_flight(pair: &mut Pair) -> Vec<Vec<u8>> {
    let hello = to(&mut pair.client, []);
    let request = to(&mut pair.server, hello);
    let hello = to(&mut pair.client, request);
    let flight = to(&mut pair.server, hello);
    to(&mut pair.client, flight)
}

/// The handshake types in the records of epoch 0.
fn types(datagrams: &[Vec<u8>]) -> Vec<u8> {
    let all = records(&datagrams.concat()).into_iter();
    all.filter_map(|record| match shown(&record) {
        (22, 0, first) => first,
        _ => None,
    })
    .collect()
}

// --- What works -------------------------------------------------------------------------------

#[test]
fn urls_go_in_place_of_certificates() {
    for (chain_type, wanted) in [
        (
            IndividualCerts,
            &[(LEAF_URL, leaf()), (AUTHORITY_URL, authority())][..],
        ),
        (PkiPath, &[(PATH_URL, pki_path())]),
    ] {
        let mut pair = pair_with(chain_type);
        let flight = client_flight(&mut pair);
        // RFC 6066 section 5: "in place of a "Certificate" message".
        assert_eq!(types(&flight), [CERTIFICATE_URL, 16, 15]);
        pair.server.inbox.extend(flight);
        assert!(pair.complete(), "{:?}", pair.server.error);
        pair.assert_talks();
        let wanted: Vec<_> = (wanted.iter())
            .map(|(url, document)| (chain_type, url.to_vec(), sha1(document)))
            .collect();
        assert_eq!(pair.server.host.wanted, wanted);
        let by_url = &pair.server.connection.association().names;
        assert_eq!(by_url.kind(), PeerKind::Certificate);
        // Nothing else is different from certificates that the client sends itself.
        let mut plain = pair_of(client_config(), fetching(ClientAuth::Required));
        assert!(plain.complete());
        let plain = &plain.server;
        assert_eq!(
            by_url.identity(),
            plain.connection.association().names.identity()
        );
        assert_eq!(pair.server.host.asked, plain.host.asked);
    }
}

/// `mote_config_set_next`: the callback is the first configuration's, whichever serves.
#[test]
fn the_first_configuration_fetches_for_those_that_are_linked() {
    const NAME: &[u8] = b"second.example";
    let mut second = server_config();
    second.set_server_name(NAME).unwrap();
    second.set_client_auth(ClientAuth::Required).unwrap();
    let mut first = fetching(ClientAuth::Required);
    first
        .set_next(std::boxed::Box::leak(std::boxed::Box::new(second)))
        .unwrap();
    let mut client = client_with(PkiPath);
    client.set_server_name(NAME).unwrap();
    let mut pair = pair_of(client, first);
    assert!(pair.complete(), "{:?}", pair.server.error);
    assert_eq!(pair.server.host.wanted.len(), 1);
}

/// RFC 6066 section 5: "Clients may choose to send either "Certificate" or "CertificateURL" after
/// successfully negotiating the option to send certificate URLs."
#[test]
fn certificates_are_taken_all_the_same() {
    for (client, server) in [
        (client_with(PkiPath), server_config()),
        (client_config(), fetching(ClientAuth::Required)),
    ] {
        let mut pair = pair_of(client, server);
        let flight = client_flight(&mut pair);
        assert_eq!(types(&flight), [CERTIFICATE, 16, 15]);
        pair.server.inbox.extend(flight);
        assert!(pair.complete());
    }
    // Both ends have negotiated it, and yet.
    let mut pair = pair_with(PkiPath);
    client_flight(&mut pair);
    let seq = pair.server.next_receive_seq();
    let list = octets(|sink| {
        crate::wire::certificate::emit_list([&leaf()[..], &authority()].into_iter(), sink)
    });
    pair.server
        .inbox
        .push_back(handshake(CERTIFICATE, seq, &list));
    pair.server.pump();
    assert_eq!(pair.server.error, None);
    assert_eq!(pair.server.next_receive_seq(), seq + 1);
}

#[test]
fn a_client_that_is_not_asked_says_nothing() {
    let mut pair = pair_of(client_with(PkiPath), fetching(ClientAuth::None));
    let flight = client_flight(&mut pair);
    assert_eq!(types(&flight), [16]);
    pair.server.inbox.extend(flight);
    assert!(pair.complete());
}

/// URLs are of certificates; a raw public key goes as it is.
#[test]
fn raw_public_keys_have_no_urls() {
    let pair = || {
        let mut client = client_with(PkiPath);
        client.set_raw_public_key(info(CLIENT)).unwrap();
        let mut server = fetching(ClientAuth::Required);
        server.set_peer_keys(info(CLIENT)).unwrap();
        pair_of(client, server)
    };
    let mut raw = pair();
    let flight = client_flight(&mut raw);
    assert_eq!(types(&flight), [CERTIFICATE, 16, 15]);
    raw.server.inbox.extend(flight);
    assert!(raw.complete());
    // The server has not said that it would take one.
    let body = urls(1, &[(PATH_URL, 1, sha1(&pki_path()))]);
    let error = inject(&mut pair(), CERTIFICATE_URL, &body);
    assert_eq!(error, Some(Error::UnexpectedMessage));
}

#[test]
fn a_fetch_may_take_a_while() {
    for chain_type in [IndividualCerts, PkiPath] {
        for pending in 1..4 {
            let mut pair = pair_with(chain_type);
            pair.server.host.pending_fetches = (1..=pending).collect();
            let flight = client_flight(&mut pair);
            pair.server.inbox.extend(flight);
            for _ in 0..pending {
                pair.server.pump();
                assert!(pair.server.is_waiting_for_look_up);
                // Nothing else is lost of what waits in the transport.
                assert!(!pair.server.can_take_datagram());
            }
            assert!(pair.complete(), "{:?}", pair.server.error);
            pair.assert_talks();
            let urls = match chain_type {
                IndividualCerts => 2,
                PkiPath => 1,
            };
            // What is there is not asked for again.
            assert_eq!(pair.server.host.wanted.len(), pending + urls);
        }
    }
}

/// What came before stays where it is.
#[test]
fn the_second_of_two_may_take_a_while() {
    let mut pair = pair_with(IndividualCerts);
    pair.server.host.pending_fetches = std::vec![2, 3];
    assert!(pair.complete());
    let wanted = pair.server.host.wanted.iter();
    let urls: Vec<_> = wanted.map(|(_, url, _)| &url[..]).collect();
    let ca = AUTHORITY_URL;
    assert_eq!(urls, [LEAF_URL, ca, ca, ca]);
}

/// Lets one end go on, and carries what it sends to the other, or not.
fn carry(from: &mut End, to: &mut End, random: &mut Random) {
    from.pump();
    while let Some(datagram) = from.host.sent.pop_front() {
        match random.below(10) {
            0 => {}
            1 => to.inbox.push_front(datagram),
            2 => to.inbox.extend([datagram.clone(), datagram]),
            _ => to.inbox.push_back(datagram),
        }
    }
}

/// Loss, doubling and another order, with datagrams so small that everything is cut.
#[test]
fn a_bad_network_only_takes_longer() {
    for seed in 0..24 {
        let mut random = Random::new(seed);
        let chain_type = random.choose(&[IndividualCerts, PkiPath]);
        let mut pair = pair_with(chain_type);
        pair.server.host.pending_fetches = (1..=random.choose(&[0, 1, 3])).collect();
        for end in [&mut pair.client, &mut pair.server] {
            end.connection.mtu = random.choose(&[160, 256, 1200]);
            end.reassembly.resize(4096, 0);
        }
        let mut rounds = 0;
        while !(pair.client.is_connected() && pair.server.is_connected()) {
            rounds += 1;
            assert!(rounds < 400, "seed {seed}");
            let Pair { client, server, .. } = &mut pair;
            for _ in 0..2 {
                carry(client, server, &mut random);
                carry(server, client, &mut random);
                assert_eq!((client.error, server.error), (None, None), "seed {seed}");
            }
            let wait = pair.client.timeout().min(pair.server.timeout());
            pair.wait(wait.min(500));
        }
        pair.client.inbox.clear();
        pair.server.inbox.clear();
        pair.assert_talks();
    }
}

// --- What does not ----------------------------------------------------------------------------

#[test]
fn a_wrong_hash_is_always_fatal() {
    for client_auth in [ClientAuth::Required, ClientAuth::Optional] {
        for (chain_type, url) in [
            (IndividualCerts, LEAF_URL),
            (IndividualCerts, AUTHORITY_URL),
            (PkiPath, PATH_URL),
        ] {
            let mut pair = pair_of(client_with(chain_type), fetching(client_auth));
            // Right for everything but the hash.
            let other = match url {
                LEAF_URL => certificate(CLIENT, ROOT),
                AUTHORITY_URL => certificate(AUTHORITY, CLIENT),
                _ => der(0x30, &[&certificate(CLIENT, ROOT)]),
            };
            replace(&mut pair, url, other);
            assert_fails(pair, Error::CertificateHash, 114);
        }
    }
}

#[test]
fn what_cannot_be_had_fails_when_it_is_required() {
    for (chain_type, url) in [
        (IndividualCerts, LEAF_URL),
        (IndividualCerts, AUTHORITY_URL),
        (PkiPath, PATH_URL),
    ] {
        for pending in [0, 1] {
            let mut pair = pair_with(chain_type);
            let documents = &mut pair.server.host.documents;
            documents.retain(|(other, _)| other != url);
            pair.server.host.pending_fetches = (1..=pending).collect();
            assert_fails(pair, Error::CertificateUnobtainable, 111);
        }
    }
}

/// RFC 6066 section 5: "If the server does not require the certificates, then the server continues
/// the handshake." It does not know the client then, whatever that has signed.
#[test]
fn what_cannot_be_had_leaves_the_client_unknown_when_it_is_optional() {
    let mut pair = pair_of(client_with(PkiPath), fetching(ClientAuth::Optional));
    pair.server.host.documents.clear();
    assert!(pair.complete(), "{:?}", pair.server.error);
    pair.assert_talks();
    let names = &pair.server.connection.association().names;
    assert_eq!(names.kind(), PeerKind::None);
    assert!(names.identity().is_empty());
    assert!(pair.server.host.asked.is_empty());
}

/// RFC 6066 section 5: "Clients receiving such an alert SHOULD log the alert and continue with the
/// handshake if possible."
#[test]
fn a_client_that_is_warned_goes_on() {
    let mut pair = pair_of(client_with(PkiPath), fetching(ClientAuth::Optional));
    pair.server.host.documents.clear();
    let flight = client_flight(&mut pair);
    pair.client.inbox.push_back(record(21, 0, &[1, 111]));
    pair.server.inbox.extend(flight);
    assert!(pair.complete());
}

#[test]
fn what_was_fetched_is_validated_like_what_was_sent() {
    // The root does not certify the leaf.
    let mut client = client_config();
    let chain = Vec::leak(leaf());
    client.set_certificate(chain).unwrap();
    client
        .set_certificate_url(LEAF_URL, IndividualCerts)
        .unwrap();
    let pair = pair_of(client, fetching(ClientAuth::Optional));
    assert_fails(pair, Error::UnknownCa, 48);
    // The application refuses.
    let mut pair = pair_with(PkiPath);
    pair.server.host.refuses_peers = true;
    assert_fails(pair, Error::CertificateRefused, 49);
    // Another's certificate: the client does not hold its key.
    let mut client = client_with(PkiPath);
    let key = PrivateKey::new(private_key(9)).unwrap();
    client.set_private_key(key);
    let pair = pair_of(client, fetching(ClientAuth::Optional));
    assert_fails(pair, Error::BadSignature, 51);
}

/// A CertificateURL by hand, for what our client would never send.
fn urls(chain_type: u8, entries: &[(&[u8], u8, [u8; 20])]) -> Vec<u8> {
    let list: Vec<_> = (entries.iter())
        .flat_map(|(url, padding, hash)| {
            octets(|sink| {
                sink.vector16(url);
                sink.u8(*padding);
                sink.put(hash);
            })
        })
        .collect();
    octets(|sink| {
        sink.u8(chain_type);
        sink.vector16(&list);
    })
}

/// What the server makes of a message in place of its client's certificate.
fn inject(pair: &mut Pair, msg_type: u8, body: &[u8]) -> Option<Error> {
    client_flight(pair);
    let seq = pair.server.next_receive_seq();
    pair.server.inbox.push_back(handshake(msg_type, seq, body));
    pair.server.pump();
    pair.server.error
}

#[test]
fn malformed_messages_get_decode_error() {
    let hash = sha1(&pki_path());
    let good = urls(1, &[(PATH_URL, 1, hash)]);
    assert_eq!(
        inject(&mut pair_with(PkiPath), CERTIFICATE_URL, &good),
        None
    );
    let too_many: &[_] = &[(PATH_URL, 1, hash), (PATH_URL, 1, hash)];
    for bad in [
        Vec::new(),
        std::vec![1],
        std::vec![1, 0, 0],
        urls(2, &[(PATH_URL, 1, hash)]),
        urls(1, &[(PATH_URL, 0, hash)]),
        urls(1, &[(PATH_URL, 2, hash)]),
        urls(1, &[(b"", 1, hash)]),
        urls(1, &[(b"/relative", 1, hash)]),
        urls(1, &[(b"http://a b", 1, hash)]),
        urls(1, &[(b"http://a\r\nHost: b", 1, hash)]),
        urls(1, too_many),
        good[..good.len() - 1].to_vec(),
        [&good[..], &[0]].concat(),
        // The URL is longer than what is there.
        [&[1, 0, 31, 0xFF, 0xFF][..], &[b'a'; 29]].concat(),
    ] {
        let mut pair = pair_with(PkiPath);
        let error = inject(&mut pair, CERTIFICATE_URL, &bad);
        assert_eq!(error, Some(Error::Decode), "{bad:?}");
        assert!(pair.server.host.wanted.is_empty());
    }
}

/// Each URL is a request that somebody else has to answer.
#[test]
fn more_urls_than_a_path_has_certificates_are_not_fetched() {
    let entry = (LEAF_URL, 1, sha1(&leaf()));
    for (count, error) in [
        (11, Error::UnknownCa), // the same leaf over and over is no path
        (12, Error::CertificateUnobtainable),
    ] {
        let mut pair = pair_with(IndividualCerts);
        pair.server.reassembly.resize(16_384, 0);
        pair.server.buffer.resize(4096, 0);
        let body = urls(0, &std::vec![entry; count]);
        let failed = inject(&mut pair, CERTIFICATE_URL, &body);
        let fetched = pair.server.host.wanted.len();
        match count {
            11 => assert!(failed == Some(error) || failed == Some(Error::BadCertificate)),
            _ => assert_eq!(failed, Some(error)),
        }
        assert_eq!(fetched, if count == 11 { 11 } else { 0 });
    }
}

#[test]
fn what_is_no_certificate_is_bad() {
    let two = [leaf(), authority()].concat();
    let longer = [&leaf()[..], &[0]].concat();
    let short = leaf()[..leaf().len() - 1].to_vec();
    for (chain_type, document) in [
        (0, Vec::new()),
        (0, b"<html>not found</html>".to_vec()),
        (0, two.clone()),
        (0, longer),
        (0, short),
        (0, pki_path()),
        (1, Vec::new()),
        (1, two),
        (1, der(0x30, &[])),
        (1, der(0x30, &[&[2, 1, 0]])),
        (1, der(0x31, &[&authority(), &leaf()])),
    ] {
        let mut pair = pair_with(PkiPath);
        let body = urls(chain_type, &[(PATH_URL, 1, sha1(&document))]);
        replace(&mut pair, PATH_URL, document.clone());
        let error = inject(&mut pair, CERTIFICATE_URL, &body);
        assert_eq!(error, Some(Error::BadCertificate), "{document:?}");
    }
}

/// What stands above the path is not read, as in a Certificate message; but there is an end to it.
#[test]
fn a_path_has_an_end() {
    for (more, error) in [(9, None), (10, Some(Error::BadCertificate))] {
        let above = std::vec![[0x30, 0]; more].concat();
        let path = der(0x30, &[&above, &authority(), &leaf()]);
        let mut pair = pair_with(PkiPath);
        let body = urls(1, &[(PATH_URL, 1, sha1(&path))]);
        replace(&mut pair, PATH_URL, path);
        assert_eq!(inject(&mut pair, CERTIFICATE_URL, &body), error, "{more}");
    }
}

#[test]
fn urls_out_of_place_are_unexpected() {
    let body = urls(1, &[(PATH_URL, 1, sha1(&pki_path()))]);
    let unexpected = Some(Error::UnexpectedMessage);
    // Not negotiated: by the server, by the client.
    for (client, server) in [
        (client_with(PkiPath), server_config()),
        (client_config(), fetching(ClientAuth::Required)),
    ] {
        let mut pair = pair_of(client, server);
        assert_eq!(inject(&mut pair, CERTIFICATE_URL, &body), unexpected);
    }
    // A second one; one in place of ClientKeyExchange; one of a client that was not asked.
    let mut pair = pair_with(PkiPath);
    assert_eq!(inject(&mut pair, CERTIFICATE_URL, &body), None);
    let seq = pair.server.next_receive_seq();
    let second = handshake(CERTIFICATE_URL, seq, &body);
    pair.server.inbox.push_back(second);
    pair.server.pump();
    assert_eq!(pair.server.error, unexpected);
    let mut pair = pair_of(client_with(PkiPath), fetching(ClientAuth::None));
    assert_eq!(inject(&mut pair, CERTIFICATE_URL, &body), unexpected);
    // One for a client.
    let mut pair = pair_with(PkiPath);
    let hello = to(&mut pair.client, []);
    let request = to(&mut pair.server, hello);
    to(&mut pair.client, request);
    let seq = pair.client.next_receive_seq();
    pair.client
        .inbox
        .push_back(handshake(CERTIFICATE_URL, seq, &body));
    pair.client.pump();
    assert_eq!(pair.client.error, unexpected);
}

/// Gives the client its server's flight with more in its ServerHello.
fn answer(client: Config<'static>, more: &[u8]) -> Option<Error> {
    let mut pair = pair_of(client, server_config());
    let hello = to(&mut pair.client, []);
    let request = to(&mut pair.server, hello);
    let hello = to(&mut pair.client, request);
    let flight = to(&mut pair.server, hello).concat();
    let server_hello = records(&flight).remove(0);
    let mut body = server_hello[13 + 12..].to_vec();
    // Version, Random, empty session id, suite, compression; then the list.
    let at = 2 + 32 + 1 + 2 + 1;
    let length = (body.len() - at - 2 + more.len()) as u16;
    body[at..at + 2].copy_from_slice(&length.to_be_bytes());
    body.extend_from_slice(more);
    let seq = pair.client.next_receive_seq();
    pair.client.inbox.push_back(handshake(2, seq, &body));
    pair.client.pump();
    pair.client.error
}

#[test]
fn answers_in_a_server_hello() {
    assert_eq!(answer(client_with(PkiPath), &extension(2, &[])), None);
    for (client, content, error) in [
        (client_config(), &[][..], Error::UnsupportedExtension),
        (client_config(), &[1], Error::UnsupportedExtension),
        (client_with(PkiPath), &[1], Error::Decode),
    ] {
        let more = extension(2, content);
        assert_eq!(answer(client, &more), Some(error));
    }
    let doubled = [extension(2, &[]), extension(2, &[])].concat();
    assert_eq!(answer(client_with(PkiPath), &doubled), Some(Error::Decode));
}

#[test]
fn an_offer_in_a_client_hello_is_empty() {
    for (content, error) in [(&[][..], None), (&[0], Some(Error::Decode))] {
        let mut pair = pair_of(client_config(), fetching(ClientAuth::Required));
        pair.server.config.set_cookie(false).unwrap();
        let hello = to(&mut pair.client, []).remove(0);
        let mut body = hello[13 + 12..].to_vec();
        let more = extension(2, content);
        // Version, Random, empty session id and cookie, two suites, one compression method.
        let at = 2 + 32 + 1 + 1 + 2 + 4 + 2;
        let length = (body.len() - at - 2 + more.len()) as u16;
        body[at..at + 2].copy_from_slice(&length.to_be_bytes());
        body.extend_from_slice(&more);
        pair.server.inbox.push_back(handshake(1, 0, &body));
        pair.server.pump();
        assert_eq!(pair.server.error, error);
    }
}

/// The reassembly buffer holds the message and what is fetched for it.
#[test]
fn memory_that_is_too_small() {
    let needed = 1 + 2 + 2 + PATH_URL.len() + 1 + 20;
    for (room, error) in [
        (0, Error::MessageTooLong),
        (needed - 1, Error::MessageTooLong),
        (needed, Error::CertificateUnobtainable),
        (
            needed + pki_path().len() - 1,
            Error::CertificateUnobtainable,
        ),
    ] {
        let mut pair = pair_with(PkiPath);
        pair.server.reassembly.truncate(room);
        assert!(!pair.complete());
        assert_eq!(pair.server.error, Some(error), "{room}");
        if error == Error::MessageTooLong {
            let counters = &pair.server.connection.counters;
            assert_eq!(counters.reassembly_needed, needed as u32);
        }
    }
    let mut pair = pair_with(PkiPath);
    pair.server.reassembly.truncate(needed + pki_path().len());
    assert!(pair.complete());
}

#[test]
fn an_application_that_says_more_than_there_is() {
    let mut pair = pair_with(PkiPath);
    pair.server.host.overstates = 5_000;
    assert_fails(pair, Error::Callback, 80);
}

#[test]
fn settings() {
    let mut server = server_config();
    let mut client = client_config();
    let state = Err(Error::State);
    assert_eq!(server.set_certificate_url(PATH_URL, PkiPath), state);
    assert_eq!(client.set_certificate_url_fetch(), state);
    let mut bare = Config::new(Role::Client);
    assert_eq!(bare.set_certificate_url(PATH_URL, PkiPath), state);
    // One URL for a path, and one for each certificate otherwise.
    for (urls, chain_type) in [
        (&b""[..], PkiPath),
        (b"http://a http://b", PkiPath),
        (b" http://a", PkiPath),
        (b"relative", PkiPath),
        (b"", IndividualCerts),
        (b"http://a", IndividualCerts),
        (b"http://a http://b http://c", IndividualCerts),
        (b"http://a  http://b", IndividualCerts),
        (b"http://a\thttp://b", IndividualCerts),
    ] {
        let set = client.set_certificate_url(urls, chain_type);
        assert_eq!(set, Err(Error::Argument), "{urls:?}");
    }
    let longest = 0xFFFF - 2 - 1 - 20;
    for (length, expected) in [(longest, Ok(())), (longest + 1, Err(Error::Size))] {
        let mut url = b"http://".to_vec();
        url.resize(length, b'a');
        let set = client.set_certificate_url(Vec::leak(url), PkiPath);
        assert_eq!(set, expected);
    }
    // Other certificates stand elsewhere.
    let set = client.set_certificate_url(PATH_URL, PkiPath);
    assert_eq!(set, Ok(()));
    client.set_certificate(Vec::leak(leaf())).unwrap();
    let mut pair = pair_of(client, fetching(ClientAuth::Optional));
    assert_eq!(types(&client_flight(&mut pair)), [CERTIFICATE, 16, 15]);
}
