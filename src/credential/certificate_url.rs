//! Certificates by URL (RFC 6066 section 5): where a client's own stand, and what a server's
//! application has fetched.

use super::certificate::{Chain, accept_chain};
use super::public_key::Accepted;
use crate::config::Config;
use crate::crypto::Sha1;
use crate::error::Error;
use crate::host::{CertChainType, Fetched, Host};
use crate::wire::certificate_url::{CertificateUrls, emit, is_absolute, list_length};
use crate::wire::der::{self, Der, Tag};
use crate::wire::{SHA1_LENGTH, Sink};
use crate::x509::{CHAIN_MAX, split};

/// The most certificates that are fetched for one client: those of the longest path, and its anchor.
const FETCHED_MAX: usize = CHAIN_MAX + 1;

impl Sink for Sha1 {
    fn put(&mut self, octets: &[u8]) {
        self.update(octets);
    }
}

fn sha1(octets: &[u8]) -> [u8; SHA1_LENGTH] {
    let mut hash = Sha1::new();
    hash.update(octets);
    hash.finish()
}

/// Where our certificates stand.
///
/// The message is made through it, and not by name: a linker leaves it and SHA-1 out of firmware that
/// sets none.
#[derive(Clone, Copy)]
pub(crate) struct OwnUrls<'a> {
    emit: fn(&OwnUrls<'_>, &mut dyn Sink),
    chain_type: CertChainType,
    /// A blank between each two.
    urls: &'a [u8],
    /// The certificates in DER, one after another, the leaf first.
    chain: &'a [u8],
}

impl<'a> OwnUrls<'a> {
    pub(crate) fn new(
        urls: &'a [u8],
        chain_type: CertChainType,
        chain: &'a [u8],
    ) -> Result<Self, Error> {
        let own = OwnUrls {
            emit: Self::emit_hashes,
            chain_type,
            urls,
            chain,
        };
        let wanted = match chain_type {
            CertChainType::IndividualCerts => own.certificates().count(),
            CertChainType::PkiPath => 1,
        };
        if own.urls().count() != wanted || !own.urls().all(is_absolute) {
            return Err(Error::Argument);
        }
        let longest = usize::from(u16::MAX);
        if list_length(own.urls()) > longest || chain.len() > longest {
            return Err(Error::Size);
        }
        Ok(own)
    }

    fn urls(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.urls.split(|octet| *octet == b' ')
    }

    fn certificates(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        split(self.chain).map_while(Result::ok)
    }

    /// The body of CertificateURL.
    pub(crate) fn emit(&self, sink: &mut dyn Sink) {
        (self.emit)(self, sink);
    }

    /// The hashes are made anew each time: that takes less than a thousandth of the signature that
    /// follows, and no memory.
    fn emit_hashes(own: &OwnUrls<'_>, sink: &mut dyn Sink) {
        let length = list_length(own.urls());
        match own.chain_type {
            CertChainType::IndividualCerts => {
                let hashes = own.certificates().map(sha1);
                emit(own.chain_type, length, own.urls().zip(hashes), sink);
            }
            CertChainType::PkiPath => {
                let hash = core::iter::once(own.pki_path_sha1());
                emit(own.chain_type, length, own.urls().zip(hash), sink);
            }
        }
    }

    /// RFC 6066 10.1: "PkiPath ::= SEQUENCE OF Certificate. Within the sequence, the order of
    /// certificates is such that the subject of the first certificate is the issuer of the second
    /// certificate, etc."
    fn pki_path_sha1(&self) -> [u8; SHA1_LENGTH] {
        let mut hash = Sha1::new();
        // What is longer was refused.
        der::emit_header(Tag::SEQUENCE, self.chain.len() as u16, &mut hash);
        let chain = FetchedChain {
            certificates: self.chain,
            is_leaf_first: false,
            left: self.certificates().count(),
            next: 0,
        };
        chain.for_each(|certificate| hash.update(certificate));
        hash.finish()
    }
}

/// What a server does with clients' URLs.
///
/// It is reached through the configuration that has certificates fetched, and not by name: a linker
/// leaves it out of servers that have none.
#[cfg(feature = "server")]
pub(crate) struct Fetching {
    pub(crate) fetch: Fetch,
    pub(crate) accept: Accept,
}

#[cfg(feature = "server")]
type Fetch =
    fn(&CertificateUrls<'_>, &mut Progress, &mut [u8], &mut dyn Host) -> Result<bool, Error>;
#[cfg(feature = "server")]
type Accept = for<'m> fn(
    CertChainType,
    Progress,
    &'m [u8],
    &Config<'_>,
    u8,
    &mut dyn Host,
) -> Result<Accepted<'m>, Error>;

#[cfg(feature = "server")]
pub(crate) const FETCHING: &Fetching = &Fetching { fetch, accept };

/// How much of what a client's URLs refer to is there.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Progress {
    /// Of how many URLs.
    urls: u8,
    /// How many octets.
    octets: u16,
}

/// Lets the application fetch, into `memory`, what is not there yet; `false` while it has not
/// answered.
///
/// # Errors
/// [`Error::CertificateUnobtainable`], [`Error::CertificateHash`], [`Error::BadCertificate`] for what
/// cannot be one certificate, or [`Error::Callback`].
#[cfg(feature = "server")]
fn fetch(
    urls: &CertificateUrls<'_>,
    progress: &mut Progress,
    memory: &mut [u8],
    host: &mut dyn Host,
) -> Result<bool, Error> {
    // Every URL is a request that the client has others make.
    if urls.iter().count() > FETCHED_MAX {
        return Err(Error::CertificateUnobtainable);
    }
    for wanted in urls.iter().skip(usize::from(progress.urls)) {
        let free = memory
            .get_mut(usize::from(progress.octets)..)
            .unwrap_or_default();
        let length = match host.fetch_certificates(&wanted, free) {
            Fetched::Found(length) => length,
            Fetched::Pending => return Ok(false),
            Fetched::Unobtainable => return Err(Error::CertificateUnobtainable),
        };
        let octets = free.get(..length).ok_or(Error::Callback)?;
        // RFC 6066 section 5: "The server MUST check that the SHA-1 hash of the contents of the
        // object retrieved from that URL [...] matches the given hash."
        if sha1(octets) != *wanted.sha1 {
            return Err(Error::CertificateHash);
        }
        // "each URL refers to a single DER-encoded X.509v3 certificate"
        Der::only(Tag::SEQUENCE, octets).map_err(|_| Error::BadCertificate)?;
        progress.urls = progress.urls.saturating_add(1);
        // What DER cannot say here (see wire/der.rs), no path needs.
        let octets = usize::from(progress.octets).saturating_add(length);
        progress.octets = u16::try_from(octets).map_err(|_| Error::BadCertificate)?;
    }
    Ok(true)
}

/// Accepts what was fetched as if it had come in a Certificate message.
#[cfg(feature = "server")]
fn accept<'m>(
    chain_type: CertChainType,
    progress: Progress,
    memory: &'m [u8],
    config: &Config<'_>,
    number: u8,
    host: &mut dyn Host,
) -> Result<Accepted<'m>, Error> {
    let octets = memory
        .get(..usize::from(progress.octets))
        .unwrap_or_default();
    let chain = FetchedChain::new(chain_type, octets)?;
    let accepted = accept_chain(Chain::Fetched(chain), config.by_number(number), None, host)?;
    let accepted = accepted.ok_or(Error::BadCertificate)?;
    accepted.ask(number, host)?;
    Ok(accepted)
}

/// Certificates one after another in memory, taken from one end of them or the other.
#[derive(Clone)]
pub(super) struct FetchedChain<'a> {
    certificates: &'a [u8],
    is_leaf_first: bool,
    left: usize,
    /// How many were taken.
    next: usize,
}

impl<'a> FetchedChain<'a> {
    fn new(chain_type: CertChainType, octets: &'a [u8]) -> Result<Self, Error> {
        let certificates = match chain_type {
            CertChainType::IndividualCerts => octets,
            CertChainType::PkiPath => Der::new(octets)
                .value(Tag::SEQUENCE)
                .map_err(|_| Error::BadCertificate)?,
        };
        let mut left = 0;
        for certificate in split(certificates) {
            certificate.map_err(|_| Error::BadCertificate)?;
            left += 1;
            if left > FETCHED_MAX {
                return Err(Error::BadCertificate);
            }
        }
        Ok(FetchedChain {
            certificates,
            is_leaf_first: chain_type == CertChainType::IndividualCerts,
            left,
            next: 0,
        })
    }
}

impl<'a> Iterator for FetchedChain<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        // RFC 6066 section 5: the order of URLs is "opposite to the order in which certificates are
        // encoded in PkiPath".
        let at = match self.is_leaf_first {
            true => self.next,
            false => self.left,
        };
        self.next += 1;
        split(self.certificates).nth(at)?.ok()
    }
}
