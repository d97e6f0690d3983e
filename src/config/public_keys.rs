//! The settings of raw public keys and certificates.

use super::{Config, Role};
use crate::credential::PrivateKey;
#[cfg(feature = "x509")]
use crate::credential::certificate::Anchors;
#[cfg(feature = "certificate-url")]
use crate::credential::certificate_url::OwnUrls;
#[cfg(all(feature = "certificate-url", feature = "server"))]
use crate::credential::certificate_url::{FETCHING, Fetching};
use crate::credential::key_exchange::KeyExchange;
#[cfg(feature = "rpk")]
use crate::credential::raw_public_key::AcceptedKeys;
use crate::error::Error;
#[cfg(feature = "certificate-url")]
use crate::host::CertChainType;
#[cfg(feature = "rpk")]
use crate::wire::public_key_info;
#[cfg(feature = "x509")]
use crate::x509;

/// Configurations that can be linked for a server of many names.
const LINKED_MAX: u8 = 32;

/// Whether a server asks its clients for a key or certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuth {
    /// It does not.
    None,
    /// It asks, and goes on with a client that has none.
    Optional,
    /// It asks, and refuses a client that has none.
    Required,
}

/// Where the time for the dates of certificates comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// Nobody has said.
    Unset,
    /// There is none: dates are not checked.
    None,
    /// [`crate::Host::unix_time`].
    Application,
}

/// What a configuration knows of public keys.
#[derive(Clone, Copy)]
pub(crate) struct PublicKeys<'a> {
    /// What computes with them, once one is set.
    pub(crate) key_exchange: Option<&'static KeyExchange>,
    pub(crate) private_key: Option<PrivateKey<'a>>,
    /// [`crate::Host::sign`] signs.
    pub(crate) has_signer: bool,
    /// Our SubjectPublicKeyInfo.
    #[cfg(feature = "rpk")]
    pub(crate) raw_key: Option<&'a [u8]>,
    #[cfg(feature = "rpk")]
    pub(crate) accepted: AcceptedKeys<'a>,
    /// Our certificates, the leaf first.
    #[cfg(feature = "x509")]
    pub(crate) chain: Option<&'a [u8]>,
    #[cfg(feature = "x509")]
    pub(crate) anchors: Option<Anchors<'a>>,
    #[cfg(feature = "x509")]
    pub(crate) clock: Clock,
    /// The common name may stand in for a subjectAltName.
    #[cfg(feature = "x509")]
    pub(crate) common_name: bool,
    #[cfg(feature = "x509")]
    pub(crate) eui64_required: bool,
    /// Client: where our certificates stand.
    #[cfg(feature = "certificate-url")]
    pub(crate) certificate_url: Option<OwnUrls<'a>>,
    /// If [`crate::Host::fetch_certificates`] is worth asking.
    #[cfg(all(feature = "certificate-url", feature = "server"))]
    pub(crate) fetching: Option<&'static Fetching>,
    client_auth: Option<ClientAuth>,
    /// Server: more credentials, chosen by the name that the client asks for.
    next: Option<&'a Config<'a>>,
}

impl<'a> PublicKeys<'a> {
    pub(super) fn new() -> Self {
        PublicKeys {
            key_exchange: None,
            private_key: None,
            has_signer: false,
            #[cfg(feature = "rpk")]
            raw_key: None,
            #[cfg(feature = "rpk")]
            accepted: AcceptedKeys::default(),
            #[cfg(feature = "x509")]
            chain: None,
            #[cfg(feature = "x509")]
            anchors: None,
            #[cfg(feature = "x509")]
            clock: Clock::Unset,
            #[cfg(feature = "x509")]
            common_name: true,
            #[cfg(feature = "x509")]
            eui64_required: false,
            #[cfg(feature = "certificate-url")]
            certificate_url: None,
            #[cfg(all(feature = "certificate-url", feature = "server"))]
            fetching: None,
            client_auth: None,
            next: None,
        }
    }

    pub(crate) fn can_sign(&self) -> bool {
        self.private_key.is_some() || self.has_signer
    }

    /// Whether raw public keys of peers can be accepted.
    pub(crate) fn accepts_raw_keys(&self) -> bool {
        #[cfg(feature = "rpk")]
        return !self.accepted.is_empty();
        #[cfg(not(feature = "rpk"))]
        false
    }

    /// Whether certificates of peers can be accepted.
    pub(crate) fn accepts_certificates(&self) -> bool {
        #[cfg(feature = "x509")]
        return self.anchors.is_some();
        #[cfg(not(feature = "x509"))]
        false
    }

    /// The trust anchors, one after another.
    #[cfg(feature = "x509")]
    pub(crate) fn anchors(&self) -> &'a [u8] {
        self.anchors.map_or(&[], |anchors| anchors.certificates)
    }

    /// Whether there is a raw public key of ours to show, and to sign with.
    pub(crate) fn has_raw_key(&self) -> bool {
        #[cfg(feature = "rpk")]
        return self.raw_key.is_some() && self.can_sign();
        #[cfg(not(feature = "rpk"))]
        false
    }

    /// Likewise a certificate.
    pub(crate) fn has_certificate(&self) -> bool {
        #[cfg(feature = "x509")]
        return self.chain.is_some() && self.can_sign();
        #[cfg(not(feature = "x509"))]
        false
    }

    /// Server: whether clients are asked. Unless somebody has said so, they are when there is
    /// anything to accept of them.
    pub(crate) fn client_auth(&self) -> ClientAuth {
        let can_accept = self.accepts_raw_keys() || self.accepts_certificates();
        match self.client_auth {
            Some(client_auth) => client_auth,
            None if can_accept => ClientAuth::Required,
            None => ClientAuth::None,
        }
    }

    /// Whether there is something of ours to show.
    pub(super) fn check(&self) -> Result<bool, Error> {
        #[cfg(feature = "x509")]
        if self.anchors.is_some() && self.clock == Clock::Unset {
            return Err(Error::NoTime);
        }
        let shows = self.has_raw_key() || self.has_certificate();
        let accepts = self.accepts_raw_keys() || self.accepts_certificates();
        // A client that is asked must be able to give an answer that is accepted.
        let asks_in_vain = self.client_auth() != ClientAuth::None && !accepts;
        if asks_in_vain || self.can_sign() && !shows || self.has_unsigned() {
            return Err(Error::NoCredential);
        }
        Ok(shows)
    }

    /// Whether there is a key or certificate of ours, and nothing to sign with.
    fn has_unsigned(&self) -> bool {
        #[cfg(feature = "rpk")]
        if self.raw_key.is_some() && !self.can_sign() {
            return true;
        }
        #[cfg(feature = "x509")]
        if self.chain.is_some() && !self.can_sign() {
            return true;
        }
        false
    }
}

/// Raw public keys and certificates.
impl<'a> Config<'a> {
    /// The private key of our raw public key or certificate.
    pub fn set_private_key(&mut self, key: PrivateKey<'a>) {
        self.public_keys.key_exchange = Some(KeyExchange::P256);
        self.public_keys.private_key = Some(key);
        self.public_keys.has_signer = false;
    }

    /// [`crate::Host::sign`] signs in place of a private key, which may lie in a secure element.
    pub fn set_signer(&mut self) {
        self.public_keys.key_exchange = Some(KeyExchange::P256);
        self.public_keys.private_key = None;
        self.public_keys.has_signer = true;
    }

    /// Our raw public key: a SubjectPublicKeyInfo of 91 octets.
    ///
    /// # Errors
    /// [`Error::Argument`] for anything but a key on P-256, its point uncompressed.
    #[cfg(feature = "rpk")]
    pub fn set_raw_public_key(&mut self, public_key_info: &'a [u8]) -> Result<(), Error> {
        public_key_info::parse(public_key_info).map_err(|_| Error::Argument)?;
        self.public_keys.raw_key = Some(public_key_info);
        Ok(())
    }

    /// The raw public keys that are accepted of peers: SubjectPublicKeyInfos of 91 octets each, one
    /// after another.
    ///
    /// # Errors
    /// [`Error::Argument`] when one is no key on P-256.
    #[cfg(feature = "rpk")]
    pub fn set_peer_keys(&mut self, public_key_infos: &'a [u8]) -> Result<(), Error> {
        self.public_keys.key_exchange = Some(KeyExchange::P256);
        self.public_keys.accepted.set_infos(public_key_infos)
    }

    /// The same by the SHA-256 hashes of their SubjectPublicKeyInfos, 32 octets each.
    ///
    /// # Errors
    /// [`Error::Argument`] for a length that is no multiple of 32.
    #[cfg(feature = "rpk")]
    pub fn set_peer_key_hashes(&mut self, hashes: &'a [u8]) -> Result<(), Error> {
        self.public_keys.key_exchange = Some(KeyExchange::P256);
        self.public_keys.accepted.set_hashes(hashes)
    }

    /// Our certificates in DER, one after another: the leaf first, then each the issuer of the one
    /// before. The root is left out (requirement 5.3-2).
    ///
    /// # Errors
    /// [`Error::Argument`] when one is not a certificate that this library can use.
    #[cfg(feature = "x509")]
    pub fn set_certificate(&mut self, chain: &'a [u8]) -> Result<(), Error> {
        match x509::check(chain) {
            Ok(1..) => self.public_keys.chain = Some(chain),
            _ => return Err(Error::Argument),
        }
        #[cfg(feature = "certificate-url")]
        {
            self.public_keys.certificate_url = None;
        }
        Ok(())
    }

    /// Client: where its certificates stand (RFC 6066 section 5): a server that would fetch them gets
    /// the URLs and the SHA-1 hashes of the certificates that are set, in place of them. A URL for
    /// each certificate, separated by one blank each, the leaf's first, or one URL for a PkiPath.
    ///
    /// # Errors
    /// [`Error::State`] for a server, or when no certificates are set, which have to be before;
    /// [`Error::Argument`] for too many or too few URLs, or one that is not an absolute URI of
    /// printable ASCII; [`Error::Size`] when URLs or certificates are too long for the message.
    #[cfg(feature = "certificate-url")]
    pub fn set_certificate_url(
        &mut self,
        urls: &'a [u8],
        chain_type: CertChainType,
    ) -> Result<(), Error> {
        self.require(Role::Client)?;
        let chain = self.public_keys.chain.ok_or(Error::State)?;
        let urls = OwnUrls::new(urls, chain_type, chain)?;
        self.public_keys.certificate_url = Some(urls);
        Ok(())
    }

    /// Server: [`crate::Host::fetch_certificates`] fetches clients' certificates, and clients are
    /// told so.
    ///
    /// # Errors
    /// [`Error::State`] for a client.
    #[cfg(feature = "certificate-url")]
    pub fn set_certificate_url_fetch(&mut self) -> Result<(), Error> {
        self.require(Role::Server)?;
        #[cfg(feature = "server")]
        {
            self.public_keys.fetching = Some(FETCHING);
        }
        Ok(())
    }

    /// The trust anchors for peers' certificates: certificates in DER, one after another.
    ///
    /// # Errors
    /// [`Error::Argument`] when one is not a certificate that this library can use.
    #[cfg(feature = "x509")]
    pub fn set_trust_anchors(&mut self, anchors: &'a [u8]) -> Result<(), Error> {
        self.public_keys.anchors = Anchors::new(anchors)?;
        self.public_keys.key_exchange = Some(KeyExchange::P256);
        Ok(())
    }

    /// Whether the dates of certificates are checked, by [`crate::Host::unix_time`]. With trust
    /// anchors it has to be said.
    #[cfg(feature = "x509")]
    pub fn set_clock(&mut self, has_clock: bool) {
        self.public_keys.clock = match has_clock {
            true => Clock::Application,
            false => Clock::None,
        };
    }

    /// Whether the common name of a certificate counts when it has no subjectAltName; true unless
    /// set.
    #[cfg(feature = "x509")]
    pub fn set_common_name(&mut self, is_allowed: bool) {
        self.public_keys.common_name = is_allowed;
    }

    /// Server: whether a client's certificate must carry an EUI-64 (draft section 5.3).
    ///
    /// # Errors
    /// [`Error::State`] for a client.
    #[cfg(feature = "x509")]
    pub fn set_eui64_required(&mut self, is_required: bool) -> Result<(), Error> {
        self.require(Role::Server)?;
        self.public_keys.eui64_required = is_required;
        Ok(())
    }

    /// Server: whether clients are asked for a key or certificate. Unless set, they are when peer
    /// keys or trust anchors are.
    ///
    /// # Errors
    /// [`Error::State`] for a client.
    pub fn set_client_auth(&mut self, client_auth: ClientAuth) -> Result<(), Error> {
        self.require(Role::Server)?;
        self.public_keys.client_auth = Some(client_auth);
        Ok(())
    }

    /// Server: links another configuration, whose credentials serve the clients that ask for its
    /// name. It may be linked to another in turn; everything but credentials is that of the first.
    ///
    /// # Errors
    /// [`Error::State`] for a client, [`Error::Argument`] when `next` is not a server with a name,
    /// [`Error::Size`] for more than 32.
    pub fn set_next(&mut self, next: &'a Config<'a>) -> Result<(), Error> {
        self.require(Role::Server)?;
        if next.role != Role::Server || next.server_name.is_none() {
            return Err(Error::Argument);
        }
        let linked = core::iter::successors(Some(next), |config| config.public_keys.next);
        if linked.take(usize::from(LINKED_MAX)).count() >= usize::from(LINKED_MAX) {
            return Err(Error::Size);
        }
        self.public_keys.next = Some(next);
        Ok(())
    }

    /// Of the linked configurations the number of the one that a client asks for by this name; 0,
    /// the first, when there is none of it.
    pub(crate) fn find_by_name(&self, name: Option<&[u8]>) -> u8 {
        let mut linked = self.linked();
        linked.position(|one| one.has_name(name)).unwrap_or(0) as u8
    }

    /// Whether this is the configuration that a client asks for by this name.
    pub(crate) fn has_name(&self, name: Option<&[u8]>) -> bool {
        match (self.server_name, name) {
            // RFC 6066 section 3: DNS names are case-insensitive.
            (Some(own), Some(name)) => own.eq_ignore_ascii_case(name),
            _ => false,
        }
    }

    /// The linked configuration of that number.
    pub(crate) fn by_number(&self, number: u8) -> &Config<'a> {
        self.linked().nth(usize::from(number)).unwrap_or(self)
    }

    pub(crate) fn linked(&self) -> impl Iterator<Item = &Config<'a>> {
        core::iter::successors(Some(self), |config| config.public_keys.next)
            .take(usize::from(LINKED_MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_belong_to_a_role() {
        let mut client = Config::new(Role::Client);
        let server = Config::new(Role::Server);
        assert_eq!(client.set_client_auth(ClientAuth::None), Err(Error::State));
        assert_eq!(client.set_next(&server), Err(Error::State));
        #[cfg(feature = "x509")]
        assert_eq!(client.set_eui64_required(true), Err(Error::State));
    }

    #[test]
    fn configurations_are_found_by_name() {
        let names = [&b"first"[..], b"second", b"third"];
        let [mut first, mut second, mut third] = [(); 3].map(|()| Config::new(Role::Server));
        let nameless = Config::new(Role::Server);
        assert_eq!(second.set_next(&nameless), Err(Error::Argument));
        for (config, name) in [&mut first, &mut second, &mut third].into_iter().zip(names) {
            assert_eq!(config.set_server_name(name), Ok(()));
        }
        assert_eq!(second.set_next(&third), Ok(()));
        assert_eq!(first.set_next(&second), Ok(()));
        assert_eq!(first.find_by_name(None), 0);
        assert_eq!(first.find_by_name(Some(b"Third")), 2);
        assert_eq!(first.find_by_name(Some(b"fourth")), 0);
        assert_eq!(first.by_number(1).server_name, Some(&b"second"[..]));
        assert_eq!(first.by_number(9).server_name, Some(&b"first"[..]));
    }

    #[test]
    fn clients_are_asked_when_there_is_something_to_accept() {
        let mut config = Config::new(Role::Server);
        assert_eq!(config.public_keys.client_auth(), ClientAuth::None);
        #[cfg(feature = "rpk")]
        assert_eq!(config.set_peer_key_hashes(&[1; 32]), Ok(()));
        #[cfg(feature = "rpk")]
        assert_eq!(config.public_keys.client_auth(), ClientAuth::Required);
        assert_eq!(config.set_client_auth(ClientAuth::Optional), Ok(()));
        assert_eq!(config.public_keys.client_auth(), ClientAuth::Optional);
    }

    #[cfg(all(feature = "rpk", feature = "server"))]
    #[test]
    fn a_server_shows_a_key_that_it_can_sign_with() {
        let info = public_key_info::make(&[4; 65]);
        let mut config = Config::new(Role::Server);
        assert_eq!(config.set_raw_public_key(&info), Ok(()));
        assert_eq!(config.check(), Err(Error::NoCredential));
        config.set_signer();
        assert_eq!(config.check(), Ok(()));
        assert_eq!(config.set_client_auth(ClientAuth::Required), Ok(()));
        assert_eq!(config.check(), Err(Error::NoCredential));
    }
}
