//! Each rule with a path that keeps it and one that does not. `tests/certificates/make.sh` says what
//! each certificate is.

use super::leaf::Leaf;
use super::path::validate_counting;
use super::*;
extern crate std;
use std::vec::Vec;

/// The certificates of that name, one after another.
macro_rules! certificates {
    ($($name:literal),*) => {
        [$(&include_bytes!(concat!("../../tests/certificates/", $name, ".der"))[..]),*]
    };
}

/// 2026-01-01
const NOW: u64 = 1_767_225_600;
/// 2023-01-01
const EARLIER: u64 = 1_672_531_200;
/// 2039-12-31 and 2024-12-31, both at 23:59:59
const LEAVES_END: u64 = 2_208_988_799;
const SHORT_END: u64 = 1_735_689_599;

const RULES: Rules<'_> = Rules {
    now: Some(NOW),
    purpose: Purpose::Server,
    name: Some(b"server.example"),
    common_name: true,
};
const ANY_NAME: Rules<'_> = Rules {
    name: None,
    ..RULES
};
const CLIENT: Rules<'_> = Rules {
    purpose: Purpose::Client,
    ..ANY_NAME
};

/// The path's judgement, and how many signatures it took.
fn judge<'a>(
    chain: &[&'a [u8]],
    anchors: &[&[u8]],
    rules: &Rules<'_>,
) -> (Result<Leaf<'a>, Invalid>, u8) {
    let mut verifications = 0;
    let chain = chain.iter().copied();
    let leaf = validate_counting(chain, &anchors.concat(), rules, &mut verifications);
    (leaf, verifications)
}

/// `verdict!(leaf, next, ...; anchor, ...; rules)`: what is wrong with that path. The anchor is `root`
/// and the rules are `RULES` unless said otherwise.
macro_rules! verdict {
    ($($chain:literal),* ; $($anchor:literal),* ; $rules:expr) => {
        judge(&certificates!($($chain),*), &certificates!($($anchor),*), &$rules).0.err()
    };
    ($($chain:literal),* ; $($anchor:literal),*) => {
        verdict!($($chain),* ; $($anchor),* ; RULES)
    };
    ($($chain:literal),*) => {
        verdict!($($chain),* ; "root")
    };
}

const MALFORMED: Option<Invalid> = Some(Invalid::Malformed);
const UNSUPPORTED: Option<Invalid> = Some(Invalid::Unsupported);
const UNKNOWN: Option<Invalid> = Some(Invalid::UnknownAnchor);
const EXPIRED: Option<Invalid> = Some(Invalid::Expired);
const NOT_YET: Option<Invalid> = Some(Invalid::NotYetValid);
const NAME: Option<Invalid> = Some(Invalid::Name);
const PATH: Option<Invalid> = Some(Invalid::Path);

#[test]
fn chains_of_up_to_four_below_the_anchor() {
    assert_eq!(verdict!("leaf-root"), None);
    assert_eq!(verdict!("leaf-a", "a"), None);
    assert_eq!(verdict!("leaf-b", "b", "a"), None);
    assert_eq!(verdict!("leaf-c", "c", "b", "a"), None);
    assert_eq!(verdict!("leaf-c", "c", "b"), UNKNOWN);
    assert_eq!(
        judge(&[], &certificates!("root"), &RULES).0.err(),
        MALFORMED
    );
}

/// RFC 5246 7.4.2: "Each following certificate MUST directly certify the one preceding it."
#[test]
fn chains_in_another_order() {
    assert_eq!(verdict!("leaf-b", "a", "b"), PATH);
    assert_eq!(verdict!("leaf-b", "leaf-a", "b", "a"), PATH);
    assert_eq!(verdict!("a", "leaf-a"; "root"; ANY_NAME), PATH);
    // The right key does not make up for another name.
    assert_eq!(verdict!("leaf-a", "a-renamed"), PATH);
    assert_eq!(verdict!("leaf-a"; "a-renamed"), UNKNOWN);
}

#[test]
fn each_signature_is_verified_once_and_that_of_the_root_never() {
    for (chain, count) in [
        (&certificates!("leaf-root")[..], 1),
        (&certificates!("leaf-root", "root"), 1),
        (&certificates!("leaf-a", "a"), 2),
        (&certificates!("leaf-a", "a", "root"), 2),
        (&certificates!("leaf-c", "c", "b", "a"), 4),
    ] {
        let (leaf, verifications) = judge(chain, &certificates!("root"), &RULES);
        assert!(leaf.is_ok());
        assert_eq!(verifications, count);
    }
}

#[test]
fn the_anchor_may_be_an_intermediate_or_the_end_of_what_is_sent() {
    assert_eq!(verdict!("leaf-a"; "a"), None);
    assert_eq!(verdict!("leaf-a", "a", "root"; "a"), None);
    assert_eq!(verdict!("leaf-a", "a", "root"), None);
}

#[test]
fn unknown_anchors() {
    assert_eq!(verdict!("leaf-root"; "root-other-name"), UNKNOWN);
    assert_eq!(verdict!("leaf-root", "root"; "root-other-name"), UNKNOWN);
    assert_eq!(verdict!("leaf-root";), UNKNOWN);
    // The name of an anchor, but another's key.
    assert_eq!(verdict!("leaf-impostor"), UNKNOWN);
    assert_eq!(verdict!("leaf-impostor", "root-other-key"), UNKNOWN);
    assert_eq!(verdict!("leaf-impostor"; "root-other-key"), None);
}

#[test]
fn several_anchors_of_one_name() {
    let [root, other, leaf] = certificates!("root", "root-other-key", "leaf-root");
    // Key identifiers say which is meant, wherever it lies.
    for anchors in [&[other, root][..], &[root, other], &[other, other, root]] {
        let (result, verifications) = judge(&[leaf], anchors, &RULES);
        assert!(result.is_ok());
        assert_eq!(verifications, 1);
    }
    // They are only hints: without them every anchor is tried.
    let (result, verifications) = judge(&certificates!("unknown"), &[other, root], &ANY_NAME);
    assert!(result.is_ok());
    assert_eq!(verifications, 2);
    // Nor does an anchor that may not certify hide another that may.
    assert_eq!(
        verdict!("leaf-root"; "root-not-ca", "root-short", "root"),
        None
    );
}

#[test]
fn crafted_chains_cannot_make_the_work_explode() {
    let [root, other, leaf] = certificates!("root", "root-other-key", "unknown");
    let mut anchors = std::vec![other; 40];
    let (result, verifications) = judge(&[leaf], &anchors, &ANY_NAME);
    assert_eq!(result.err(), UNKNOWN);
    assert_eq!(verifications, VERIFICATIONS_MAX);
    // At each height of the chain all anchors have the right name.
    let mut chain = std::vec![root; 40];
    chain[0] = leaf;
    let (result, verifications) = judge(&chain, &anchors, &ANY_NAME);
    assert!(result.is_err());
    assert_eq!(verifications, VERIFICATIONS_MAX);
    // Where the right one comes within the bound it is found.
    anchors[usize::from(VERIFICATIONS_MAX) - 1] = root;
    assert!(judge(&[leaf], &anchors, &ANY_NAME).0.is_ok());
}

#[test]
fn the_longest_chain() {
    let [leaf, a, again] = certificates!("leaf-a", "a", "a-self-issued");
    for (length, expected) in [(CHAIN_MAX, None), (CHAIN_MAX + 1, PATH)] {
        let mut chain = std::vec![again; length];
        chain[0] = leaf;
        chain[length - 1] = a;
        let (result, verifications) = judge(&chain, &certificates!("root"), &RULES);
        assert_eq!(result.err(), expected);
        let needed = if expected.is_none() { CHAIN_MAX } else { 0 };
        assert_eq!(usize::from(verifications), needed);
    }
}

#[test]
fn signatures() {
    // The right names, but another key of A.
    assert_eq!(verdict!("leaf-a-new-key", "a"), PATH);
    assert_eq!(verdict!("leaf-a-new-key", "a-new-key", "a"), None);
    // The last octet belongs to s. The key is the one that the certificate names.
    for (chain, at) in [
        (&certificates!("leaf-root")[..], 0),
        (&certificates!("leaf-a", "a"), 0),
        (&certificates!("leaf-a", "a"), 1),
    ] {
        let mut altered = chain[at].to_vec();
        *altered.last_mut().unwrap() ^= 1;
        let mut chain = chain.to_vec();
        chain[at] = &altered;
        assert_eq!(judge(&chain, &certificates!("root"), &RULES).0.err(), PATH);
    }
}

#[test]
fn dates() {
    let at = |now| Rules {
        now: Some(now),
        ..RULES
    };
    let begin = 1_577_836_800; // 2020-01-01
    assert_eq!(verdict!("leaf-root"; "root"; at(begin - 1)), NOT_YET);
    assert_eq!(verdict!("leaf-root"; "root"; at(begin)), None);
    assert_eq!(verdict!("leaf-root"; "root"; at(LEAVES_END)), None);
    assert_eq!(verdict!("leaf-root"; "root"; at(LEAVES_END + 1)), EXPIRED);
    let timeless = Rules { now: None, ..RULES };
    // Those of CAs and anchors count as well.
    assert_eq!(verdict!("leaf-a", "a-short"), EXPIRED);
    assert_eq!(verdict!("leaf-a", "a-short"; "root"; at(EARLIER)), None);
    assert_eq!(verdict!("leaf-a", "a-short"; "root"; timeless), None);
    assert_eq!(verdict!("leaf-a", "a-future"), NOT_YET);
    assert_eq!(verdict!("leaf-a", "a-future"; "root"; timeless), None);
    assert_eq!(verdict!("leaf-root"; "root-short"), EXPIRED);
    assert_eq!(verdict!("leaf-root"; "root-short"; at(EARLIER)), None);
    assert_eq!(verdict!("leaf-root"; "root-short"; timeless), None);
}

#[test]
fn the_path_ends_with_its_first_certificate() {
    let earlier = Rules {
        now: Some(EARLIER),
        ..RULES
    };
    let end = |chain: &[&[u8]], anchors: &[&[u8]]| {
        let (leaf, _) = judge(chain, anchors, &earlier);
        leaf.map(|leaf| leaf.not_after)
    };
    let [root, short] = certificates!("root", "root-short");
    assert_eq!(end(&certificates!("leaf-a", "a"), &[root]), Ok(LEAVES_END));
    assert_eq!(
        end(&certificates!("leaf-a", "a-short"), &[root]),
        Ok(SHORT_END)
    );
    assert_eq!(end(&certificates!("leaf-root"), &[short]), Ok(SHORT_END));
}

#[test]
fn only_cas_certify() {
    assert_eq!(verdict!("leaf-a", "a-no-usage"), None);
    assert_eq!(verdict!("leaf-a", "a-not-ca"), PATH);
    assert_eq!(verdict!("leaf-a", "a-no-basic"), PATH);
    assert_eq!(verdict!("leaf-a", "a-no-sign"), PATH);
    assert_eq!(verdict!("leaf-root"; "root-plain"), None);
    assert_eq!(verdict!("leaf-root"; "root-not-ca"), PATH);
    assert_eq!(verdict!("leaf-root"; "root-no-basic"), PATH);
    assert_eq!(verdict!("leaf-root"; "root-no-sign"), PATH);
}

#[test]
fn path_lengths() {
    assert_eq!(verdict!("leaf-a", "a-path-0"), None);
    assert_eq!(verdict!("leaf-b", "b", "a-path-0"), PATH);
    assert_eq!(verdict!("leaf-b", "b", "a-path-1"), None);
    assert_eq!(verdict!("leaf-c", "c", "b", "a-path-1"), PATH);
    assert_eq!(verdict!("leaf-root"; "root-path-0"), None);
    assert_eq!(verdict!("leaf-a", "a"; "root-path-0"), PATH);
    // Self-issued certificates do not count.
    assert_eq!(verdict!("leaf-a-new-key", "a-new-key", "a-path-0"), None);
}

#[test]
fn key_usage_of_the_leaf() {
    assert_eq!(verdict!("plain"), None);
    assert_eq!(verdict!("usage-keyAgreement"; "root"; ANY_NAME), PATH);
    assert_eq!(verdict!("usage-keyCertSign"; "root"; ANY_NAME), PATH);
}

#[test]
fn purposes() {
    assert_eq!(verdict!("plain"; "root"; CLIENT), None);
    assert_eq!(verdict!("leaf-root"; "root"; CLIENT), None);
    assert_eq!(verdict!("purpose-serverAuth"), None);
    assert_eq!(verdict!("purpose-serverAuth"; "root"; CLIENT), PATH);
    assert_eq!(verdict!("purpose-clientAuth"), PATH);
    assert_eq!(verdict!("purpose-clientAuth"; "root"; CLIENT), None);
    assert_eq!(verdict!("purpose-anyExtendedKeyUsage"), None);
    assert_eq!(
        verdict!("purpose-anyExtendedKeyUsage"; "root"; CLIENT),
        None
    );
    assert_eq!(verdict!("purpose-codeSigning"), PATH);
    assert_eq!(verdict!("purpose-codeSigning"; "root"; CLIENT), PATH);
    assert_eq!(verdict!("leaf-a", "a-serverAuth"), None);
    assert_eq!(verdict!("leaf-a", "a-clientAuth"), PATH);
    assert_eq!(verdict!("leaf-a", "a-clientAuth"; "root"; CLIENT), None);
    assert_eq!(verdict!("leaf-a", "a-anyExtendedKeyUsage"), None);
    assert_eq!(verdict!("leaf-root"; "root-clients"), PATH);
    assert_eq!(verdict!("leaf-root"; "root-clients"; CLIENT), None);
}

#[test]
fn constraints_on_dns_names() {
    for a in certificates!("a-permitted", "a-permitted-uncritical") {
        for (leaf, expected) in certificates!(
            "leaf-a",
            "leaf-a-cn-inside",
            "leaf-a-outside",
            "leaf-a-uri",
            "leaf-a-cn-outside"
        )
        .into_iter()
        .zip([None, None, PATH, PATH, PATH])
        {
            let (result, verifications) = judge(&[leaf, a], &certificates!("root"), &ANY_NAME);
            assert_eq!(result.err(), expected);
            // What is cheap comes first.
            assert_eq!(verifications, if expected.is_none() { 2 } else { 0 });
        }
    }
    // Any of several may be the one; none may be outside.
    assert_eq!(
        verdict!("leaf-a-two", "a-permitted"; "root"; ANY_NAME),
        None
    );
    assert_eq!(
        verdict!("leaf-a-two", "a-permitted-uncritical"; "root"; ANY_NAME),
        PATH
    );
    assert_eq!(verdict!("leaf-a", "a-excluded"), PATH);
    assert_eq!(
        verdict!("leaf-a-cn-inside", "a-excluded"; "root"; ANY_NAME),
        None
    );
    // Names of CAs are bound, unless self-issued; so is what an anchor says.
    assert_eq!(verdict!("leaf-b", "b", "a-permitted-uncritical"), None);
    assert_eq!(
        verdict!("leaf-b", "b-named", "a-permitted-uncritical"),
        PATH
    );
    assert_eq!(
        verdict!("leaf-a", "a-self-issued", "a-permitted-uncritical"),
        None
    );
    assert_eq!(verdict!("leaf-root"; "root-constrained"), PATH);
    assert_eq!(verdict!("leaf-a", "a"; "root-constrained"), PATH);
    assert_eq!(verdict!("unknown"; "root-constrained"; ANY_NAME), PATH);
}

#[test]
fn constraints_on_other_names() {
    assert_eq!(verdict!("leaf-a", "a-directory"), UNSUPPORTED);
    assert_eq!(verdict!("leaf-a", "a-directory-uncritical"), None);
    assert_eq!(verdict!("leaf-a", "a-uri"), None);
    assert_eq!(
        verdict!("leaf-a-uri", "a-uri"; "root"; ANY_NAME),
        UNSUPPORTED
    );
    assert_eq!(
        verdict!("leaf-a-cn-inside", "a-email"; "root"; ANY_NAME),
        None
    );
    assert_eq!(
        verdict!("leaf-a-email", "a-email"; "root"; ANY_NAME),
        UNSUPPORTED
    );
}

#[test]
fn unknown_extensions() {
    assert_eq!(verdict!("unknown"; "root"; ANY_NAME), None);
    assert_eq!(verdict!("unknown-critical"; "root"; ANY_NAME), UNSUPPORTED);
}

#[test]
fn doubled_extensions() {
    let [unknown] = certificates!("unknown");
    let doubled = replaced(unknown, &[0x06, 3, 42, 3, 5], &[0x06, 3, 42, 3, 4]);
    assert_eq!(parsed(&doubled), MALFORMED);
}

#[test]
fn algorithms() {
    for (certificate, expected) in certificates!("key-p384", "key-compressed", "signature-sha384")
        .into_iter()
        .zip([UNSUPPORTED; 3])
    {
        assert_eq!(parsed(certificate), expected);
    }
    // The two places must agree.
    let [leaf] = certificates!("leaf-root");
    let sha256 = &[0xCE, 0x3D, 0x04, 0x03, 0x02][..];
    let sha384 = &[0xCE, 0x3D, 0x04, 0x03, 0x03][..];
    let inner = replaced(leaf, sha256, sha384);
    assert_eq!(parsed(&inner), MALFORMED);
    assert_eq!(parsed(&replaced(&inner, sha256, sha384)), UNSUPPORTED);
}

#[test]
fn versions() {
    assert_eq!(parsed(certificates!("version-1")[0]), UNSUPPORTED);
    let [leaf] = certificates!("leaf-root");
    for (version, expected) in [
        (0, UNSUPPORTED),
        (1, UNSUPPORTED),
        (2, None),
        (3, UNSUPPORTED),
    ] {
        let versioned = replaced(leaf, &[0xA0, 3, 2, 1, 2], &[0xA0, 3, 2, 1, version]);
        assert_eq!(parsed(&versioned), expected);
    }
}

#[test]
fn serial_numbers() {
    let [leaf] = certificates!("leaf-root");
    // The 20 octets that openssl draws lie behind the version.
    let at = 4 + 4 + 5;
    let length = usize::from(leaf[at + 1]);
    assert_eq!((leaf[at], length), (2, 20));
    let mut altered = leaf.to_vec();
    altered[at + 2] = 0x7F;
    assert_eq!(parsed(&altered), None);
    altered[at + 2] = 0x80;
    assert_eq!(parsed(&altered), MALFORMED, "negative");
    altered[at + 2..at + 4].copy_from_slice(&[0, 0x7F]);
    assert_eq!(parsed(&altered), MALFORMED, "not minimal");
    altered[at + 2..at + 22].fill(0);
    assert_eq!(parsed(&altered), MALFORMED, "zero, in 20 octets");
    let serial = &leaf[at..at + 22];
    for (octets, expected) in [
        (&[2, 1, 1][..], None),
        (&[2, 1, 0], MALFORMED),
        (&[2, 0], MALFORMED),
        (&[[2, 21, 0].as_slice(), &[0x80; 20]].concat(), None),
        (&[[2, 21].as_slice(), &[0x7F; 21]].concat(), MALFORMED),
    ] {
        assert_eq!(
            parsed(&replaced(leaf, serial, octets)),
            expected,
            "{octets:x?}"
        );
    }
}

#[test]
fn der_is_strict() {
    let [leaf] = certificates!("leaf-root");
    let mut trailing = leaf.to_vec();
    trailing.push(0);
    assert_eq!(parsed(&trailing), MALFORMED);
    for (from, to) in [
        // critical TRUE in another form, and FALSE, which is the default
        (&[1, 1, 0xFF][..], &[1, 1, 1][..]),
        (&[1, 1, 0xFF], &[1, 1, 0]),
        // the signature with an unused bit; the keyUsage with a trailing zero bit
        (&[3, 2, 7, 0x80], &[3, 2, 6, 0x80]),
        // the version in a length that is not minimal
        (&[0xA0, 3, 2, 1, 2], &[0xA0, 0x81, 3, 2, 1, 2]),
        (&[0xA0, 3, 2, 1, 2], &[0xA0, 4, 2, 2, 0, 2]),
        // an issuer without a name
        (
            &[
                0x30, 0x0F, 0x31, 0x0D, 0x30, 0x0B, 6, 3, 0x55, 4, 3, 12, 4, b'R', b'o', b'o', b't',
            ],
            &[0x30, 0],
        ),
        // parameters of the signature algorithm
        (&[0xCE, 0x3D, 4, 3, 2], &[0xCE, 0x3D, 4, 3, 2, 5, 0]),
    ] {
        assert_eq!(
            parsed(&replaced(leaf, from, to)),
            MALFORMED,
            "{from:x?} {to:x?}"
        );
    }
}

#[test]
fn nothing_follows_inside() {
    let [leaf] = certificates!("leaf-root");
    let longer = lengthened([leaf, &[5, 0]].concat(), 2, 2);
    assert_eq!(parsed(&longer), MALFORMED);
    let end_of_signed = 8 + usize::from(u16::from_be_bytes([leaf[6], leaf[7]]));
    let (front, behind) = leaf.split_at(end_of_signed);
    let longer = lengthened([front, &[5, 0], behind].concat(), 2, 2);
    assert_eq!(parsed(&lengthened(longer, 6, 2)), MALFORMED);
}

#[test]
fn what_is_no_signature() {
    let [leaf] = certificates!("leaf-root");
    let at = leaf.windows(2).rposition(|window| window == [0, 0x30]);
    let mut altered = leaf.to_vec();
    altered[at.unwrap() + 1] = 0x31;
    assert_eq!(parsed(&altered), MALFORMED);
}

/// Every octet of a chain is either signed or decides what is.
#[test]
fn no_alteration_validates() {
    let [leaf, a, root] = certificates!("leaf-a", "a", "root");
    for (at, original) in [(0, leaf), (1, a)] {
        for length in 0..original.len() {
            assert_eq!(parsed(&original[..length]), MALFORMED, "{at}: {length}");
        }
        for octet in 0..original.len() {
            let mut altered = original.to_vec();
            for bits in [1, 0x80, 0xFF] {
                altered[octet] = original[octet] ^ bits;
                let mut chain = [leaf, a];
                chain[at] = &altered;
                // Most alterations are seen without a verification; of the others, every eighth
                // is verified.
                if parsed(&altered).is_none() && octet % 8 == 0 {
                    let (result, _) = judge(&chain, &[root], &ANY_NAME);
                    assert!(result.is_err(), "{at}: octet {octet}");
                }
            }
        }
    }
}

#[test]
fn names() {
    assert_eq!(verdict!("names"), None);
    assert_eq!(verdict!("name-uri"), None);
    let upper = Rules {
        name: Some(b"SERVER.EXAMPLE"),
        ..RULES
    };
    assert_eq!(verdict!("names"; "root"; upper), None);
    let other = Rules {
        name: Some(b"other.example"),
        ..RULES
    };
    assert_eq!(verdict!("names"; "root"; other), NAME);
    assert_eq!(verdict!("name-uri"; "root"; other), NAME);
    // The CN of these is the name, but there is a subjectAltName.
    assert_eq!(verdict!("name-https"), NAME);
    assert_eq!(verdict!("name-wildcard"), NAME);
    assert_eq!(verdict!("name-dot"), NAME);
    assert_eq!(verdict!("name-nul"), NAME);
    assert_eq!(verdict!("name-cn-beside"), NAME);
    for name in [
        &b"*.example"[..],
        b"server.example.",
        b"server.example\0.elsewhere",
        b"",
    ] {
        for leaf in certificates!("name-wildcard", "name-dot", "name-nul", "names") {
            let rules = Rules {
                name: Some(name),
                ..RULES
            };
            let (result, _) = judge(&[leaf], &certificates!("root"), &rules);
            assert_eq!(result.err(), NAME, "{name:?}");
        }
    }
}

#[test]
fn the_common_name_stands_in_where_there_is_no_other() {
    assert_eq!(verdict!("name-cn"), None);
    let no_common_name = Rules {
        common_name: false,
        ..RULES
    };
    assert_eq!(verdict!("name-cn"; "root"; no_common_name), NAME);
    assert_eq!(verdict!("names"; "root"; no_common_name), None);
    // Of several only the last counts.
    assert_eq!(verdict!("name-cn-last"), None);
    let first = Rules {
        name: Some(b"host.example"),
        ..RULES
    };
    assert_eq!(verdict!("name-cn-last"; "root"; first), NAME);
}

#[test]
fn the_name_to_show_and_the_eui64() {
    let eui64 = Some([0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77]);
    let leaves = certificates!(
        "names",
        "name-uri",
        "name-https",
        "name-nul",
        "name-wildcard",
        "name-cn",
        "eui64-dns",
        "eui64-cn",
        "eui64-cn-beside",
        "unknown"
    );
    let expected = [
        (Some(&b"host.example"[..]), eui64),
        (Some(b"Server.Example"), eui64),
        // Beside a subjectAltName the CN counts for nothing, whatever is in that.
        (None, None),
        (None, None),
        (None, None),
        (Some(b"Server.Example"), None),
        (Some(b"00-11-22-33-44-55-66-77"), eui64),
        (Some(b"00-11-22-33-44-55-66-77"), eui64),
        (Some(b"device.example"), None),
        (Some(b"Leaf"), None),
    ];
    for (leaf, (name, eui64)) in leaves.into_iter().zip(expected) {
        let (result, _) = judge(&[leaf], &certificates!("root"), &CLIENT);
        let leaf = result.unwrap();
        assert_eq!(leaf.name(), name);
        assert_eq!(leaf.eui64(), eui64);
        assert_eq!(
            crate::wire::public_key_info::parse(leaf.public_key_info),
            Ok(leaf.key)
        );
    }
}

/// Where the CN is no name, it is not told either.
#[test]
fn no_common_name_is_told() {
    let rules = Rules {
        common_name: false,
        ..CLIENT
    };
    for leaf in certificates!("name-cn", "eui64-cn", "eui64-cn-beside", "names", "unknown") {
        let judged = |rules| judge(&[leaf], &certificates!("root"), rules).0.unwrap();
        let (with, without) = (judged(&CLIENT), judged(&rules));
        let has_alternative = !with.names.alternative.is_none();
        assert_eq!(without.name(), with.name().filter(|_| has_alternative));
        assert_eq!(without.eui64(), with.eui64().filter(|_| has_alternative));
    }
}

#[test]
fn certificates_one_after_another() {
    let [root, other, old] = certificates!("root", "root-other-name", "version-1");
    let both = [root, other].concat();
    assert_eq!(check(&[]), Ok(0));
    assert_eq!(check(root), Ok(1));
    assert_eq!(check(&both), Ok(2));
    assert_eq!(check(&both[..both.len() - 1]), Err(Malformed));
    assert_eq!(check(&[&both, &[0][..]].concat()), Err(Malformed));
    assert_eq!(check(&[root, old].concat()), Err(Malformed));
    let certificates: Vec<_> = split(&both).collect();
    assert_eq!(certificates, [Ok(root), Ok(other)]);
    let certificates: Vec<_> = split(&both[..root.len() + 9]).collect();
    assert_eq!(certificates, [Ok(root), Err(Malformed)]);
}

/// What is wrong with one certificate.
fn parsed(der: &[u8]) -> Option<Invalid> {
    certificate::Certificate::parse(der).err()
}

/// The certificate with `to` in place of the first `from`, and the two lengths around it put right.
fn replaced(certificate: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut windows = certificate.windows(from.len());
    let at = windows.position(|window| window == from);
    let at = at.expect("the octets are there");
    let altered = [&certificate[..at], to, &certificate[at + from.len()..]].concat();
    // SEQUENCE of the certificate, SEQUENCE of what is signed.
    [2, 6].into_iter().fold(altered, |altered, length_at| {
        lengthened(altered, length_at, to.len() as i32 - from.len() as i32)
    })
}

/// With the two octets of a length greater by that much.
fn lengthened(mut altered: Vec<u8>, at: usize, difference: i32) -> Vec<u8> {
    let length = i32::from(u16::from_be_bytes([altered[at], altered[at + 1]])) + difference;
    altered[at..at + 2].copy_from_slice(&(length as u16).to_be_bytes());
    altered
}
