//! UTCTime and GeneralizedTime (RFC 5280 section 4.1.2.5).

use super::Invalid;
use crate::error::Malformed;
use crate::wire::Reader;
use crate::wire::der::{Der, Tag};

/// The Validity of a certificate, in seconds since 1970. What lies before 1970 counts as 1970.
#[derive(Debug, Clone, Copy)]
pub(super) struct Validity {
    pub(super) not_before: u64,
    pub(super) not_after: u64,
}

impl Validity {
    pub(super) fn parse(mut der: Der<'_>) -> Result<Self, Malformed> {
        let not_before = time(&mut der)?;
        let not_after = time(&mut der)?;
        der.finish()?;
        Ok(Validity {
            not_before,
            not_after,
        })
    }

    /// RFC 5280 4.1.2.5: "the period of time from notBefore through notAfter, inclusive."
    pub(super) fn check(self, now: Option<u64>) -> Result<(), Invalid> {
        match now {
            Some(now) if now < self.not_before => Err(Invalid::NotYetValid),
            Some(now) if now > self.not_after => Err(Invalid::Expired),
            _ => Ok(()),
        }
    }
}

/// RFC 5280 4.1.2.5: "CAs conforming to this profile MUST always encode certificate validity dates
/// through the year 2049 as UTCTime; certificate validity dates in 2050 or later MUST be encoded
/// as GeneralizedTime."
fn time(der: &mut Der<'_>) -> Result<u64, Malformed> {
    let element = der.element()?;
    let mut digits = Reader::new(element.value);
    let year = match element.tag {
        // 4.1.2.5.1: "Where YY is greater than or equal to 50, the year SHALL be interpreted as
        // 19YY".
        Tag::UTC_TIME => match two_digits(&mut digits)? {
            year @ 50.. => 1900 + year,
            year => 2000 + year,
        },
        Tag::GENERALIZED_TIME => match two_digits(&mut digits)? * 100 + two_digits(&mut digits)? {
            year @ 2050.. => year,
            _ => return Err(Malformed),
        },
        _ => return Err(Malformed),
    };
    let month = in_range(two_digits(&mut digits)?, 1, 12)?;
    let day = in_range(two_digits(&mut digits)?, 1, days_of(year, month))?;
    let hour = in_range(two_digits(&mut digits)?, 0, 23)?;
    let minute = in_range(two_digits(&mut digits)?, 0, 59)?;
    // 4.1.2.5.1 and .2: they "MUST include seconds", "MUST NOT include fractional seconds", and
    // "MUST be expressed in Greenwich Mean Time (Zulu)".
    let second = in_range(two_digits(&mut digits)?, 0, 59)?;
    if digits.u8()? != b'Z' {
        return Err(Malformed);
    }
    digits.finish()?;
    // Days are counted from the year 0.
    const DAYS_TO_1970: u32 = 719_528;
    let days = days_before(year, month) + u32::from(day) - 1;
    let Some(days) = days.checked_sub(DAYS_TO_1970) else {
        return Ok(0);
    };
    let seconds = u32::from(second) + 60 * (u32::from(minute) + 60 * u32::from(hour));
    Ok(u64::from(days) * 86_400 + u64::from(seconds))
}

#[inline(never)]
fn two_digits(reader: &mut Reader<'_>) -> Result<u16, Malformed> {
    match reader.array()? {
        [ten @ b'0'..=b'9', one @ b'0'..=b'9'] => {
            Ok(u16::from(ten - b'0') * 10 + u16::from(one - b'0'))
        }
        _ => Err(Malformed),
    }
}

fn in_range(value: u16, least: u16, most: u16) -> Result<u16, Malformed> {
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(Malformed)
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_of(year: u16, month: u16) -> u16 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from the first of January of the year 0 to the first of this month.
fn days_before(year: u16, month: u16) -> u32 {
    // The year 0 is a leap year, as are those that `last` counts.
    let last = u32::from(year.saturating_sub(1));
    let leap_days = last / 4 - last / 100 + last / 400 + u32::from(year > 0);
    let months: u32 = (1..month)
        .map(|month| u32::from(days_of(year, month)))
        .sum();
    u32::from(year) * 365 + leap_days + months
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;

    fn read(tag: Tag, text: &[u8]) -> Result<u64, Malformed> {
        let mut octets = std::vec![tag.0, text.len() as u8];
        octets.extend_from_slice(text);
        let mut der = Der::new(&octets);
        let time = time(&mut der)?;
        der.finish()?;
        Ok(time)
    }

    /// The seconds are those of `date -u -d … +%s`.
    #[test]
    fn times_are_seconds_since_1970() {
        for (text, seconds) in [
            (b"700101000000Z", 0),
            (b"691231235959Z", 0),
            (b"500101000000Z", 0),
            (b"700101000001Z", 1),
            (b"000229123456Z", 951_827_696),
            (b"000301000000Z", 951_868_800),
            (b"260101000000Z", 1_767_225_600),
            (b"491231235959Z", 2_524_607_999),
        ] {
            assert_eq!(read(Tag::UTC_TIME, text), Ok(seconds));
        }
        for (text, seconds) in [
            (b"20500101000000Z", 2_524_608_000),
            (b"21000228235959Z", 4_107_542_399),
            (b"21000301000000Z", 4_107_542_400),
            (b"24000229000000Z", 13_574_563_200),
            (b"99991231235959Z", 253_402_300_799),
        ] {
            assert_eq!(read(Tag::GENERALIZED_TIME, text), Ok(seconds));
        }
    }

    #[test]
    fn other_forms_are_malformed() {
        for text in [
            &b""[..],
            b"2601010000Z",
            b"260101000000",
            b"260101000000+0000",
            b"260101000000z",
            b"260101000000ZZ",
            b"260001000000Z",
            b"261301000000Z",
            b"260100000000Z",
            b"260431000000Z",
            b"260229000000Z",
            b"260101240000Z",
            b"260101006000Z",
            b"260101000060Z",
            b"26010100000 Z",
            b"2601-1000000Z",
            b"20260101000000Z",
        ] {
            assert!(read(Tag::UTC_TIME, text).is_err(), "{text:?}");
        }
        for text in [
            &b"20491231235959Z"[..],
            b"20500101000000.5Z",
            b"20500101000000.Z",
            b"20500101000000",
            b"205001010000Z",
            b"21000229000000Z",
            b"500101000000Z",
        ] {
            assert!(read(Tag::GENERALIZED_TIME, text).is_err(), "{text:?}");
        }
        assert!(read(Tag::OCTET_STRING, b"260101000000Z").is_err());
    }

    #[test]
    fn both_ends_of_the_period_belong_to_it() {
        let validity = Validity {
            not_before: 10,
            not_after: 20,
        };
        for (now, expected) in [
            (None, Ok(())),
            (Some(9), Err(Invalid::NotYetValid)),
            (Some(10), Ok(())),
            (Some(20), Ok(())),
            (Some(21), Err(Invalid::Expired)),
        ] {
            assert_eq!(validity.check(now), expected);
        }
    }
}
