/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What each option does with its value, for the table in options.c. */
#ifndef OPTION_SETTERS_H
#define OPTION_SETTERS_H

#include "options.h"

/* NULL, or what is wrong with the value. */
typedef const char *setter(struct options *options, const char *value);

setter set_psk;
setter set_psk_hex;
setter set_rpk;
setter set_peer_rpk;
setter set_peer_rpk_sha256;
setter set_cert;
setter set_key;
setter set_ca;
setter set_cert_url;
setter set_fetch_url;
setter set_client_auth;
setter set_require_eui64;
setter set_name;
setter set_mfl;
setter set_mtu;
setter set_rto_ms;
setter set_timeout;
setter set_heartbeat;
setter set_send;
setter set_get;
setter set_resume;
setter set_session_out;
setter set_session_in;
setter set_cached_info;
setter set_cached_info_used;
setter set_trusted_ca;
setter set_keylog;
setter set_trace;
setter set_coap;
setter set_echo;
setter set_max_peers;
setter set_no_cookie;
setter set_once_only;

bool parse_number(const char *text, uint32_t *number);

/* What no single option can see. When it says false, one line on standard error has said why. */
bool options_check(struct options *options);

#endif
