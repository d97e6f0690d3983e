//! The table: what each extension may be, and what becomes of the rest.

use std::vec;
use std::vec::Vec;

use super::ends::Ends;
use crate::error::Error;

/// What an end makes of a hello.
pub(super) type Outcome = Result<(), Error>;

pub(super) const TAKEN: Outcome = Ok(());
pub(super) const DECODE: Outcome = Err(Error::Decode);
const ILLEGAL: Outcome = Err(Error::IllegalParameter);
const FAILURE: Outcome = Err(Error::HandshakeFailure);
/// In a ServerHello: it was not offered, or has no place there.
pub(super) const UNSUPPORTED: Outcome = Err(Error::UnsupportedExtension);
/// No type of certificate in common.
const NO_TYPE: Outcome = Err(Error::UnsupportedCertificate);

/// An extension in one of the hellos.
pub(super) struct Place {
    /// A good one, if our own hello has none.
    pub(super) content: Option<&'static [u8]>,
    /// Where the low octets of the lengths in it stand: one more or one less does not fit.
    pub(super) lengths: &'static [usize],
    /// Without it, with no content, and with one more octet.
    pub(super) absent: Outcome,
    pub(super) empty: Outcome,
    pub(super) longer: Outcome,
    /// Contents that have their form, and a value that is not allowed.
    pub(super) values: &'static [(&'static [u8], Outcome)],
}

/// What most of them make of being empty and of an octet too many.
const STRICT: Place = Place {
    content: None,
    lengths: &[],
    absent: TAKEN,
    empty: DECODE,
    longer: DECODE,
    values: &[],
};

pub(super) struct Row {
    /// Whose hellos it stands in.
    pub(super) ends: Ends,
    pub(super) number: u16,
    pub(super) name: &'static str,
    pub(super) in_client_hello: Place,
    /// `None`: it has no place there.
    pub(super) in_server_hello: Option<Place>,
    /// What a client says to the good answer when it has not offered it; `None` when it always does.
    pub(super) not_offered: Option<Outcome>,
}

/// The table. To add an extension: switch it on in `ends.rs`, and write its row.
pub(super) fn table() -> Vec<Row> {
    let more = [
        #[cfg(feature = "heartbeat")]
        heartbeat(),
        #[cfg(feature = "certificate-url")]
        client_certificate_url(),
        #[cfg(feature = "trusted-ca")]
        trusted_ca_keys(),
        #[cfg(all(feature = "cached-info", feature = "x509"))]
        cached_info(),
    ];
    of_the_first_profile().into_iter().chain(more).collect()
}

/// What there is in every build with raw public keys.
fn of_the_first_profile() -> Vec<Row> {
    vec![
        Row {
            ends: Ends::RawKeys,
            number: 0,
            name: "server_name",
            in_client_hello: Place {
                lengths: &[1, 4],
                values: &[
                    // A name of no octets; another type of name.
                    (&[0, 3, 0, 0, 0], DECODE),
                ],
                ..STRICT
            },
            in_server_hello: Some(Place {
                content: Some(&[]),
                empty: TAKEN,
                ..STRICT
            }),
            not_offered: Some(UNSUPPORTED),
        },
        Row {
            ends: Ends::RawKeys,
            number: 1,
            name: "max_fragment_length",
            in_client_hello: Place {
                values: &[(&[0], ILLEGAL), (&[5], ILLEGAL), (&[255], ILLEGAL)],
                ..STRICT
            },
            in_server_hello: Some(Place {
                values: &[(&[0], ILLEGAL), (&[2], ILLEGAL), (&[5], ILLEGAL)],
                ..STRICT
            }),
            not_offered: Some(UNSUPPORTED),
        },
        Row {
            ends: Ends::RawKeys,
            number: 10,
            name: "supported_groups",
            in_client_hello: Place {
                lengths: &[1],
                // secp384r1 alone; half a group; none.
                values: &[
                    (&[0, 2, 0, 24], FAILURE),
                    (&[0, 1, 0], DECODE),
                    (&[0, 0], DECODE),
                ],
                ..STRICT
            },
            in_server_hello: None,
            not_offered: Some(UNSUPPORTED),
        },
        Row {
            ends: Ends::RawKeys,
            number: 11,
            name: "ec_point_formats",
            in_client_hello: Place {
                lengths: &[0],
                // Compressed points alone; none.
                values: &[(&[1, 1], ILLEGAL), (&[0], DECODE)],
                ..STRICT
            },
            in_server_hello: Some(Place {
                content: Some(&[1, 0]),
                lengths: &[0],
                values: &[(&[1, 1], ILLEGAL), (&[0], DECODE)],
                ..STRICT
            }),
            not_offered: Some(UNSUPPORTED),
        },
        Row {
            ends: Ends::RawKeys,
            number: 13,
            name: "signature_algorithms",
            in_client_hello: Place {
                lengths: &[1],
                // RFC 5246 7.4.1.4.1: without it the client means SHA-1, which we do not.
                absent: FAILURE,
                // ecdsa with SHA-1 alone; half an algorithm; none.
                values: &[
                    (&[0, 2, 2, 3], FAILURE),
                    (&[0, 1, 4], DECODE),
                    (&[0, 0], DECODE),
                ],
                ..STRICT
            },
            in_server_hello: None,
            not_offered: Some(UNSUPPORTED),
        },
        Row {
            ends: Ends::RawKeys,
            number: 19,
            name: "client_certificate_type",
            in_client_hello: Place {
                lengths: &[0],
                absent: NO_TYPE,
                values: &[(&[1, 0], NO_TYPE), (&[1, 1], NO_TYPE), (&[0], DECODE)],
                ..STRICT
            },
            in_server_hello: Some(Place {
                content: Some(&[2]),
                values: &[(&[0], ILLEGAL), (&[1], ILLEGAL)],
                ..STRICT
            }),
            not_offered: Some(UNSUPPORTED),
        },
        Row {
            ends: Ends::RawKeys,
            number: 20,
            name: "server_certificate_type",
            in_client_hello: Place {
                lengths: &[0],
                absent: NO_TYPE,
                values: &[(&[1, 0], NO_TYPE), (&[1, 1], NO_TYPE), (&[0], DECODE)],
                ..STRICT
            },
            in_server_hello: Some(Place {
                content: Some(&[2]),
                absent: NO_TYPE,
                values: &[(&[0], ILLEGAL), (&[1], ILLEGAL)],
                ..STRICT
            }),
            not_offered: Some(UNSUPPORTED),
        },
        Row {
            ends: Ends::RawKeys,
            number: 23,
            name: "extended_master_secret",
            in_client_hello: Place {
                empty: TAKEN,
                ..STRICT
            },
            in_server_hello: Some(Place {
                empty: TAKEN,
                ..STRICT
            }),
            not_offered: None,
        },
        Row {
            ends: Ends::RawKeys,
            number: 0xFF01,
            name: "renegotiation_info",
            in_client_hello: Place {
                // Ours has the SCSV instead.
                content: Some(&[0]),
                values: &[(&[1, 9], FAILURE), (&[1], DECODE), (&[2, 9], DECODE)],
                ..STRICT
            },
            in_server_hello: Some(Place {
                values: &[(&[1, 9], FAILURE), (&[1], DECODE), (&[2, 9], DECODE)],
                ..STRICT
            }),
            not_offered: None,
        },
    ]
}

#[cfg(feature = "heartbeat")]
fn heartbeat() -> Row {
    // RFC 6520 section 2: "Upon reception of an unknown mode, an error Alert message using
    // illegal_parameter as its AlertDescription MUST be sent in response."
    const MODE: Place = Place {
        values: &[
            (&[1], TAKEN),
            (&[2], TAKEN),
            (&[0], ILLEGAL),
            (&[3], ILLEGAL),
            (&[255], ILLEGAL),
        ],
        ..STRICT
    };
    Row {
        ends: Ends::RawKeys,
        number: 15,
        name: "heartbeat",
        in_client_hello: MODE,
        in_server_hello: Some(MODE),
        not_offered: Some(UNSUPPORTED),
    }
}

/// RFC 6066 section 5: "The "extension_data" field of this extension SHALL be empty." So is the answer.
#[cfg(feature = "certificate-url")]
fn client_certificate_url() -> Row {
    const EMPTY: Place = Place {
        empty: TAKEN,
        ..STRICT
    };
    Row {
        ends: Ends::Certificates,
        number: 2,
        name: "client_certificate_url",
        in_client_hello: EMPTY,
        in_server_hello: Some(EMPTY),
        not_offered: Some(UNSUPPORTED),
    }
}

#[cfg(feature = "trusted-ca")]
fn trusted_ca_keys() -> Row {
    Row {
        ends: Ends::Certificates,
        number: 3,
        name: "trusted_ca_keys",
        in_client_hello: Place {
            // Of the list, and of the name in it.
            lengths: &[1, 4],
            values: &[
                // "clients may include none"; pre_agreed; an authority that nobody has.
                (&[0, 0], TAKEN),
                (&[0, 1, 0], TAKEN),
                (&[0, 5, 2, 0, 2, 0x30, 0], TAKEN),
                // A name of no octets; half a length; half a hash, of a key and of a certificate; a
                // kind that is not known.
                (&[0, 3, 2, 0, 0], DECODE),
                (&[0, 2, 2, 0], DECODE),
                (&[0, 3, 1, 7, 7], DECODE),
                (&[0, 3, 3, 7, 7], DECODE),
                (&[0, 1, 4], DECODE),
                (&[0, 2, 0, 4], DECODE),
            ],
            ..STRICT
        },
        // RFC 6066 section 6: "The "extension_data" field of this extension SHALL be empty."
        in_server_hello: Some(Place {
            empty: TAKEN,
            values: &[(&[0, 0], DECODE), (&[0, 1, 0], DECODE)],
            ..STRICT
        }),
        not_offered: Some(UNSUPPORTED),
    }
}

#[cfg(all(feature = "cached-info", feature = "x509"))]
fn cached_info() -> Row {
    Row {
        ends: Ends::Certificates,
        number: 25,
        name: "cached_info",
        in_client_hello: Place {
            // Of the list, and of the fingerprint in it.
            lengths: &[1, 3],
            values: &[
                // A fingerprint of something else, of another length; twice; of an unknown type.
                (&[0, 3, 1, 1, 7], TAKEN),
                (&[0, 6, 1, 1, 7, 1, 1, 7], TAKEN),
                (&[0, 3, 77, 1, 7], TAKEN),
                // None; one of no octets; a type alone; as a server says it.
                (&[0, 0], DECODE),
                (&[0, 2, 1, 0], DECODE),
                (&[0, 5, 1, 1, 7, 1, 0], DECODE),
                (&[0, 1, 1], DECODE),
                (&[0, 2, 1, 2], DECODE),
            ],
            ..STRICT
        },
        in_server_hello: Some(Place {
            lengths: &[1],
            values: &[
                // RFC 7924 section 4: "it MUST only include CachedObjects of a type also supported
                // by the client". Not offered, alone and beside what was; unknown; twice.
                (&[0, 1, 2], ILLEGAL),
                (&[0, 2, 1, 2], ILLEGAL),
                (&[0, 1, 0], ILLEGAL),
                (&[0, 1, 77], ILLEGAL),
                (&[0, 2, 1, 1], ILLEGAL),
                // As a client says it.
                (&[0, 3, 1, 1, 7], ILLEGAL),
                (&[0, 0], DECODE),
            ],
            ..STRICT
        }),
        not_offered: Some(UNSUPPORTED),
    }
}
