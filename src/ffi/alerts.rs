//! The alerts by name, for who reads `mote_info.alert`.

/// The peer closes in order; a warning.
pub const MOTE_ALERT_CLOSE_NOTIFY: u8 = 0;
/// A message came that has no place at this point.
pub const MOTE_ALERT_UNEXPECTED_MESSAGE: u8 = 10;
/// Records do not authenticate; some servers say so for a wrong key.
pub const MOTE_ALERT_BAD_RECORD_MAC: u8 = 20;
/// Reserved; never sent.
pub const MOTE_ALERT_DECRYPTION_FAILED_RESERVED: u8 = 21;
/// A record is larger than what was negotiated.
pub const MOTE_ALERT_RECORD_OVERFLOW: u8 = 22;
/// Never sent: there is no compression.
pub const MOTE_ALERT_DECOMPRESSION_FAILURE: u8 = 30;
/// The two ends have nothing in common, or a key is not accepted.
pub const MOTE_ALERT_HANDSHAKE_FAILURE: u8 = 40;
/// Reserved; never sent.
pub const MOTE_ALERT_NO_CERTIFICATE_RESERVED: u8 = 41;
/// A certificate is malformed, for another name, or wrongly signed. Alerts about certificates are
/// never sent with a pre-shared key or a raw public key.
pub const MOTE_ALERT_BAD_CERTIFICATE: u8 = 42;
/// A certificate is of another kind; also said when the two ends have no type of certificate in
/// common.
pub const MOTE_ALERT_UNSUPPORTED_CERTIFICATE: u8 = 43;
/// Never sent: there is no revocation.
pub const MOTE_ALERT_CERTIFICATE_REVOKED: u8 = 44;
/// A certificate is not valid now.
pub const MOTE_ALERT_CERTIFICATE_EXPIRED: u8 = 45;
/// Never sent: there is always a better one.
pub const MOTE_ALERT_CERTIFICATE_UNKNOWN: u8 = 46;
/// A field has a value that is not allowed.
pub const MOTE_ALERT_ILLEGAL_PARAMETER: u8 = 47;
/// No trust anchor issued the certificates.
pub const MOTE_ALERT_UNKNOWN_CA: u8 = 48;
/// The application refuses the certificate.
pub const MOTE_ALERT_ACCESS_DENIED: u8 = 49;
/// A message does not have its form.
pub const MOTE_ALERT_DECODE_ERROR: u8 = 50;
/// A signature or Finished is wrong: a wrong key, or an identity that nobody has.
pub const MOTE_ALERT_DECRYPT_ERROR: u8 = 51;
/// Reserved; never sent.
pub const MOTE_ALERT_EXPORT_RESTRICTION_RESERVED: u8 = 60;
/// The peer does not speak DTLS 1.2.
pub const MOTE_ALERT_PROTOCOL_VERSION: u8 = 70;
/// Never sent: the suites are all of one strength.
pub const MOTE_ALERT_INSUFFICIENT_SECURITY: u8 = 71;
/// Something failed that is not the peer's concern.
pub const MOTE_ALERT_INTERNAL_ERROR: u8 = 80;
/// Never sent: a handshake that is given up says close_notify.
pub const MOTE_ALERT_USER_CANCELED: u8 = 90;
/// The answer to who asks for a renegotiation; a warning.
pub const MOTE_ALERT_NO_RENEGOTIATION: u8 = 100;
/// A ServerHello has an extension that was not offered.
pub const MOTE_ALERT_UNSUPPORTED_EXTENSION: u8 = 110;
/// A certificate cannot be fetched (RFC 6066).
pub const MOTE_ALERT_CERTIFICATE_UNOBTAINABLE: u8 = 111;
/// Nobody has this name (RFC 6066). Never sent: an unknown name is passed over.
pub const MOTE_ALERT_UNRECOGNIZED_NAME: u8 = 112;
/// Never sent: there is no OCSP.
pub const MOTE_ALERT_BAD_CERTIFICATE_STATUS_RESPONSE: u8 = 113;
/// A certificate that was fetched is another (RFC 6066).
pub const MOTE_ALERT_BAD_CERTIFICATE_HASH_VALUE: u8 = 114;
/// Never sent: an unknown identity is not to be told from a wrong key.
pub const MOTE_ALERT_UNKNOWN_PSK_IDENTITY: u8 = 115;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::AlertDescription;

    /// One list for both languages.
    #[test]
    fn constants_are_named_like_the_alerts() {
        let source = include_str!("alerts.rs");
        let mut count = 0;
        for line in source.lines() {
            let Some(rest) = line.strip_prefix("pub const MOTE_ALERT_") else {
                continue;
            };
            let (name, value) = rest.split_once(": u8 = ").unwrap();
            let number = value.trim_end_matches(';').parse().unwrap();
            let known = AlertDescription(number).name().to_str().unwrap();
            assert_eq!(name.to_lowercase(), known.to_lowercase());
            count += 1;
        }
        let named = (0..=255).filter(|number| AlertDescription(*number).name() != c"unknown");
        assert_eq!(count, named.count());
        assert_eq!(MOTE_ALERT_DECRYPT_ERROR, AlertDescription::DECRYPT_ERROR.0);
    }
}
