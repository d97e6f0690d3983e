//! Certificates (draft section 5.3, RFC 5280): a path to a trust anchor, and a name.

use super::peer::PeerKind;
use super::public_key::{Accepted, key_hash};
use crate::config::{Clock, Config, Role};
use crate::error::Error;
use crate::host::Host;
use crate::wire::certificate::{CertificateList, Certificates};
use crate::x509::{self, Invalid, Leaf, Purpose, Rules};

/// Trust anchors: certificates in DER, one after another, at least one.
///
/// Path validation is reached through them, and not by name: a linker leaves it out of firmware that
/// sets none.
#[derive(Clone, Copy)]
pub(crate) struct Anchors<'a> {
    pub(crate) certificates: &'a [u8],
    accept: Accept,
}

type Accept = for<'m> fn(
    Chain<'m>,
    &Config<'_>,
    &[u8],
    Option<&[u8]>,
    &mut dyn Host,
) -> Result<Accepted<'m>, Error>;

impl<'a> Anchors<'a> {
    /// `None` without certificates.
    ///
    /// # Errors
    /// [`Error::Argument`] when one is not a certificate that this library can use.
    pub(crate) fn new(certificates: &'a [u8]) -> Result<Option<Self>, Error> {
        let count = x509::check(certificates).map_err(|_| Error::Argument)?;
        Ok((count > 0).then_some(Anchors {
            certificates,
            accept: accept_below,
        }))
    }
}

/// Reads the peer's Certificate message, of which `None` says that the peer has no certificate.
/// `name` is the one that a server must have.
pub(crate) fn accept<'m>(
    body: &'m [u8],
    config: &Config<'_>,
    name: Option<&[u8]>,
    host: &mut dyn Host,
) -> Result<Option<Accepted<'m>>, Error> {
    let list = CertificateList::parse(body)?;
    accept_chain(Chain::Message(list.iter()), config, name, host)
}

/// The certificates of a peer, the leaf first, wherever they stand: one type, so that there is one
/// path validation in the image.
#[derive(Clone)]
pub(super) enum Chain<'a> {
    Message(Certificates<'a>),
    #[cfg(feature = "certificate-url")]
    Fetched(super::certificate_url::FetchedChain<'a>),
}

impl<'a> Iterator for Chain<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Chain::Message(list) => list.next(),
            #[cfg(feature = "certificate-url")]
            Chain::Fetched(chain) => chain.next(),
        }
    }
}

/// The same for certificates, wherever they came from.
pub(super) fn accept_chain<'m>(
    chain: Chain<'m>,
    config: &Config<'_>,
    name: Option<&[u8]>,
    host: &mut dyn Host,
) -> Result<Option<Accepted<'m>>, Error> {
    if chain.clone().next().is_none() {
        return Ok(None);
    }
    // Without anchors nobody is asked for a certificate.
    let anchors = config.public_keys.anchors.ok_or(Error::UnknownCa)?;
    (anchors.accept)(chain, config, anchors.certificates, name, host).map(Some)
}

fn accept_below<'m>(
    chain: Chain<'m>,
    config: &Config<'_>,
    anchors: &[u8],
    name: Option<&[u8]>,
    host: &mut dyn Host,
) -> Result<Accepted<'m>, Error> {
    let keys = &config.public_keys;
    let rules = Rules {
        now: now(keys.clock, host)?,
        purpose: match config.role() {
            Role::Client => Purpose::Server,
            Role::Server => Purpose::Client,
        },
        name: match config.role() {
            Role::Client => Some(name.ok_or(Error::NoServerName)?),
            Role::Server => None,
        },
        common_name: keys.common_name,
    };
    let leaf = x509::validate(chain, anchors, &rules)?;
    accept_leaf(&leaf, config)
}

/// Apart, so that it takes no stack while signatures are verified.
#[inline(never)]
fn accept_leaf<'m>(leaf: &Leaf<'m>, config: &Config<'_>) -> Result<Accepted<'m>, Error> {
    let eui64 = leaf.eui64();
    // Requirement 5.3-8.
    if config.role() == Role::Server && config.public_keys.eui64_required && eui64.is_none() {
        return Err(Error::CertificateName);
    }
    Ok(Accepted {
        key: leaf.key,
        credential: leaf.der,
        kind: PeerKind::Certificate,
        key_hash: key_hash(leaf.public_key_info),
        eui64,
        name: leaf.name().unwrap_or_default(),
        not_after: Some(leaf.not_after),
    })
}

/// The time to check dates by, if they are checked.
pub(crate) fn now(clock: Clock, host: &mut dyn Host) -> Result<Option<u64>, Error> {
    match clock {
        Clock::None => Ok(None),
        // A clock that has no time is no leave to go without.
        Clock::Unset | Clock::Application => host.unix_time().map(Some).ok_or(Error::Callback),
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        match invalid {
            Invalid::Malformed | Invalid::Path => Error::BadCertificate,
            Invalid::Unsupported => Error::UnsupportedCertificate,
            Invalid::UnknownAnchor => Error::UnknownCa,
            Invalid::Expired => Error::CertificateExpired,
            Invalid::NotYetValid => Error::CertificateNotYetValid,
            Invalid::Name => Error::CertificateName,
        }
    }
}
