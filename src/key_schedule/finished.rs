//! The content of Finished (RFC 5246 section 7.4.9).

use super::prf;
use crate::crypto::{Digest, HmacSha256};
use crate::wire::finished::VERIFY_DATA_LENGTH;

/// The end whose Finished it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    Client,
    Server,
}

/// "verify_data: PRF(master_secret, finished_label, Hash(handshake_messages))
/// \[0..verify_data_length-1\]".
pub(crate) fn verify_data(
    keyed_master: &HmacSha256,
    sender: Sender,
    transcript: &Digest,
) -> [u8; VERIFY_DATA_LENGTH] {
    // "For Finished messages sent by the client, the string "client finished". For Finished
    // messages sent by the server, the string "server finished"."
    let label = match sender {
        Sender::Client => b"client finished",
        Sender::Server => b"server finished",
    };
    let mut data = [0; VERIFY_DATA_LENGTH];
    prf(keyed_master, label, &[transcript], &mut data);
    data
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::hex;
    use crate::key_schedule::tests::{SESSION_HASH, keyed_master};

    /// From `openssl kdf -kdfopt digest:SHA256 TLS1-PRF`.
    #[test]
    fn both_senders() {
        let keyed = keyed_master();
        assert_eq!(
            verify_data(&keyed, Sender::Client, &SESSION_HASH),
            hex("f813b861b97a93c79427d95f")
        );
        assert_eq!(
            verify_data(&keyed, Sender::Server, &SESSION_HASH),
            hex("e495320f7a6a9fff39c97714")
        );
    }
}
