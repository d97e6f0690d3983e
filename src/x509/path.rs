//! Path validation (RFC 5280 section 6.1), from the leaf upward.
//!
//! 1. The leaf: dates, usage, name.
//! 2. Is there an anchor that has the name of the issuer, may certify what is below it, and whose
//!    key verifies the signature? Then the path ends here; what the peer sent beyond is not read.
//! 3. Otherwise the next certificate must have the name of the issuer and may certify what is below
//!    it: back to 2 with that one.
//! 4. The signatures below the anchor, downward.
//!
//! Anchors are certificates, and what they say of dates, usage, path length and names counts (RFC
//! 5280 6.2 leaves that to us). Nothing is verified before all that costs less is in order, and
//! never more than [`VERIFICATIONS_MAX`] signatures.
//!
//! A [`Certificate`] takes stack, so those functions that have one return before a signature is
//! verified (`inline(never)` keeps them apart) and leave only a [`Link`].

use super::certificate::{Certificate, Signed};
use super::leaf::Leaf;
use super::names::Name;
use super::{CHAIN_MAX, Invalid, Rules, VERIFICATIONS_MAX, split};
use crate::crypto::Point;

/// Validates the path of a certificate: the leaf comes first, and each next one certifies the one
/// before (RFC 5246 section 7.4.2). The anchors are certificates one after another.
pub(crate) fn validate<'a>(
    chain: impl Iterator<Item = &'a [u8]> + Clone,
    anchors: &[u8],
    rules: &Rules<'_>,
) -> Result<Leaf<'a>, Invalid> {
    let mut verifications = 0;
    validate_counting(chain, anchors, rules, &mut verifications)
}

/// Likewise; says how many signatures were verified.
pub(super) fn validate_counting<'a>(
    chain: impl Iterator<Item = &'a [u8]> + Clone,
    anchors: &[u8],
    rules: &Rules<'_>,
    verifications: &mut u8,
) -> Result<Leaf<'a>, Invalid> {
    let mut walk = Walk {
        chain: chain.clone(),
        anchors,
        rules,
        below: 1,
        intermediates: 0,
        not_after: u64::MAX,
        verifications,
    };
    let mut rest = chain;
    let first = rest.next().ok_or(Invalid::Malformed)?;
    let link = walk.leaf(first)?;
    walk.climb(link, rest)?;
    let not_after = walk.not_after;
    leaf_of(first, not_after, rules.common_name)
}

/// What is asked of the leaf once its path is valid: only then, so that it takes no stack before.
#[inline(never)]
fn leaf_of(der: &[u8], not_after: u64, common_name: bool) -> Result<Leaf<'_>, Invalid> {
    let leaf = Certificate::parse(der)?;
    Ok(Leaf {
        der,
        key: leaf.key,
        public_key_info: leaf.public_key_info,
        not_after,
        names: leaf.names(),
        common_name,
    })
}

/// What the next step needs of a certificate.
#[derive(Clone, Copy)]
struct Link<'a> {
    signed: Signed<'a>,
    issuer: Name<'a>,
    authority_key: Option<&'a [u8]>,
}

impl<'a> From<&Certificate<'a>> for Link<'a> {
    fn from(certificate: &Certificate<'a>) -> Self {
        Link {
            signed: certificate.signed,
            issuer: certificate.issuer,
            authority_key: certificate.extensions.authority_key,
        }
    }
}

/// An anchor that may certify.
struct Anchor<'w> {
    key: &'w Point,
    not_after: u64,
}

struct Walk<'w, C> {
    chain: C,
    anchors: &'w [u8],
    rules: &'w Rules<'w>,
    /// How many certificates of the chain are part of the path so far.
    below: usize,
    /// Those of them that are neither leaf nor self-issued.
    intermediates: u8,
    not_after: u64,
    verifications: &'w mut u8,
}

impl<'a, 'w, C: Iterator<Item = &'a [u8]> + Clone> Walk<'w, C> {
    #[inline(never)]
    fn leaf(&mut self, der: &'a [u8]) -> Result<Link<'a>, Invalid> {
        let leaf = Certificate::parse(der)?;
        leaf.validity.check(self.rules.now)?;
        if !leaf.extensions.may_sign() || !leaf.extensions.serves(self.rules.purpose) {
            return Err(Invalid::Path);
        }
        let is_of_host = |host| leaf.names().is_of_host(host, self.rules.common_name);
        if !self.rules.name.is_none_or(is_of_host) {
            return Err(Invalid::Name);
        }
        self.not_after = leaf.validity.not_after;
        Ok(Link::from(&leaf))
    }

    /// Finds the anchor above a certificate.
    fn climb(&mut self, leaf: Link<'a>, mut rest: C) -> Result<(), Invalid> {
        let mut current = leaf;
        let mut failure = None;
        while self.below <= CHAIN_MAX {
            match self.anchor(&current) {
                Ok(()) => return self.signatures_below(),
                Err(invalid) => failure = failure.or(invalid),
            }
            let Some(next) = rest.next() else {
                return Err(failure.unwrap_or(Invalid::UnknownAnchor));
            };
            current = match self.next(next, &current)? {
                Some(issuer) => issuer,
                None => return Err(failure.unwrap_or(Invalid::Path)),
            };
        }
        Err(Invalid::Path)
    }

    /// The next certificate of the chain; `None` when it is not of the issuer.
    #[inline(never)]
    fn next(&mut self, der: &'a [u8], current: &Link<'a>) -> Result<Option<Link<'a>>, Invalid> {
        let issuer = Certificate::parse(der)?;
        if issuer.subject != current.issuer {
            return Ok(None);
        }
        self.check_issuer(&issuer)?;
        self.not_after = self.not_after.min(issuer.validity.not_after);
        self.below += 1;
        self.intermediates += u8::from(!issuer.is_self_issued());
        Ok(Some(Link::from(&issuer)))
    }

    /// Looks for the anchor that certifies `current`. RFC 5280 4.2.1.1 and .2: key identifiers
    /// "facilitate certification path construction"; they say only which anchors are tried first.
    fn anchor(&mut self, current: &Link<'a>) -> Result<(), Option<Invalid>> {
        let mut failure = None;
        for is_named_by_key in [true, false] {
            for der in split(self.anchors).map_while(Result::ok) {
                match self.candidate(der, current, is_named_by_key) {
                    Ok(None) => {}
                    Ok(Some(anchor)) if self.is_signed_by(current.signed, anchor.key) => {
                        self.not_after = self.not_after.min(anchor.not_after);
                        return Ok(());
                    }
                    // The key is the one that the certificate names: its signature is wrong.
                    Ok(_) if is_named_by_key => failure = failure.or(Some(Invalid::Path)),
                    Ok(_) => failure = failure.or(Some(Invalid::UnknownAnchor)),
                    Err(invalid) => failure = failure.or(Some(invalid)),
                }
            }
        }
        Err(failure)
    }

    /// An anchor, if it has the name of the issuer and is, or is not, the one whose key the
    /// certificate names.
    #[inline(never)]
    fn candidate(
        &self,
        der: &'w [u8],
        current: &Link<'a>,
        is_named_by_key: bool,
    ) -> Result<Option<Anchor<'w>>, Invalid> {
        let Ok(anchor) = Certificate::parse(der) else {
            return Ok(None);
        };
        let key = current.authority_key;
        let has_that_key = key.is_some() && key == anchor.extensions.subject_key;
        if anchor.subject != current.issuer || has_that_key != is_named_by_key {
            return Ok(None);
        }
        self.check_issuer(&anchor)?;
        Ok(Some(Anchor {
            key: anchor.key,
            not_after: anchor.validity.not_after,
        }))
    }

    /// Whether that certificate, of the chain or an anchor, may certify what is below it. Costs no
    /// signature.
    fn check_issuer(&self, issuer: &Certificate<'_>) -> Result<(), Invalid> {
        issuer.validity.check(self.rules.now)?;
        let extensions = &issuer.extensions;
        // RFC 5280 6.1.4 (k), (n), (l) and (m).
        if !extensions.is_ca
            || !extensions.may_certify()
            || extensions.path_length < self.intermediates
            || !extensions.serves(self.rules.purpose)
        {
            return Err(Invalid::Path);
        }
        // 6.1.3 (b) and (c).
        if let Some(constraints) = extensions.name_constraints {
            for (at, der) in self.chain.clone().take(self.below).enumerate() {
                let certificate = Certificate::parse(der)?;
                let is_leaf = at == 0;
                // "If certificate i is self-issued and it is not the final certificate in the path,
                // skip this step".
                if is_leaf || !certificate.is_self_issued() {
                    constraints.check(&certificate.names(), is_leaf)?;
                }
            }
        }
        Ok(())
    }

    /// The signatures between the certificates of the chain, once the highest is authentic.
    fn signatures_below(&mut self) -> Result<(), Invalid> {
        for at in (1..self.below).rev() {
            let mut pair = self.chain.clone().skip(at - 1);
            let (Some(subject), Some(issuer)) = (pair.next(), pair.next()) else {
                return Err(Invalid::Path);
            };
            let (signed, key) = (signed_of(subject)?, key_of(issuer)?);
            if !self.is_signed_by(signed, key) {
                return Err(Invalid::Path);
            }
        }
        Ok(())
    }

    fn is_signed_by(&mut self, signed: Signed<'_>, key: &Point) -> bool {
        if *self.verifications >= VERIFICATIONS_MAX {
            return false;
        }
        *self.verifications += 1;
        signed.is_by(key)
    }
}

#[inline(never)]
fn signed_of(der: &[u8]) -> Result<Signed<'_>, Invalid> {
    Certificate::parse(der).map(|certificate| certificate.signed)
}

#[inline(never)]
fn key_of(der: &[u8]) -> Result<&Point, Invalid> {
    Certificate::parse(der).map(|certificate| certificate.key)
}
