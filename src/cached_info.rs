//! Floor 5: what a client remembers of a server's messages (RFC 7924), in memory of the application.
//!
//! The bodies of the Certificate and the CertificateRequest lie there with their fingerprints. They
//! count only once the handshake that brought them is complete: until then the header says so, and a
//! handshake that is cut leaves nothing that counts. As long as the server sends nothing new,
//! nothing is written. What is remembered is only a shorter way to receive a message: it is judged
//! anew each time, as if it had come.
//!
//! The octets are versioned and carry a check value, to which the server's name belongs: what was
//! cut, mixed up, altered by accident or is of another server is passed over. There is no secret in
//! them.

use subtle::ConstantTimeEq;

use crate::crypto::{DIGEST_LENGTH, Digest, Hash, Sha256};
use crate::error::{Error, Malformed};
use crate::session::name_digest;
use crate::wire::extension::CertificateType;
use crate::wire::extension::cached_info::CachedOffer;
use crate::wire::handshake_header::HandshakeType;
use crate::wire::{Length, Reader, Sink, Window};

/// Octets in front of the messages.
pub const CACHED_INFO_OVERHEAD: usize = 88;

/// The header's first octet. Nothing is remembered:
const EMPTY: u8 = 0;
/// All is, in this form:
const VALID: u8 = 1;
/// What is there counts when the handshake is complete:
const PENDING: u8 = 0xFF;

/// Octets of the check value.
const CHECK_LENGTH: usize = 16;

/// A body of so many octets is worth no fingerprint. One costs 40 octets in each of two
/// ClientHellos, 7 in ServerHello and 33 in the altered message: a raw public key (94) and a
/// CertificateRequest without authorities (8) are cheaper to send again.
const WORTHLESS_LENGTH: usize = 120;

/// The fingerprint of a message whose body `emit` writes. RFC 7924 appendix A: it is of the message
/// with its type and length in front, and without what DTLS adds to these.
pub(crate) fn fingerprint(msg_type: HandshakeType, emit: &dyn Fn(&mut dyn Sink)) -> Digest {
    struct Hashing(Sha256);
    impl Sink for Hashing {
        fn put(&mut self, octets: &[u8]) {
            self.0.update(octets);
        }
    }
    let mut length = Length::default();
    emit(&mut length);
    let mut hashing = Hashing(Sha256::new());
    let sink: &mut dyn Sink = &mut hashing;
    sink.u8(msg_type.0);
    sink.u24(length.0 as u32);
    emit(sink);
    hashing.0.digest()
}

/// The front of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Start {
    state: u8,
    /// Of the Certificate; the code of a [`CertificateType`].
    certificate_type: u8,
    certificate_length: u16,
    request_length: u16,
    /// Octets of memory that everything would have taken, if it did not fit.
    needed: u16,
}

/// Where the fingerprints and the check value stand behind it.
const CERTIFICATE_HASH: usize = 8;
const REQUEST_HASH: usize = CERTIFICATE_HASH + DIGEST_LENGTH;
const CHECK: usize = REQUEST_HASH + DIGEST_LENGTH;
const _: () = assert!(CHECK + CHECK_LENGTH == CACHED_INFO_OVERHEAD);

/// The memory in which a client remembers. The Certificate lies behind the header, the
/// CertificateRequest at the end.
pub(crate) struct CachedInfo<'a> {
    memory: &'a mut [u8],
    /// Whether it is used even where that costs more octets than it saves.
    is_forced: bool,
}

impl<'a> CachedInfo<'a> {
    /// # Errors
    /// [`Error::Size`] for less than the header, or more than its lengths can say.
    pub(crate) fn new(memory: &'a mut [u8], is_forced: bool) -> Result<Self, Error> {
        if (CACHED_INFO_OVERHEAD..=usize::from(u16::MAX)).contains(&memory.len()) {
            Ok(CachedInfo { memory, is_forced })
        } else {
            Err(Error::Size)
        }
    }

    pub(crate) fn reborrow(&mut self) -> CachedInfo<'_> {
        CachedInfo {
            memory: self.memory,
            is_forced: self.is_forced,
        }
    }

    /// A handshake begins: what was not completed, or is not of this server, does not count.
    pub(crate) fn begin(&mut self, server_name: Option<&[u8]>) {
        let is_valid = self.start().state == VALID
            && self
                .array::<CHECK_LENGTH>(CHECK)
                .is_some_and(|check| bool::from(self.check_value(server_name).ct_eq(check)));
        if !is_valid {
            self.set_start(Start {
                state: EMPTY,
                ..Start::default()
            });
        }
    }

    /// The fingerprints that are worth to be offered to a server that may show these types.
    pub(crate) fn offer(&self, server_types: &[CertificateType]) -> CachedOffer {
        let start = self.start();
        // What this very handshake has brought was not known to it before.
        if start.state != VALID {
            return CachedOffer::default();
        }
        let is_wanted = server_types
            .iter()
            .any(|one| *one as u8 == start.certificate_type);
        let hash_of = |offset, body: Option<&[u8]>| {
            let is_worth = body.is_some_and(|body| self.is_worth(body));
            self.array(offset).filter(|_| is_worth).copied()
        };
        let certificate = hash_of(CERTIFICATE_HASH, self.certificate_body());
        CachedOffer {
            certificate: certificate.filter(|_| is_wanted),
            request: hash_of(REQUEST_HASH, self.request_body()),
        }
    }

    /// The body of the Certificate with this fingerprint, if it is of that type.
    pub(crate) fn certificate(&self, one: CertificateType, hash: &[u8]) -> Option<&[u8]> {
        let is_it = self.start().certificate_type == one as u8
            && self.array::<DIGEST_LENGTH>(CERTIFICATE_HASH)? == hash;
        self.certificate_body().filter(|_| is_it)
    }

    /// The body of the CertificateRequest with this fingerprint.
    pub(crate) fn request(&self, hash: &[u8]) -> Option<&[u8]> {
        let is_it = self.array::<DIGEST_LENGTH>(REQUEST_HASH)? == hash;
        self.request_body().filter(|_| is_it)
    }

    /// A Certificate came whole, and is accepted. `needs_request` is whether the CertificateRequest
    /// that is there is still to be used in this handshake.
    pub(crate) fn keep_certificate(
        &mut self,
        one: CertificateType,
        body: &[u8],
        needs_request: bool,
    ) {
        let mut start = self.start();
        let is_known = start.certificate_type == one as u8 && self.certificate_body() == Some(body);
        if is_known || !self.is_worth(body) {
            return;
        }
        // A server that has changed one may well have changed the other.
        if !needs_request && body.len() + usize::from(start.request_length) > self.room().len() {
            start.request_length = 0;
        }
        let fits = body.len() + usize::from(start.request_length) <= self.room().len();
        start.state = PENDING;
        start.certificate_type = one as u8;
        start.certificate_length = if fits { body.len() as u16 } else { 0 };
        start.needed = needed(fits, body.len());
        self.set_start(start);
        if fits {
            self.write(CACHED_INFO_OVERHEAD, body);
            let hash = fingerprint(HandshakeType::CERTIFICATE, &|sink| sink.put(body));
            self.write(CERTIFICATE_HASH, &hash);
        }
    }

    /// A CertificateRequest came whole.
    pub(crate) fn keep_request(&mut self, body: &[u8]) {
        let mut start = self.start();
        if self.request_body() == Some(body) || !self.is_worth(body) {
            return;
        }
        let taken = body.len() + usize::from(start.certificate_length);
        let fits = taken <= self.room().len();
        start.state = PENDING;
        start.request_length = if fits { body.len() as u16 } else { 0 };
        start.needed = start.needed.max(needed(fits, taken));
        self.set_start(start);
        if fits {
            self.write(self.memory.len() - body.len(), body);
            let hash = fingerprint(HandshakeType::CERTIFICATE_REQUEST, &|sink| sink.put(body));
            self.write(REQUEST_HASH, &hash);
        }
    }

    /// The handshake is complete: what it brought counts.
    pub(crate) fn complete(&mut self, server_name: Option<&[u8]>) {
        let start = self.start();
        if start.state == PENDING {
            self.set_start(Start {
                state: VALID,
                ..start
            });
            let check = self.check_value(server_name);
            self.write(CHECK, &check);
        }
    }

    /// Octets of memory that everything would have taken, if it did not fit; else 0.
    pub(crate) fn needed(&self) -> u16 {
        self.start().needed
    }

    fn is_worth(&self, body: &[u8]) -> bool {
        self.is_forced || body.len() > WORTHLESS_LENGTH
    }

    /// What is behind the header.
    fn room(&self) -> &[u8] {
        self.memory.get(CACHED_INFO_OVERHEAD..).unwrap_or_default()
    }

    fn certificate_body(&self) -> Option<&[u8]> {
        let body = self.room().get(..self.start().certificate_length.into())?;
        Some(body).filter(|body| !body.is_empty())
    }

    fn request_body(&self) -> Option<&[u8]> {
        let room = self.room();
        let start = room.len().checked_sub(self.start().request_length.into())?;
        room.get(start..).filter(|body| !body.is_empty())
    }

    fn start(&self) -> Start {
        let mut reader = Reader::new(self.memory);
        let read = (|| -> Result<Start, Malformed> {
            Ok(Start {
                state: reader.u8()?,
                certificate_type: reader.u8()?,
                certificate_length: reader.u16()?,
                request_length: reader.u16()?,
                needed: reader.u16()?,
            })
        })();
        // The memory is longer.
        read.unwrap_or_default()
    }

    fn set_start(&mut self, start: Start) {
        let place = self.memory.get_mut(..CERTIFICATE_HASH).unwrap_or_default();
        let window: &mut dyn Sink = &mut Window::new(0, place);
        window.u8(start.state);
        window.u8(start.certificate_type);
        window.u16(start.certificate_length);
        window.u16(start.request_length);
        window.u16(start.needed);
    }

    fn array<const N: usize>(&self, offset: usize) -> Option<&[u8; N]> {
        self.memory.get(offset..)?.first_chunk()
    }

    fn write(&mut self, offset: usize, octets: &[u8]) {
        let place = self.memory.get_mut(offset..).unwrap_or_default();
        Window::new(0, place).put(octets);
    }

    /// Of everything but itself, and of the server's name.
    fn check_value(&self, server_name: Option<&[u8]>) -> [u8; CHECK_LENGTH] {
        let mut hash = Sha256::new();
        hash.update(b"motedtls cached info");
        hash.update(&name_digest(server_name));
        hash.update(self.memory.get(..CHECK).unwrap_or_default());
        hash.update(self.certificate_body().unwrap_or_default());
        hash.update(self.request_body().unwrap_or_default());
        let mut check = [0; CHECK_LENGTH];
        for (to, from) in check.iter_mut().zip(hash.digest()) {
            *to = from;
        }
        check
    }
}

/// Octets of memory for so many octets of messages, if they do not fit.
fn needed(fits: bool, taken: usize) -> u16 {
    match fits {
        true => 0,
        false => u16::try_from(taken + CACHED_INFO_OVERHEAD).unwrap_or(u16::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::hex;

    /// RFC 7924 appendix A, figure 6.
    const CERTIFICATE: &str = "\
3082022c308201b2a00302010202010d300a06082a8648ce3d040302303e310b3009060355040613024e4c31 \
     11300f060355040a1308506f6c617253534c311c301a06035504031313506f6c617273736c20546573742045 \
     43204341301e170d3133303932343135353230345a170d3233303932323135353230345a3041310b30090603 \
     55040613024e4c3111300f060355040a1308506f6c617253534c311f301d06035504031316506f6c61725353 \
     4c205465737420436c69656e7420323059301306072a8648ce3d020106082a8648ce3d0301070342000457e5 \
     aeb173dfd3acbb93b881ff12aeeee653acce5553f6340ecc2ee363250bdf98e2f35c603696c0d5181470e57f \
     9fd54b4518e5b06cd55cf8968f8770a3e4c7a3819d30819a30090603551d1304023000301d0603551d0e0416 \
     04147a005f8664fce05de511103bb2e63bc4263fcfe2306e0603551d230467306580149d6d202449013f2bcb \
     78b519bc7e24c9dbfb367ca142a440303e310b3009060355040613024e4c3111300f060355040a1308506f6c \
     617253534c311c301a06035504031313506f6c617273736c2054657374204543204341820900c143e27e6243 \
     cce8300a06082a8648ce3d040302036800306502304a650d7b2083a299b9a80ffc8dee8f3dbb704c9603ac8e \
     7870ddf20ea0b216cb658e1ac93f2c617ef83cefad1cee36200231009df227a6d574b824aee16a3f31a1ca54 \
     2f08d08dee4f0c61df77787db4fdfc4249eee5b26ac2cd2677628e287c9e5745";

    const X509: CertificateType = CertificateType::X509;
    const NAME: Option<&[u8]> = Some(b"coap.example");

    #[test]
    fn the_vector_of_the_rfc() {
        let certificate = hex::<560>(CERTIFICATE);
        let emit = |sink: &mut dyn Sink| {
            crate::wire::certificate::emit_list([&certificate[..]].into_iter(), sink);
        };
        assert_eq!(
            fingerprint(HandshakeType::CERTIFICATE, &emit),
            hex("086eefb4859adfe977defac494fff6b73033b4ce1f86b8f2a9fc0c6bf98605af")
        );
    }

    fn cached(memory: &mut [u8]) -> CachedInfo<'_> {
        CachedInfo::new(memory, false).unwrap()
    }

    /// A completed handshake brought these.
    fn filled(memory: &mut [u8], certificate: &[u8], request: &[u8]) {
        let mut cached = cached(memory);
        cached.begin(NAME);
        cached.keep_certificate(X509, certificate, false);
        cached.keep_request(request);
        assert!(cached.offer(&[X509]).is_empty());
        cached.complete(NAME);
    }

    fn has(memory: &mut [u8], name: Option<&[u8]>) -> (bool, bool) {
        let mut cached = cached(memory);
        cached.begin(name);
        let offer = cached.offer(&[X509]);
        (offer.certificate.is_some(), offer.request.is_some())
    }

    #[test]
    fn what_a_completed_handshake_brought_is_there_for_the_next() {
        let mut memory = [0x5A; 600];
        assert_eq!(has(&mut memory, NAME), (false, false));
        filled(&mut memory, &[1; 300], &[2; 150]);
        assert_eq!(has(&mut memory, NAME), (true, true));
        let mut cached = cached(&mut memory);
        let hash = |msg_type, octets: &[u8]| fingerprint(msg_type, &|sink| sink.put(octets));
        let of_certificate = hash(HandshakeType::CERTIFICATE, &[1; 300]);
        let of_request = hash(HandshakeType::CERTIFICATE_REQUEST, &[2; 150]);
        let offer = cached.offer(&[X509]);
        assert_eq!(offer.certificate, Some(of_certificate));
        assert_eq!(offer.request, Some(of_request));
        assert_eq!(
            cached.certificate(X509, &of_certificate),
            Some(&[1; 300][..])
        );
        assert_eq!(cached.request(&of_request), Some(&[2; 150][..]));
        assert_eq!(cached.certificate(X509, &of_request), None);
        let raw = CertificateType::RawPublicKey;
        assert_eq!(cached.certificate(raw, &of_certificate), None);
        assert_eq!(cached.request(&of_certificate), None);
        // A server that shows another type is asked for it whole.
        assert_eq!(cached.offer(&[raw]).certificate, None);
        // The same again is not written: it counts as it is.
        cached.keep_certificate(X509, &[1; 300], false);
        cached.keep_request(&[2; 150]);
        assert!(!cached.offer(&[X509]).is_empty());
    }

    #[test]
    fn what_was_not_completed_does_not_count() {
        let mut memory = [0; 600];
        filled(&mut memory, &[1; 300], &[2; 150]);
        let mut again = cached(&mut memory);
        again.begin(NAME);
        again.keep_certificate(X509, &[3; 300], false);
        assert_eq!(has(&mut memory, NAME), (false, false));
        cached(&mut memory).complete(NAME);
        assert_eq!(has(&mut memory, NAME), (false, false));
    }

    /// Bug class 54: octets that were altered, cut or of another server are passed over.
    #[test]
    fn tampered_memory_is_empty() {
        let mut good = [0; 500];
        filled(&mut good, &[1; 200], &[2; 150]);
        for place in 0..good.len() {
            let is_unused = (CACHED_INFO_OVERHEAD + 200..500 - 150).contains(&place);
            let mut memory = good;
            memory[place] ^= 1;
            let expected = (is_unused, is_unused);
            assert_eq!(has(&mut memory, NAME), expected, "{place}");
        }
        for length in CACHED_INFO_OVERHEAD..good.len() {
            let mut memory = good;
            assert_eq!(has(&mut memory[..length], NAME), (false, false));
        }
        for name in [None, Some(&b"coap.exampl"[..])] {
            let mut memory = good;
            assert_eq!(has(&mut memory, name), (false, false));
            // And it is gone.
            assert_eq!(has(&mut memory, NAME), (false, false));
        }
        // Lengths that only add up to more than there is.
        let mut memory = good;
        memory[2..6].fill(0xFF);
        assert_eq!(has(&mut memory, NAME), (false, false));
    }

    #[test]
    fn what_does_not_fit_is_not_kept() {
        for (room, kept, needed) in [
            (450, (true, true), 0),
            (449, (true, false), 450),
            (300, (true, false), 450),
            (299, (false, true), 300),
            (10, (false, false), 300),
        ] {
            let mut memory = [0; CACHED_INFO_OVERHEAD + 450];
            let memory = &mut memory[..CACHED_INFO_OVERHEAD + room];
            filled(memory, &[1; 300], &[2; 150]);
            assert_eq!(has(memory, NAME), kept, "{room}");
            let needed = if needed == 0 { 0 } else { needed + 88 };
            assert_eq!(cached(memory).needed(), needed);
        }
        let mut memory = [0; 0x1_0000];
        for (length, fits) in [(87, false), (88, true), (0xFFFF, true), (0x1_0000, false)] {
            let made = CachedInfo::new(&mut memory[..length], false);
            assert_eq!(made.is_ok(), fits, "{length}");
        }
        let needed = super::needed(false, 0x2_0000);
        assert_eq!(needed, 0xFFFF);
    }

    /// A longer Certificate takes the place of the CertificateRequest, unless that is still used.
    #[test]
    fn a_new_certificate_beside_an_old_request() {
        for (needs_request, expected) in [(false, (true, false)), (true, (false, true))] {
            let mut memory = [0; CACHED_INFO_OVERHEAD + 450];
            filled(&mut memory, &[1; 300], &[2; 150]);
            let mut again = cached(&mut memory);
            again.begin(NAME);
            again.keep_certificate(X509, &[3; 301], needs_request);
            let of_request = fingerprint(HandshakeType::CERTIFICATE_REQUEST, &|sink| {
                sink.put(&[2; 150]);
            });
            assert_eq!(again.request(&of_request).is_some(), needs_request);
            again.complete(NAME);
            assert_eq!(has(&mut memory, NAME), expected);
        }
    }

    #[test]
    fn what_saves_nothing_is_not_kept_unless_forced() {
        for is_forced in [false, true] {
            let mut memory = [0; 400];
            let mut cached = CachedInfo::new(&mut memory, is_forced).unwrap();
            cached.begin(NAME);
            let raw = CertificateType::RawPublicKey;
            cached.keep_certificate(raw, &[1; 94], false);
            cached.keep_request(&[2; 8]);
            cached.complete(NAME);
            cached.begin(NAME);
            let offer = cached.offer(&[raw, X509]);
            assert_eq!(offer.certificate.is_some(), is_forced);
            assert_eq!(offer.request.is_some(), is_forced);
        }
    }
}
