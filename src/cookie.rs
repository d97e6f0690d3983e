//! Floor 5: stateless cookies (RFC 6347 section 4.2.1).
//!
//! A cookie is an HMAC over the peer's address and everything of its ClientHello that stands in
//! front of the cookie field, so that a first fragment can be judged without keeping anything.

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::crypto::{DIGEST_LENGTH, HmacSha256, Mac};
use crate::error::Error;
use crate::host::Host;
use crate::time::Instant;
use crate::wire::client_hello::ClientHelloStart;

/// Octets of our cookies.
pub(crate) const COOKIE_LENGTH: usize = DIGEST_LENGTH;

/// How long a secret makes cookies; it is then accepted for as long again.
const ROTATION_MS: u32 = 60_000;

/// The secrets behind the cookies: the current one and, for clients that are under way while it
/// changes, the one before.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct CookieSecrets {
    current: [u8; 32],
    previous: [u8; 32],
    #[zeroize(skip)]
    made: Option<Instant>,
}

impl CookieSecrets {
    /// No secret yet: the first cookie draws one.
    pub(crate) fn new() -> Self {
        CookieSecrets {
            current: [0; 32],
            previous: [0; 32],
            made: None,
        }
    }

    /// Draws a new secret at once; the current one becomes the one before.
    pub(crate) fn rotate(&mut self, now: Instant, host: &mut dyn Host) -> Result<(), Error> {
        self.refresh(now, host)?;
        let mut fresh = [0; 32];
        host.random(&mut fresh)?;
        self.previous = core::mem::replace(&mut self.current, fresh);
        self.made = Some(now);
        Ok(())
    }

    /// Draws a new secret when the current one is due. RFC 6347 4.2.1: "The server can defend
    /// against this attack by changing the Secret value frequently".
    fn refresh(&mut self, now: Instant, host: &mut dyn Host) -> Result<(), Error> {
        let age = self.made.map(|made| now.since(made));
        if age.is_some_and(|age| age < ROTATION_MS) {
            return Ok(());
        }
        // A secret that was idle for longer than its second life is not given one.
        let keep = age.is_some_and(|age| age < 2 * ROTATION_MS);
        let mut fresh = [0; 32];
        host.random(&mut fresh)?;
        let mut idle = self.current;
        if !keep {
            host.random(&mut idle)?;
        }
        // Only now: a source that has nothing yet leaves everything as it was.
        self.previous = idle;
        self.current = fresh;
        self.made = Some(now);
        Ok(())
    }

    /// The cookie for this ClientHello.
    pub(crate) fn make(
        &mut self,
        address: &[u8],
        hello: &ClientHelloStart<'_>,
        now: Instant,
        host: &mut dyn Host,
    ) -> Result<[u8; COOKIE_LENGTH], Error> {
        self.refresh(now, host)?;
        Ok(compute(&self.current, address, hello))
    }

    /// Whether the ClientHello carries a cookie of ours that still holds. RFC 6347 4.2.1: "An
    /// alternative approach is simply to try verifying with both secrets."
    pub(crate) fn verify(
        &mut self,
        address: &[u8],
        hello: &ClientHelloStart<'_>,
        now: Instant,
        host: &mut dyn Host,
    ) -> Result<bool, Error> {
        if hello.cookie.len() != COOKIE_LENGTH {
            return Ok(false);
        }
        self.refresh(now, host)?;
        let matches = |secret| bool::from(compute(secret, address, hello)[..].ct_eq(hello.cookie));
        Ok(matches(&self.current) || matches(&self.previous))
    }
}

fn compute(secret: &[u8; 32], address: &[u8], hello: &ClientHelloStart<'_>) -> [u8; COOKIE_LENGTH] {
    let mac = HmacSha256::new(&[secret]);
    // Every part that varies in length says so first, or two inputs could read the same.
    let parts: [&[u8]; 6] = [
        &[address.len() as u8],
        address,
        &hello.client_version.0.to_be_bytes(),
        hello.random,
        &[hello.session_id.len() as u8],
        hello.session_id,
    ];
    mac.tag(&parts, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{RandomFailure, Sent};
    use crate::wire::Version;

    struct Dice(u8);

    impl Host for Dice {
        fn send(&mut self, _: &[u8]) -> Sent {
            Sent::Failed
        }

        fn random(&mut self, out: &mut [u8]) -> Result<(), RandomFailure> {
            self.0 = self.0.checked_add(1).ok_or(RandomFailure::Failed)?;
            out.fill(self.0);
            Ok(())
        }
    }

    const HELLO: ClientHelloStart<'_> = ClientHelloStart {
        client_version: Version::DTLS_1_2,
        random: &[7; 32],
        session_id: &[1, 2],
        cookie: &[],
    };

    fn cookie(secrets: &mut CookieSecrets, now: u32, host: &mut Dice) -> [u8; COOKIE_LENGTH] {
        secrets
            .make(b"addr", &HELLO, Instant(now), host)
            .unwrap_or([0; COOKIE_LENGTH])
    }

    fn accepts(
        secrets: &mut CookieSecrets,
        address: &[u8],
        hello: &ClientHelloStart<'_>,
        now: u32,
        host: &mut Dice,
    ) -> bool {
        secrets.verify(address, hello, Instant(now), host) == Ok(true)
    }

    /// Bug class 38: bound to the address and to each parameter in front of it.
    #[test]
    fn a_cookie_holds_for_its_own_hello_only() {
        let (mut secrets, mut host) = (CookieSecrets::new(), Dice(0));
        let cookie = cookie(&mut secrets, 0, &mut host);
        let hello = ClientHelloStart {
            cookie: &cookie,
            ..HELLO
        };
        let mut check =
            |address: &[u8], hello| accepts(&mut secrets, address, &hello, 1, &mut host);
        assert!(check(b"addr", hello));
        assert!(!check(b"addR", hello));
        assert!(!check(b"", hello));
        assert!(!check(
            b"addr",
            ClientHelloStart {
                random: &[8; 32],
                ..hello
            }
        ));
        assert!(!check(
            b"addr",
            ClientHelloStart {
                session_id: &[1],
                ..hello
            }
        ));
        assert!(!check(
            b"addr",
            ClientHelloStart {
                client_version: Version(0xFEFC),
                ..hello
            }
        ));
        assert!(!check(
            b"addr",
            ClientHelloStart {
                cookie: &[],
                ..hello
            }
        ));
        assert!(!check(
            b"addr",
            ClientHelloStart {
                cookie: &cookie[..31],
                ..hello
            }
        ));
        let mut altered = cookie;
        altered[31] ^= 1;
        assert!(!check(
            b"addr",
            ClientHelloStart {
                cookie: &altered,
                ..hello
            }
        ));
    }

    #[test]
    fn the_secret_rotates_and_its_predecessor_holds_for_a_while() {
        let (mut secrets, mut host) = (CookieSecrets::new(), Dice(0));
        let old = cookie(&mut secrets, 0, &mut host);
        let hello = ClientHelloStart {
            cookie: &old,
            ..HELLO
        };
        assert_eq!(cookie(&mut secrets, ROTATION_MS - 1, &mut host), old);
        assert_ne!(cookie(&mut secrets, ROTATION_MS, &mut host), old);
        assert!(accepts(
            &mut secrets,
            b"addr",
            &hello,
            2 * ROTATION_MS - 1,
            &mut host
        ));
        assert!(!accepts(
            &mut secrets,
            b"addr",
            &hello,
            2 * ROTATION_MS,
            &mut host
        ));
    }

    #[test]
    fn an_idle_secret_does_not_come_back() {
        let (mut secrets, mut host) = (CookieSecrets::new(), Dice(0));
        let old = cookie(&mut secrets, 0, &mut host);
        let hello = ClientHelloStart {
            cookie: &old,
            ..HELLO
        };
        assert!(!accepts(
            &mut secrets,
            b"addr",
            &hello,
            2 * ROTATION_MS,
            &mut host
        ));
    }

    #[test]
    fn a_failing_random_source_makes_no_cookie() {
        let (mut secrets, mut host) = (CookieSecrets::new(), Dice(u8::MAX));
        let made = secrets.make(b"addr", &HELLO, Instant(0), &mut host);
        assert_eq!(made, Err(Error::Random));
    }
}
