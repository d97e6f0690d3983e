//! Raw public keys (draft section 5.2, RFC 7250): a SubjectPublicKeyInfo that is known beforehand.

use super::peer::PeerKind;
use super::public_key::{Accepted, key_hash};
use crate::crypto::{DIGEST_LENGTH, Digest};
use crate::error::Error;
use crate::wire::certificate::parse_raw;
use crate::wire::public_key_info::{self, PUBLIC_KEY_INFO_LENGTH};

/// The keys that are accepted of peers: whole, or their hashes (requirement 3-3).
#[derive(Clone, Copy, Default)]
pub(crate) struct AcceptedKeys<'a> {
    infos: &'a [u8],
    hashes: &'a [u8],
}

impl<'a> AcceptedKeys<'a> {
    /// Takes SubjectPublicKeyInfos, one after another.
    pub(crate) fn set_infos(&mut self, infos: &'a [u8]) -> Result<(), Error> {
        let (keys, rest) = infos.as_chunks::<PUBLIC_KEY_INFO_LENGTH>();
        let is_key = |info: &[u8; PUBLIC_KEY_INFO_LENGTH]| public_key_info::parse(info).is_ok();
        if !rest.is_empty() || !keys.iter().all(is_key) {
            return Err(Error::Argument);
        }
        self.infos = infos;
        Ok(())
    }

    /// Takes SHA-256 hashes of them, one after another.
    pub(crate) fn set_hashes(&mut self, hashes: &'a [u8]) -> Result<(), Error> {
        if !hashes.len().is_multiple_of(DIGEST_LENGTH) {
            return Err(Error::Argument);
        }
        self.hashes = hashes;
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.infos.is_empty() && self.hashes.is_empty()
    }

    /// Whether a key is accepted, of which only the hash may be known.
    pub(crate) fn contains(&self, hash: &Digest) -> bool {
        let infos = self.infos.as_chunks::<PUBLIC_KEY_INFO_LENGTH>().0;
        let hashes = self.hashes.as_chunks::<DIGEST_LENGTH>().0;
        hashes.contains(hash) || infos.iter().any(|info| key_hash(info) == *hash)
    }
}

/// Reads the peer's Certificate message, of which `None` says that the peer has no key.
pub(crate) fn accept<'m>(
    body: &'m [u8],
    keys: &AcceptedKeys<'_>,
) -> Result<Option<Accepted<'m>>, Error> {
    let info = parse_raw(body)?;
    if info.is_empty() {
        return Ok(None);
    }
    let hash = key_hash(info);
    // Requirement 6-2: whatever is wrong with it, it is just not the key of anybody we know.
    let key = public_key_info::parse(info).map_err(|_| Error::UnknownKey)?;
    if !keys.contains(&hash) {
        return Err(Error::UnknownKey);
    }
    Ok(Some(Accepted {
        key,
        credential: info,
        kind: PeerKind::RawPublicKey,
        key_hash: hash,
        eui64: None,
        name: &[],
        not_after: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Window;
    use crate::wire::certificate::emit_raw;

    fn info(fill: u8) -> [u8; PUBLIC_KEY_INFO_LENGTH] {
        let mut point = [fill; 65];
        point[0] = 4;
        public_key_info::make(&point)
    }

    fn message(info: &[u8]) -> Vec<u8> {
        let mut out = vec![0; info.len() + 3];
        emit_raw(info, &mut Window::new(0, &mut out));
        out
    }

    #[test]
    fn keys_are_known_whole_or_by_hash() {
        let (first, second, third) = (info(1), info(2), info(3));
        let infos = [first, second].concat();
        let hashes = key_hash(&third);
        let mut keys = AcceptedKeys::default();
        assert!(keys.is_empty());
        assert_eq!(keys.set_infos(&infos), Ok(()));
        assert_eq!(keys.set_hashes(&hashes), Ok(()));
        for known in [&first, &second, &third] {
            let body = message(known);
            let accepted = accept(&body, &keys).unwrap().unwrap();
            assert_eq!(accepted.key[1..], known[27..]);
            assert_eq!(accepted.key_hash, key_hash(known));
        }
        let unknown = message(&info(4));
        assert!(matches!(accept(&unknown, &keys), Err(Error::UnknownKey)));
    }

    #[test]
    fn what_is_no_key_of_ours_is_unknown_and_no_key_is_no_key() {
        let mut keys = AcceptedKeys::default();
        let mut other = info(1);
        other[20] ^= 1; // another curve
        let hashes = key_hash(&other);
        assert_eq!(keys.set_hashes(&hashes), Ok(()));
        let body = message(&other);
        assert!(matches!(accept(&body, &keys), Err(Error::UnknownKey)));
        assert!(matches!(accept(&[0, 0, 0], &keys), Ok(None)));
        assert!(matches!(accept(&[0, 0], &keys), Err(Error::Decode)));
    }

    #[test]
    fn lists_have_whole_entries() {
        let mut keys = AcceptedKeys::default();
        let info = info(1);
        assert_eq!(keys.set_infos(&info[1..]), Err(Error::Argument));
        assert_eq!(keys.set_infos(&[0; 91]), Err(Error::Argument));
        assert_eq!(keys.set_hashes(&[0; 33]), Err(Error::Argument));
        assert!(keys.is_empty());
    }
}
