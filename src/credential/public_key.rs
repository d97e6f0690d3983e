//! What raw public keys and certificates have in common: a key of ours that is shown and signed
//! with, and a key of the peer's that is accepted.

#[cfg(feature = "x509")]
use super::certificate;
use super::peer::{Certified, PeerKind};
#[cfg(feature = "rpk")]
use super::raw_public_key;
use crate::config::Config;
use crate::crypto::{Digest, Hash, Point, Sha256, Signature, sha256};
use crate::error::Error;
use crate::host::{Host, Peer, Signed};
use crate::wire::Sink;
use crate::wire::certificate::{emit_list, emit_raw};
use crate::wire::extension::CertificateType;
use crate::wire::handshake_header::HandshakeType;
use zeroize::Zeroize;

/// A key of the peer that is accepted, in its Certificate message. That the peer holds the private
/// key is still to be shown.
pub(crate) struct Accepted<'m> {
    pub(crate) key: &'m Point,
    /// The leaf certificate, or the SubjectPublicKeyInfo.
    pub(crate) credential: &'m [u8],
    pub(crate) kind: PeerKind,
    pub(crate) key_hash: Digest,
    pub(crate) eui64: Option<[u8; 8]>,
    /// In the certificate.
    pub(crate) name: &'m [u8],
    /// Seconds since 1970 after which the certificates are not valid any more.
    pub(crate) not_after: Option<u64>,
}

impl Accepted<'_> {
    /// Asks the application whether this peer may go on.
    pub(super) fn ask(&self, number: u8, host: &mut dyn Host) -> Result<(), Error> {
        ask(self.kind, &self.peer(), self.credential, number, host)
    }

    pub(crate) fn peer(&self) -> Certified<'_> {
        Certified {
            key_hash: &self.key_hash,
            eui64: self.eui64.as_ref(),
            name: self.name,
        }
    }
}

/// SHA-256 of a SubjectPublicKeyInfo.
pub(crate) fn key_hash(public_key_info: &[u8]) -> Digest {
    sha256(public_key_info)
}

/// Reads the peer's Certificate message of that type; `None` when the peer has nothing to show.
/// `number` is that of the linked configuration which serves, `name` the one that a server must
/// have.
pub(crate) fn accept<'m>(
    certificate_type: CertificateType,
    body: &'m [u8],
    config: &Config<'_>,
    number: u8,
    name: Option<&[u8]>,
    host: &mut dyn Host,
) -> Result<Option<Accepted<'m>>, Error> {
    let config = config.by_number(number);
    let accepted = match certificate_type {
        #[cfg(feature = "rpk")]
        CertificateType::RawPublicKey => {
            raw_public_key::accept(body, &config.public_keys.accepted)?
        }
        #[cfg(feature = "x509")]
        CertificateType::X509 => certificate::accept(body, config, name, host)?,
        #[allow(unreachable_patterns, reason = "reached when a type is not built")]
        _ => return Err(Error::UnsupportedCertificate),
    };
    if let Some(accepted) = &accepted {
        accepted.ask(number, host)?;
    }
    Ok(accepted)
}

fn ask(
    kind: PeerKind,
    peer: &Certified<'_>,
    credential: &[u8],
    number: u8,
    host: &mut dyn Host,
) -> Result<(), Error> {
    // The front of a name may be somebody else's name.
    let name = match peer.is_cut() {
        true => &[],
        false => peer.name,
    };
    let has_certificate = kind == PeerKind::Certificate;
    let is_accepted = host.accepts(&Peer {
        configuration: number,
        has_certificate,
        credential,
        key_hash: peer.key_hash,
        name,
        eui64: peer.eui64,
    });
    match (is_accepted, has_certificate) {
        (true, _) => Ok(()),
        (false, true) => Err(Error::CertificateRefused),
        (false, false) => Err(Error::KeyRefused),
    }
}

/// Whether a peer with a session would still be accepted, as far as its octets tell.
pub(crate) fn is_still_accepted(
    kind: PeerKind,
    octets: &[u8],
    not_after: Option<u64>,
    config: &Config<'_>,
    number: u8,
    host: &mut dyn Host,
) -> bool {
    let config = config.by_number(number);
    let Some(peer) = Certified::parse(octets) else {
        return false;
    };
    let is_accepted = match kind {
        #[cfg(feature = "rpk")]
        PeerKind::RawPublicKey => config.public_keys.accepted.contains(peer.key_hash),
        #[cfg(feature = "x509")]
        PeerKind::Certificate => {
            let has_name = peer.eui64.is_some() || !config.public_keys.eui64_required;
            let now = certificate::now(config.public_keys.clock, host);
            let is_of_now = match (now, not_after) {
                (Ok(Some(now)), Some(not_after)) => now <= not_after,
                (Ok(_), _) => true,
                (Err(_), _) => false,
            };
            has_name && is_of_now
        }
        _ => false,
    };
    is_accepted && ask(kind, &peer, &[], number, host).is_ok()
}

/// Of all that decides which peers are accepted by certificate, and of what we show: a session does
/// not outlive a change. Raw public keys of peers are looked for one by one instead.
pub(crate) fn settings_digest(config: &Config<'_>) -> Digest {
    let mut hash = Sha256::new();
    let keys = &config.public_keys;
    #[cfg(feature = "x509")]
    for part in [keys.anchors(), keys.chain.unwrap_or_default()] {
        hash.update(&(part.len() as u32).to_be_bytes());
        hash.update(part);
    }
    #[cfg(feature = "x509")]
    hash.update(&[u8::from(keys.common_name)]);
    #[cfg(feature = "rpk")]
    hash.update(keys.raw_key.unwrap_or_default());
    hash.digest()
}

/// What we show of ourselves.
#[derive(Clone, Copy)]
pub(crate) enum OwnCertificate<'a> {
    /// There is nothing to show.
    None,
    /// A SubjectPublicKeyInfo.
    RawPublicKey(&'a [u8]),
    /// Certificates in DER one after another, the leaf first.
    Chain(&'a [u8]),
    /// Where they stand, in place of them.
    #[cfg(feature = "certificate-url")]
    Urls(super::certificate_url::OwnUrls<'a>),
}

impl<'a> OwnCertificate<'a> {
    pub(crate) fn of(config: &Config<'a>, certificate_type: CertificateType) -> Self {
        let keys = &config.public_keys;
        match certificate_type {
            #[cfg(feature = "rpk")]
            CertificateType::RawPublicKey => keys
                .raw_key
                .map_or(OwnCertificate::None, OwnCertificate::RawPublicKey),
            #[cfg(feature = "x509")]
            CertificateType::X509 => keys
                .chain
                .map_or(OwnCertificate::None, OwnCertificate::Chain),
            #[allow(unreachable_patterns, reason = "reached when a type is not built")]
            _ => OwnCertificate::None,
        }
    }

    /// The same for a client that may send URLs in place of its certificates.
    #[cfg(feature = "certificate-url")]
    pub(crate) fn by_url(self, config: &Config<'a>) -> Self {
        match (self, config.public_keys.certificate_url) {
            (OwnCertificate::Chain(_), Some(urls)) => OwnCertificate::Urls(urls),
            _ => self,
        }
    }

    /// The message that shows it.
    pub(crate) fn msg_type(self) -> HandshakeType {
        match self {
            #[cfg(feature = "certificate-url")]
            OwnCertificate::Urls(_) => HandshakeType::CERTIFICATE_URL,
            _ => HandshakeType::CERTIFICATE,
        }
    }

    pub(crate) fn is_none(self) -> bool {
        matches!(self, OwnCertificate::None)
    }

    /// The body of that message.
    pub(crate) fn emit(self, sink: &mut dyn Sink) {
        match self {
            #[cfg(feature = "x509")]
            OwnCertificate::Chain(chain) => {
                emit_list(crate::x509::split(chain).map_while(Result::ok), sink);
            }
            #[cfg(feature = "certificate-url")]
            OwnCertificate::Urls(urls) => urls.emit(sink),
            OwnCertificate::RawPublicKey(info) => emit_raw(info, sink),
            // RFC 5246 7.4.6: "If no suitable certificate is available, the client MUST send a
            // certificate message containing no certificates." Both types write it alike.
            _ => emit_raw(&[], sink),
        }
    }
}

/// Signs a digest with our key, into `signature`; `None` while a signer has not answered yet. `credential` is the
/// number of `config` among those that are linked.
pub(crate) fn sign(
    config: &Config<'_>,
    credential: u8,
    digest: &Digest,
    host: &mut dyn Host,
    signature: &mut Signature,
) -> Result<Option<()>, Error> {
    if let Some(key) = config.public_keys.private_key {
        // RFC 6979 3.6: added entropy, so that a fault cannot be repeated with the same nonce.
        let mut entropy = [0; 32];
        host.random(&mut entropy)?;
        let signed = key.sign(digest, &entropy);
        entropy.zeroize();
        *signature = signed.map_err(|_| Error::Crypto)?;
        return Ok(Some(()));
    }
    match host.sign(credential, digest, signature) {
        Signed::Done => Ok(Some(())),
        Signed::Pending => Ok(None),
        Signed::Failed => Err(Error::Callback),
    }
}
