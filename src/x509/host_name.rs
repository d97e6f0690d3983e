//! Host names: what is one, and when two are the same (RFC 5280 section 4.2.1.6, RFC 6125 section
//! 6.4).

/// The most octets of a label and of a whole name (RFC 1034 section 3.1, without the root).
const LABEL_MAX: usize = 63;
const NAME_MAX: usize = 253;

/// The "preferred name syntax" of RFC 1034 section 3.5, where RFC 1123 section 2.1 lets a label
/// begin with a digit. No wildcard, no trailing dot, no NUL and no other octet fits it.
pub(super) fn is_well_formed(name: &[u8]) -> bool {
    name.len() <= NAME_MAX && name.split(|octet| *octet == b'.').all(is_label)
}

fn is_label(label: &[u8]) -> bool {
    let is_part = |octet: &u8| octet.is_ascii_alphanumeric() || *octet == b'-';
    label.len() <= LABEL_MAX
        && label.first().is_some_and(u8::is_ascii_alphanumeric)
        && label.last().is_some_and(u8::is_ascii_alphanumeric)
        && label.iter().all(is_part)
}

/// RFC 6125 6.4.1: "each label MUST match", "case-insensitive ASCII comparison". RFC 7925 4.4.1:
/// "Certificates MUST NOT contain domain names with wildcard characters."
pub(super) fn is_same(presented: &[u8], reference: &[u8]) -> bool {
    is_well_formed(presented) && presented.eq_ignore_ascii_case(reference)
}

/// Whether a constraint on DNS names has the form of one: a host name, nothing at all, or a host
/// name behind a dot.
pub(super) fn is_constraint(base: &[u8]) -> bool {
    base.is_empty() || is_well_formed(base.strip_prefix(b".").unwrap_or(base))
}

/// RFC 5280 4.2.1.10: "Any DNS name that can be constructed by simply adding zero or more labels
/// to the left-hand side of the name satisfies the name constraint." One that begins with a dot
/// wants at least one label more, as other libraries read it.
pub(super) fn is_within(name: &[u8], base: &[u8]) -> bool {
    let Some((front, end)) =
        (name.len().checked_sub(base.len())).and_then(|at| name.split_at_checked(at))
    else {
        return false;
    };
    let at_a_label = front.is_empty() || front.ends_with(b".") || base.starts_with(b".");
    end.eq_ignore_ascii_case(base) && (at_a_label || base.is_empty())
}

/// The host of a coap or coaps URI (RFC 7252 sections 6.1 and 6.2), if it is a host name.
pub(super) fn of_coap_uri(uri: &[u8]) -> Option<&[u8]> {
    let rest = strip_prefix(uri, b"coaps://").or_else(|| strip_prefix(uri, b"coap://"))?;
    let (authority, _) = split_before(rest, b"/?#");
    let (host, port) = split_before(authority, b":");
    // What stands behind the first colon begins with it.
    let mut port = port.iter().skip(1);
    let is_authority = uri.iter().all(u8::is_ascii_graphic) && port.all(u8::is_ascii_digit);
    (is_authority && is_well_formed(host)).then_some(host)
}

/// What stands before the first of these delimiters, and from there on.
fn split_before<'a>(text: &'a [u8], delimiters: &[u8]) -> (&'a [u8], &'a [u8]) {
    let end = text.iter().position(|octet| delimiters.contains(octet));
    text.split_at_checked(end.unwrap_or(text.len()))
        .unwrap_or((text, &[]))
}

/// What follows on a prefix, whose case does not count.
pub(super) fn strip_prefix<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (front, rest) = text.split_at_checked(prefix.len())?;
    front.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_formed_names() {
        for name in [
            &b"a"[..],
            b"example.com",
            b"A-1.B--2",
            b"1.2.3",
            &[b'x'; 63],
        ] {
            assert!(is_well_formed(name), "{name:?}");
        }
        for name in [
            &b""[..],
            b".",
            b"a.",
            b".a",
            b"a..b",
            b"*.example.com",
            b"a\0.example.com",
            b"example.com\0",
            b"-a",
            b"a-",
            b"a_b",
            b"a b",
            b"b\xC3\xBCcher.example",
            b"[::1]",
            b"a@b",
            &[b'x'; 64],
        ] {
            assert!(!is_well_formed(name), "{name:?}");
        }
        let mut name = [b'a'; 255];
        name.iter_mut()
            .skip(1)
            .step_by(2)
            .for_each(|octet| *octet = b'.');
        assert!(is_well_formed(&name[..253]));
        assert!(!is_well_formed(&name));
    }

    #[test]
    fn names_match_without_regard_to_case_and_only_when_well_formed() {
        assert!(is_same(b"Server.Example", b"sERVER.eXAMPLE"));
        for (presented, reference) in [
            (&b"server.example"[..], &b"server.example."[..]),
            (b"server.example.", b"server.example."),
            (b"server.example\0", b"server.example\0"),
            (b"*.example", b"server.example"),
            (b"*.example", b"*.example"),
            (b"", b""),
            (b"example", b"server.example"),
            (b"server.example", b"example"),
        ] {
            assert!(!is_same(presented, reference));
        }
    }

    #[test]
    fn constraints_hold_whole_labels() {
        for (name, base) in [
            (&b"host.example.com"[..], &b"host.example.com"[..]),
            (b"www.host.example.com", b"host.example.com"),
            (b"WWW.HOST.example.com", b"host.EXAMPLE.com"),
            (b"anything", b""),
            (b"host.example.com", b".example.com"),
        ] {
            assert!(is_within(name, base), "{name:?} {base:?}");
        }
        for (name, base) in [
            (&b"host1.example.com"[..], &b"host.example.com"[..]),
            (b"badexample.com", b"example.com"),
            (b"com", b"example.com"),
            (b"example.com", b".example.com"),
            (b"example.org", b"example.com"),
        ] {
            assert!(!is_within(name, base), "{name:?} {base:?}");
        }
    }

    #[test]
    fn forms_of_constraints() {
        for base in [&b""[..], b"example.com", b".example.com"] {
            assert!(is_constraint(base));
        }
        for base in [&b"."[..], b"..a", b"example.com.", b"*.a", b"a\0"] {
            assert!(!is_constraint(base));
        }
    }

    #[test]
    fn hosts_of_coap_uris() {
        for (uri, host) in [
            (&b"coap://a.example"[..], &b"a.example"[..]),
            (b"COAPS://A.example:5684/path?x", b"A.example"),
            (b"coaps://a:", b"a"),
            (b"coaps://a?x:y", b"a"),
            (b"coaps://a#x", b"a"),
        ] {
            assert_eq!(of_coap_uri(uri), Some(host));
        }
        for uri in [
            &b""[..],
            b"coap",
            b"coaps:a.example",
            b"coaps:/a.example",
            b"https://a.example",
            b"coap+tcp://a.example",
            b"coaps://",
            b"coaps:///a",
            b"coaps://user@a.example",
            b"coaps://[::1]",
            b"coaps://a:12x",
            b"coaps://a:1:2",
            b"coaps://a.example/\0",
            b"coaps://a.example /",
            b"coaps://a.example./",
            b"coaps://*.example/",
            b"coaps://a%2Eb/",
        ] {
            assert_eq!(of_coap_uri(uri), None, "{uri:?}");
        }
    }
}
