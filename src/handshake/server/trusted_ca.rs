//! Which of our chains a client trusts (RFC 6066 section 6).

use crate::config::Config;
use crate::wire::extension::trusted_ca_keys::TrustedAuthorities;

/// The number of the configuration that serves a client, and whether its list decided that. "Servers
/// that receive a client hello containing the "trusted_ca_keys" extension MAY use the information
/// contained in the extension to guide their selection of an appropriate certificate chain".
///
/// The name that a client asks for comes first: of the configurations of that name, or of all when
/// none has it, the first whose chain leads to an authority of the list. Without one it is as if
/// there were no list.
pub(super) fn choose(
    config: &Config<'_>,
    name: Option<&[u8]>,
    authorities: Option<TrustedAuthorities<'_>>,
) -> (u8, bool) {
    let default = config.find_by_name(name);
    let Some((authorities, is_trusted)) = authorities.zip(config.is_trusted) else {
        return (default, false);
    };
    let is_there = config.linked().any(|one| one.has_name(name));
    let found = config.linked().position(|one| {
        let keys = &one.public_keys;
        let is_candidate = !is_there || one.has_name(name);
        is_candidate
            && keys.can_sign()
            && keys
                .chain
                .is_some_and(|chain| is_trusted(chain, keys.anchors(), &authorities))
    });
    match found {
        Some(number) => (number as u8, true),
        None => (default, false),
    }
}
