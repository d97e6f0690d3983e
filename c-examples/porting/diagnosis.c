/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a status tells a device to do. */
#include "link.h"

/* [advise] */
/* `info` is of the failed connection, before it is wiped. */
enum advice advise(mote_status status, const mote_info *info)
{
  switch (status) { /* without default: the compiler names what is missing */
  case MOTE_OK:
  case MOTE_WANT_READ:
  case MOTE_WANT_WRITE:
  case MOTE_PENDING:
    return ADVICE_GO_ON;
  case MOTE_CLOSED:
  case MOTE_STALE:
  case MOTE_ERROR_SESSION:
  case MOTE_ERROR_FORGERY_LIMIT:
  case MOTE_ERROR_SEQUENCE_EXHAUSTED:
  case MOTE_ERROR_PEER_GONE:
    return ADVICE_CONNECT_AGAIN;
  case MOTE_ERROR_TIMEOUT:
  case MOTE_ERROR_IO:
  case MOTE_ERROR_CALLBACK:
  case MOTE_ERROR_CERTIFICATE_UNOBTAINABLE:
  case MOTE_ERROR_DECODE:
  case MOTE_ERROR_UNEXPECTED_MESSAGE:
  case MOTE_ERROR_ILLEGAL_PARAMETER:
    return ADVICE_RETRY_LATER;
  case MOTE_ERROR_DECRYPT:
  case MOTE_ERROR_UNSUPPORTED_CERTIFICATE:
  case MOTE_ERROR_CERTIFICATE_MISSING:
  case MOTE_ERROR_UNKNOWN_KEY:
  case MOTE_ERROR_UNKNOWN_CA:
  case MOTE_ERROR_CERTIFICATE_EXPIRED:
  case MOTE_ERROR_CERTIFICATE_NAME:
  case MOTE_ERROR_BAD_CERTIFICATE:
  case MOTE_ERROR_BAD_SIGNATURE:
  case MOTE_ERROR_REFUSED:
  case MOTE_ERROR_CERTIFICATE_HASH: /* what stands under the URL is not what it was */
    return ADVICE_CHECK_CREDENTIALS;
  case MOTE_ERROR_PEER_ALERT:
    switch (info->alert) {
    case 20:  /* bad_record_mac: some servers, for a wrong key */
    case 42:  /* bad_certificate */
    case 43:  /* unsupported_certificate */
    case 44:  /* certificate_revoked */
    case 45:  /* certificate_expired: or the peer's clock is wrong */
    case 46:  /* certificate_unknown */
    case 48:  /* unknown_ca */
    case 49:  /* access_denied */
    case 114: /* bad_certificate_hash_value: what stands under our URL has changed */
    case 51:  /* decrypt_error: wrong key or unknown identity */
    case 115: /* unknown_psk_identity */
      return ADVICE_CHECK_CREDENTIALS;
    case 40: /* handshake_failure */
    case 70: /* protocol_version */
    case 71: /* insufficient_security */
      return ADVICE_CHECK_SETTINGS;
    default:
      return ADVICE_RETRY_LATER;
    }
  case MOTE_ERROR_HANDSHAKE_FAILURE:
  case MOTE_ERROR_PROTOCOL_VERSION:
  case MOTE_ERROR_UNSUPPORTED_EXTENSION:
  case MOTE_ERROR_RECORD_OVERFLOW:
  case MOTE_ERROR_MESSAGE_TOO_LONG:
  case MOTE_ERROR_DATAGRAM_TOO_LONG:
    return ADVICE_CHECK_SETTINGS;
  case MOTE_ERROR_RANDOM:
  case MOTE_ERROR_CRYPTO:
  case MOTE_ERROR_CERTIFICATE_NOT_YET_VALID: /* our clock has stopped, most often */
    return ADVICE_CHECK_DEVICE;
  case MOTE_ERROR_ARGUMENT:
  case MOTE_ERROR_SIZE:
  case MOTE_ERROR_ALIGNMENT:
  case MOTE_ERROR_STATE:
  case MOTE_ERROR_NO_CREDENTIAL:
  case MOTE_ERROR_NO_MEMORY_LENT:
  case MOTE_ERROR_NO_TIME:
  case MOTE_ERROR_NO_SERVER_NAME:
  case MOTE_ERROR_UNKNOWN_IDENTITY:
  case MOTE_FORCE_INT:
    break;
  }
  return ADVICE_FIX_PROGRAM;
}
/* [advise end] */

/* [retry] */
/* 10 s after the first failure, then twice as long each time, to an hour; from an hour to a day
 * when somebody has to change something. The upper half is drawn, so that a fleet that lost its
 * server does not come back as one. It never ends: nothing of a handshake that failed is proof. */
uint32_t retry_after_ms(enum advice advice, unsigned failures, uint16_t random)
{
  const bool is_quick = advice <= ADVICE_RETRY_LATER;
  const uint32_t greatest = is_quick ? 3600000 : 86400000;
  uint32_t wait = is_quick ? 10000 : 3600000;
  for (unsigned i = 1; i < failures && wait < greatest; i++)
    wait *= 2;
  wait = wait < greatest ? wait : greatest;
  return wait / 2 + (uint32_t)((uint64_t)(wait / 2) * random / 65535);
}
/* [retry end] */
