//! Keying material for the application (RFC 5705).

use super::prf;
use crate::crypto::HmacSha256;

/// "These entries are reserved and MUST NOT be used for the purpose described in RFC 5705, in
/// order to avoid confusion with similar, but distinct, use in RFC 5246" (section 6), and the label
/// that RFC 7627 has added to them in effect.
const RESERVED: [&[u8]; 5] = [
    b"client finished",
    b"server finished",
    b"master secret",
    b"key expansion",
    b"extended master secret",
];

/// Why nothing was exported. Both are mistakes of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportError {
    /// The label is one of TLS's own.
    ReservedLabel,
    /// The context is longer than 65,535 octets.
    ContextTooLong,
}

/// "PRF(SecurityParameters.master_secret, label, SecurityParameters.client_random +
/// SecurityParameters.server_random + context_value_length + context_value)\[length\]"; without a
/// context, the last two are absent, which differs from a context of no octets.
pub(crate) fn export(
    keyed_master: &HmacSha256,
    label: &[u8],
    client_random: &[u8; 32],
    server_random: &[u8; 32],
    context: Option<&[u8]>,
    out: &mut [u8],
) -> Result<(), ExportError> {
    if RESERVED.contains(&label) {
        return Err(ExportError::ReservedLabel);
    }
    let Some(context) = context else {
        prf(keyed_master, label, &[client_random, server_random], out);
        return Ok(());
    };
    // "The context value length is encoded as an unsigned, 16-bit quantity".
    let length = u16::try_from(context.len())
        .map_err(|_| ExportError::ContextTooLong)?
        .to_be_bytes();
    let seed: [&[u8]; 4] = [client_random, server_random, &length, context];
    prf(keyed_master, label, &seed, out);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::hex;
    use crate::key_schedule::tests::{CLIENT_RANDOM, SERVER_RANDOM, keyed_master};

    fn exported<const N: usize>(
        label: &[u8],
        context: Option<&[u8]>,
    ) -> Result<[u8; N], ExportError> {
        let mut out = [0; N];
        export(
            &keyed_master(),
            label,
            &CLIENT_RANDOM,
            &SERVER_RANDOM,
            context,
            &mut out,
        )?;
        Ok(out)
    }

    /// From `openssl kdf -kdfopt digest:SHA256 TLS1-PRF`. No context is not an empty context.
    #[test]
    fn contexts() {
        assert_eq!(
            exported(b"EXPORTER-test", None),
            Ok(hex::<50>(
                "72aa669af27fff818d0f0c1ebcfdb4bc8067f143b0ecd5f1492d7ee2cb6ed839
                 b42ac59acfd67fbfb50d008b55e180868127"
            ))
        );
        assert_eq!(
            exported(b"EXPORTER-test", Some(&[])),
            Ok(hex::<50>(
                "cdbbb03f13527c1be8bd3d54839faa6a730fad2c71734c9094349284b07a2306
                 ff9242a83a2628d2109923409f9020f9ba0e"
            ))
        );
        assert_eq!(
            exported(b"EXPORTER-test", Some(&[1, 2, 3])),
            Ok(hex::<50>(
                "1ee49a06da4ebfccfae880153bfdae7a1834704d9a360998111e667224de9673
                 782c00484e92b4ddbfb62392ff22d0c2bd40"
            ))
        );
    }

    /// The longest context, of octets 5a (from Python's hmac), and one octet more.
    #[test]
    fn context_lengths() {
        let context = [0x5a; 0x1_0000];
        let (longest, _) = context.split_at(0xffff);
        assert_eq!(
            exported(b"EXPORTER-test", Some(longest)),
            Ok(hex::<16>("de9711a1963944000e2d756d40cbba27"))
        );
        assert_eq!(
            exported::<16>(b"EXPORTER-test", Some(&context)),
            Err(ExportError::ContextTooLong)
        );
    }

    #[test]
    fn reserved_labels() {
        for label in RESERVED {
            assert_eq!(exported::<16>(label, None), Err(ExportError::ReservedLabel));
        }
    }
}
