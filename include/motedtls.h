/* libmotedtls: DTLS 1.2 for constrained devices.
 *
 * Generated from src/ffi by `cargo xtask header`: change it there.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0 */

#ifndef MOTEDTLS_H
#define MOTEDTLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Every handle and workspace begins at a multiple of so many octets. */
#define MOTE_ALIGNMENT 8

/** The peer closes in order; a warning. */
#define MOTE_ALERT_CLOSE_NOTIFY 0

/** A message came that has no place at this point. */
#define MOTE_ALERT_UNEXPECTED_MESSAGE 10

/** Records do not authenticate; some servers say so for a wrong key. */
#define MOTE_ALERT_BAD_RECORD_MAC 20

/** Reserved; never sent. */
#define MOTE_ALERT_DECRYPTION_FAILED_RESERVED 21

/** A record is larger than what was negotiated. */
#define MOTE_ALERT_RECORD_OVERFLOW 22

/** Never sent: there is no compression. */
#define MOTE_ALERT_DECOMPRESSION_FAILURE 30

/** The two ends have nothing in common, or a key is not accepted. */
#define MOTE_ALERT_HANDSHAKE_FAILURE 40

/** Reserved; never sent. */
#define MOTE_ALERT_NO_CERTIFICATE_RESERVED 41

/**
 * A certificate is malformed, for another name, or wrongly signed. Alerts about certificates are
 * never sent with a pre-shared key or a raw public key.
 */
#define MOTE_ALERT_BAD_CERTIFICATE 42

/**
 * A certificate is of another kind; also said when the two ends have no type of certificate in
 * common.
 */
#define MOTE_ALERT_UNSUPPORTED_CERTIFICATE 43

/** Never sent: there is no revocation. */
#define MOTE_ALERT_CERTIFICATE_REVOKED 44

/** A certificate is not valid now. */
#define MOTE_ALERT_CERTIFICATE_EXPIRED 45

/** Never sent: there is always a better one. */
#define MOTE_ALERT_CERTIFICATE_UNKNOWN 46

/** A field has a value that is not allowed. */
#define MOTE_ALERT_ILLEGAL_PARAMETER 47

/** No trust anchor issued the certificates. */
#define MOTE_ALERT_UNKNOWN_CA 48

/** The application refuses the certificate. */
#define MOTE_ALERT_ACCESS_DENIED 49

/** A message does not have its form. */
#define MOTE_ALERT_DECODE_ERROR 50

/** A signature or Finished is wrong: a wrong key, or an identity that nobody has. */
#define MOTE_ALERT_DECRYPT_ERROR 51

/** Reserved; never sent. */
#define MOTE_ALERT_EXPORT_RESTRICTION_RESERVED 60

/** The peer does not speak DTLS 1.2. */
#define MOTE_ALERT_PROTOCOL_VERSION 70

/** Never sent: the suites are all of one strength. */
#define MOTE_ALERT_INSUFFICIENT_SECURITY 71

/** Something failed that is not the peer's concern. */
#define MOTE_ALERT_INTERNAL_ERROR 80

/** Never sent: a handshake that is given up says close_notify. */
#define MOTE_ALERT_USER_CANCELED 90

/** The answer to who asks for a renegotiation; a warning. */
#define MOTE_ALERT_NO_RENEGOTIATION 100

/** A ServerHello has an extension that was not offered. */
#define MOTE_ALERT_UNSUPPORTED_EXTENSION 110

/** A certificate cannot be fetched (RFC 6066). */
#define MOTE_ALERT_CERTIFICATE_UNOBTAINABLE 111

/** Nobody has this name (RFC 6066). Never sent: an unknown name is passed over. */
#define MOTE_ALERT_UNRECOGNIZED_NAME 112

/** Never sent: there is no OCSP. */
#define MOTE_ALERT_BAD_CERTIFICATE_STATUS_RESPONSE 113

/** A certificate that was fetched is another (RFC 6066). */
#define MOTE_ALERT_BAD_CERTIFICATE_HASH_VALUE 114

/** Never sent: an unknown identity is not to be told from a wrong key. */
#define MOTE_ALERT_UNKNOWN_PSK_IDENTITY 115

/** The most octets of a peer's address. To the library an address is opaque octets. */
#define MOTE_ADDRESS_MAX 32

/** `send`: not now. `recv`: there is nothing. `random`: not enough entropy yet. */
#define MOTE_IO_NOTHING (-1)

/** `send`: the datagram is larger than the path takes. The library lowers its MTU. */
#define MOTE_IO_TOO_BIG (-2)

/** Octets of a `mote_config`. */
#if defined(MOTE_PSK_ONLY)
#if UINTPTR_MAX > 0xFFFFFFFFu
#define MOTE_CONFIG_SIZE 176
#else
#define MOTE_CONFIG_SIZE 112
#endif
#else
#if UINTPTR_MAX > 0xFFFFFFFFu
#define MOTE_CONFIG_SIZE 440
#else
#define MOTE_CONFIG_SIZE 248
#endif
#endif

/** Octets of a `mote_connection`. */
#if defined(MOTE_PSK_ONLY)
#if UINTPTR_MAX > 0xFFFFFFFFu
#define MOTE_CONNECTION_SIZE 568
#else
#define MOTE_CONNECTION_SIZE 488
#endif
#else
#if UINTPTR_MAX > 0xFFFFFFFFu
#define MOTE_CONNECTION_SIZE 640
#else
#define MOTE_CONNECTION_SIZE 552
#endif
#endif

/** Octets of a workspace without reassembly buffer. */
#if defined(MOTE_PSK_ONLY)
#if UINTPTR_MAX > 0xFFFFFFFFu
#define MOTE_WORKSPACE_SIZE 848
#else
#define MOTE_WORKSPACE_SIZE 840
#endif
#else
#if UINTPTR_MAX > 0xFFFFFFFFu
#define MOTE_WORKSPACE_SIZE 1144
#else
#define MOTE_WORKSPACE_SIZE 1128
#endif
#endif

/** Octets of a `mote_server` without its peers, workspaces and buffer. */
#if UINTPTR_MAX > 0xFFFFFFFFu
#define MOTE_SERVER_HEADER_SIZE 288
#else
#define MOTE_SERVER_HEADER_SIZE 208
#endif

/** Octets of a `mote_server` for each peer: its association, and its place in the index. */
#if defined(MOTE_PSK_ONLY)
#if UINTPTR_MAX > 0xFFFFFFFFu
#define MOTE_SERVER_PEER_SIZE 456
#else
#define MOTE_SERVER_PEER_SIZE 448
#endif
#else
#if UINTPTR_MAX > 0xFFFFFFFFu
#define MOTE_SERVER_PEER_SIZE 512
#else
#define MOTE_SERVER_PEER_SIZE 504
#endif
#endif

/** Octets of a `mote_server` for each workspace, beside the workspace itself. */
#if defined(MOTE_PSK_ONLY)
#if UINTPTR_MAX > 0xFFFFFFFFu
#define MOTE_SERVER_HANDSHAKE_SIZE 424
#else
#define MOTE_SERVER_HANDSHAKE_SIZE 416
#endif
#else
#if UINTPTR_MAX > 0xFFFFFFFFu
#define MOTE_SERVER_HANDSHAKE_SIZE 480
#else
#define MOTE_SERVER_HANDSHAKE_SIZE 472
#endif
#endif

/**
 * Octets of stack that `mote_connection_handshake` takes at most, without the application's
 * callbacks: measured on Cortex-M4 with portable crypto (docs/footprint.md has each call, set of
 * features and provider). On other processors paint the stack and look.
 */
#if defined(MOTE_PSK_ONLY)
#define MOTE_STACK_HANDSHAKE 2688
#else
#define MOTE_STACK_HANDSHAKE 6656
#endif

/** Octets of stack that any other call takes at most but those of a `mote_server`: likewise. */
#if defined(MOTE_PSK_ONLY)
#define MOTE_STACK_CALL 1984
#else
#define MOTE_STACK_CALL 2176
#endif

/** Octets of stack that a call on a `mote_server` takes at most: likewise. */
#if defined(MOTE_PSK_ONLY)
#define MOTE_STACK_SERVER 2688
#else
#define MOTE_STACK_SERVER 6720
#endif

/** The most octets of a PSK identity. */
#define MOTE_PSK_IDENTITY_MAX 128

/** The most octets of a pre-shared key. */
#define MOTE_PSK_KEY_MAX 64

/** First retransmission timeout unless set, in milliseconds (RFC 6347 section 4.2.4.1). */
#define MOTE_RETRANSMISSION_INITIAL_MS 1000

/** First retransmission timeout for constrained networks (RFC 7925 section 11). */
#define MOTE_RETRANSMISSION_INITIAL_CONSTRAINED_MS 9000

/** Greatest retransmission timeout unless set, in milliseconds (RFC 6347 section 4.2.4.1). */
#define MOTE_RETRANSMISSION_MAX_MS 60000

/**
 * How long a handshake may take as a whole, unless set: 10 minutes. One with the timers for
 * constrained networks, which waits 123 seconds for each answer at most, finishes within.
 */
#define MOTE_HANDSHAKE_TIMEOUT_MS 600000

/** Octets of UDP payload that are sent at most, unless set. */
#define MOTE_MTU_DEFAULT 1200

/** The smallest MTU that can be set. */
#define MOTE_MTU_MIN 128

/** Octets of a SubjectPublicKeyInfo: of a raw public key on P-256, its point uncompressed. */
#define MOTE_PUBLIC_KEY_INFO_LENGTH 91

/** Octets of the SHA-256 hash of a SubjectPublicKeyInfo. */
#define MOTE_KEY_HASH_LENGTH 32

/** Octets of an EUI-64. */
#define MOTE_EUI64_LENGTH 8

/** Octets of a SHA-1 hash. */
#define MOTE_SHA1_LENGTH 20

/** The most octets of a session that is kept. */
#define MOTE_SESSION_MAX 280

/** How many seconds after it was made a session is not resumed any more: 24 hours (RFC 5246 F.1.4). */
#define MOTE_SESSION_LIFETIME_S 86400

/** Octets of a `mote_session_cache` without its entries. */
#define MOTE_SESSION_CACHE_HEADER_SIZE 16

/** Octets of one entry of a `mote_session_cache`. */
#define MOTE_SESSION_CACHE_ENTRY_SIZE 296

/** The smallest datagram buffer, in octets. */
#define MOTE_BUFFER_MIN 128

/** Octets that a protected record adds to its data. */
#define MOTE_RECORD_OVERHEAD 29

/** `mote_connection_timeout`: the connection need not be called again until something happens. */
#define MOTE_NO_TIMEOUT UINT32_MAX

/** Octets of the memory of `mote_connection_set_cached_info` beside the messages. */
#define MOTE_CACHED_INFO_OVERHEAD 88

/**
 * A handshake that has gone on for so many milliseconds gives its workspace to a new client that
 * has shown a good cookie, when no other is free; the oldest goes first.
 */
#define MOTE_SERVER_YIELD_MS 5000

/**
 * A peer that was heard of more recently than so many milliseconds ago makes no room for another,
 * unless `mote_server_set_idle` says otherwise.
 */
#define MOTE_SERVER_IDLE_MS 30000

/**
 * What a call returns.
 *
 * Positive values are no errors. `MOTE_ERROR_...` values down to -19 are usage errors: nothing has
 * changed, and the call may be repeated. Those from -20 on are final: the connection is over, its
 * keys are gone, and every later call returns the same status.
 */
typedef enum mote_status {
  /** Done. */
  MOTE_OK = 0,
  /** Nothing to do until a datagram arrives or the timeout passes. */
  MOTE_WANT_READ = 1,
  /** `send` said "not now": call again when the transport can send. */
  MOTE_WANT_WRITE = 2,
  /** A callback has not answered yet: call again when it can. */
  MOTE_PENDING = 3,
  /** The connection was closed in order, by the peer or by us. */
  MOTE_CLOSED = 4,
  /** The peer of this handle is gone: it has closed, failed, begun anew or made room. */
  MOTE_STALE = 5,
  /**
   * `random` has not gathered enough entropy yet: nothing is lost; call again when it has, or when
   * the timeout has passed.
   */
  MOTE_WANT_ENTROPY = 6,
  /** A pointer is NULL, or a value is out of its range. */
  MOTE_ERROR_ARGUMENT = -1,
  /** Memory is too small, or a length too great. */
  MOTE_ERROR_SIZE = -2,
  /** Memory does not begin at a multiple of `MOTE_ALIGNMENT` octets. */
  MOTE_ERROR_ALIGNMENT = -3,
  /**
   * The call does not fit the state: the handle is not initialised, the configuration is frozen
   * (or not yet), the handshake is not done, a callback called back.
   */
  MOTE_ERROR_STATE = -4,
  /** The configuration has no credential. */
  MOTE_ERROR_NO_CREDENTIAL = -5,
  /** The call needs the workspace or the buffer, and none is lent. */
  MOTE_ERROR_NO_MEMORY_LENT = -6,
  /** For a `mote_psk_lookup` to return: nobody has this identity. */
  MOTE_ERROR_UNKNOWN_IDENTITY = -7,
  /** A session was refused: altered, too old, or not of this server, name and identity. */
  MOTE_ERROR_SESSION = -8,
  /**
   * There are trust anchors, and neither `mote_config_set_time` nor `mote_config_set_no_time`
   * was called.
   */
  MOTE_ERROR_NO_TIME = -9,
  /** A client with trust anchors has no name to look for in the server's certificate. */
  MOTE_ERROR_NO_SERVER_NAME = -10,
  /**
   * The peer did not answer in time, or the handshake took longer than
   * `mote_config_set_handshake_timeout` allows.
   */
  MOTE_ERROR_TIMEOUT = -20,
  /** The peer ended the connection with a fatal alert: see `mote_info.alert`. */
  MOTE_ERROR_PEER_ALERT = -21,
  /** A message of the peer does not have its form. */
  MOTE_ERROR_DECODE = -22,
  /** A message of the peer has no place at this point. */
  MOTE_ERROR_UNEXPECTED_MESSAGE = -23,
  /** A field of a message has a value that is not allowed. */
  MOTE_ERROR_ILLEGAL_PARAMETER = -24,
  /** The two ends have no suite in common, or the peer refuses what is required. */
  MOTE_ERROR_HANDSHAKE_FAILURE = -25,
  /** The peer does not speak DTLS 1.2. */
  MOTE_ERROR_PROTOCOL_VERSION = -26,
  /** The peer answers an extension that was not offered. */
  MOTE_ERROR_UNSUPPORTED_EXTENSION = -27,
  /** The peer's Finished is wrong, or it does not hold the key of its identity. */
  MOTE_ERROR_DECRYPT = -28,
  /** An authenticated record is larger than what was negotiated. */
  MOTE_ERROR_RECORD_OVERFLOW = -29,
  /** As many records as allowed failed authentication. */
  MOTE_ERROR_FORGERY_LIMIT = -30,
  /** The sequence numbers of the connection are used up. */
  MOTE_ERROR_SEQUENCE_EXHAUSTED = -31,
  /**
   * A handshake message does not fit the reassembly buffer: `mote_info.reassembly_needed` says
   * how many octets it has.
   */
  MOTE_ERROR_MESSAGE_TOO_LONG = -32,
  /**
   * The peer did not answer in time, and datagrams had come that did not fit the buffer:
   * `mote_info.datagram_needed` says how many octets the largest had.
   */
  MOTE_ERROR_DATAGRAM_TOO_LONG = -33,
  /**
   * The peer has answered none of our heartbeats, and sent nothing else either. Its session can
   * still be resumed.
   */
  MOTE_ERROR_PEER_GONE = -34,
  /**
   * The two ends have no type of certificate in common, or one of the peer's has a key or
   * signature other than ECDSA on P-256 with SHA-256.
   */
  MOTE_ERROR_UNSUPPORTED_CERTIFICATE = -50,
  /** The peer has shown neither key nor certificate, and has to. */
  MOTE_ERROR_CERTIFICATE_MISSING = -51,
  /** The peer's raw public key is none of those that are accepted. */
  MOTE_ERROR_UNKNOWN_KEY = -52,
  /** No trust anchor issued the peer's certificates. */
  MOTE_ERROR_UNKNOWN_CA = -53,
  /** One of the peer's certificates is not valid any more. */
  MOTE_ERROR_CERTIFICATE_EXPIRED = -54,
  /** One of the peer's certificates is not valid yet: is our clock right? */
  MOTE_ERROR_CERTIFICATE_NOT_YET_VALID = -55,
  /** The peer's certificate is for another name, or lacks the EUI-64 that is required. */
  MOTE_ERROR_CERTIFICATE_NAME = -56,
  /**
   * One of the peer's certificates is malformed, has a wrong signature, or was not to be used
   * so.
   */
  MOTE_ERROR_BAD_CERTIFICATE = -57,
  /** The peer's signature is wrong: it does not hold the private key. */
  MOTE_ERROR_BAD_SIGNATURE = -58,
  /** The `mote_verify` callback has refused the peer. */
  MOTE_ERROR_REFUSED = -59,
  /** What a client's URL refers to cannot be had, and a certificate is required. */
  MOTE_ERROR_CERTIFICATE_UNOBTAINABLE = -60,
  /** What was fetched for a client's URL does not have the hash that the client gave. */
  MOTE_ERROR_CERTIFICATE_HASH = -61,
  /** The random source failed, gave only zeros, or gave the same 32 octets twice in a row. */
  MOTE_ERROR_RANDOM = -40,
  /** `send` or `recv` failed for good. */
  MOTE_ERROR_IO = -41,
  /** A callback failed. */
  MOTE_ERROR_CALLBACK = -42,
  /** The crypto provider failed. */
  MOTE_ERROR_CRYPTO = -43,
  /** No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says. */
  MOTE_FORCE_INT = 2147483647,
} mote_status;

/**
 * What to do about a status.
 *
 * Nothing of a handshake that failed is proof: anyone on the path can forge what ends one. So no
 * advice says "never again", and none is a reason to throw a credential away: wait as
 * `mote_backoff_ms` says, longer each time, and tell somebody.
 */
typedef enum mote_advice {
  /** Nothing is wrong: call again as `mote_connection_timeout` says. */
  MOTE_ADVICE_GO_ON = 0,
  /** The connection or its session is used up: connect again, without the session. */
  MOTE_ADVICE_CONNECT_AGAIN = 1,
  /** The peer, the path or somebody on it misbehaves, or nobody is there: it may pass. */
  MOTE_ADVICE_RETRY_LATER = 2,
  /** The peer does not hold what we trust in: it is another, or what we trust in is out of date. */
  MOTE_ADVICE_WRONG_CREDENTIALS = 3,
  /** The peer does not accept what we show: it may have to be provisioned again. */
  MOTE_ADVICE_PROVISION_AGAIN = 4,
  /**
   * The two ends do not fit together: it goes on so until the settings or the software of one of
   * them change.
   */
  MOTE_ADVICE_GIVE_UP = 5,
  /** Our random source, clock or crypto hardware does not do what it should. */
  MOTE_ADVICE_CHECK_DEVICE = 6,
  /** The program calls the library wrongly. */
  MOTE_ADVICE_FIX_PROGRAM = 7,
  /** No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says. */
  MOTE_ADVICE_FORCE_INT = 2147483647,
} mote_advice;

/** Which end of the handshake a configuration is for. */
typedef enum mote_role {
  /** Sends the ClientHello. */
  MOTE_ROLE_CLIENT = 0,
  /** Answers it. */
  MOTE_ROLE_SERVER = 1,
  /** No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says. */
  MOTE_ROLE_FORCE_INT = 2147483647,
} mote_role;

/** Who sent something. */
typedef enum mote_direction {
  /** Nobody. */
  MOTE_DIRECTION_NONE = 0,
  /** We did. */
  MOTE_DIRECTION_SENT = 1,
  /** The peer did. */
  MOTE_DIRECTION_RECEIVED = 2,
  /** No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says. */
  MOTE_DIRECTION_FORCE_INT = 2147483647,
} mote_direction;

/** Whether a server asks its clients for a key or certificate. */
typedef enum mote_client_auth {
  /** It does not. */
  MOTE_CLIENT_AUTH_NONE = 0,
  /** It asks, and goes on with a client that has none. */
  MOTE_CLIENT_AUTH_OPTIONAL = 1,
  /** It asks, and refuses a client that has none. */
  MOTE_CLIENT_AUTH_REQUIRED = 2,
  /** No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says. */
  MOTE_CLIENT_AUTH_FORCE_INT = 2147483647,
} mote_client_auth;

/** What a peer has shown of itself. */
typedef enum mote_peer_type {
  /** Nothing: a client that was not asked, or had nothing; or there is no connection yet. */
  MOTE_PEER_TYPE_NONE = 0,
  /** A pre-shared key. */
  MOTE_PEER_TYPE_PSK = 1,
  /** A raw public key. */
  MOTE_PEER_TYPE_RPK = 2,
  /** A certificate. */
  MOTE_PEER_TYPE_CERTIFICATE = 3,
  /** No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says. */
  MOTE_PEER_TYPE_FORCE_INT = 2147483647,
} mote_peer_type;

/** What stands under the URLs of a client's certificates. */
typedef enum mote_cert_chain_type {
  /** One certificate in DER under each URL (application/pkix-cert). */
  MOTE_CERT_CHAIN_TYPE_INDIVIDUAL_CERTS = 0,
  /**
   * All of them under one URL, as a PkiPath in DER (application/pkix-pkipath): a SEQUENCE with the
   * client's certificate last.
   */
  MOTE_CERT_CHAIN_TYPE_PKIPATH = 1,
  /** No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says. */
  MOTE_CERT_CHAIN_TYPE_FORCE_INT = 2147483647,
} mote_cert_chain_type;

/** Where a connection stands. */
typedef enum mote_state {
  /**
   * Server: no ClientHello with a good cookie yet. Nothing is bound to a peer: the next datagram
   * may come from another one.
   */
  MOTE_STATE_LISTENING = 0,
  /** The handshake is under way, or about to begin. */
  MOTE_STATE_HANDSHAKE = 1,
  /** Application data can pass. */
  MOTE_STATE_CONNECTED = 2,
  /** Closed in order. */
  MOTE_STATE_CLOSED = 3,
  /** Ended by an error. */
  MOTE_STATE_FAILED = 4,
  /** No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says. */
  MOTE_STATE_FORCE_INT = 2147483647,
} mote_state;

/** What has happened. */
typedef enum mote_event_kind {
  /** A peer has completed its handshake. */
  MOTE_EVENT_KIND_CONNECTED = 0,
  /** A peer has sent data. */
  MOTE_EVENT_KIND_DATA = 1,
  /** A peer has closed, has begun anew from the same address, or had to make room for another. */
  MOTE_EVENT_KIND_CLOSED = 2,
  /** The connection of a peer, or a handshake that had no peer yet, has ended with an error. */
  MOTE_EVENT_KIND_FAILED = 3,
  /** No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says. */
  MOTE_EVENT_KIND_FORCE_INT = 2147483647,
} mote_event_kind;

/** Whether heartbeats (RFC 6520) are used. */
typedef enum mote_heartbeat_mode {
  /** The extension is neither offered nor answered. */
  MOTE_HEARTBEAT_MODE_OFF = 0,
  /** Both ways: the peer's requests are answered. */
  MOTE_HEARTBEAT_MODE_PEER_ALLOWED = 1,
  /** We may ask, and tell the peer not to: its requests are not answered. */
  MOTE_HEARTBEAT_MODE_PEER_NOT_ALLOWED = 2,
  /** No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says. */
  MOTE_HEARTBEAT_MODE_FORCE_INT = 2147483647,
} mote_heartbeat_mode;

/**
 * Settings that many connections share. It is set up, frozen, and then only read, but for the front
 * of the last Random, which is kept in it to notice a random source that repeats itself: any number
 * of connections, in any number of threads, can use it. Declare one with `motedtls_static.h`.
 */
typedef struct mote_config mote_config;

/**
 * One association with one peer. Declare one with `motedtls_static.h`. It must not be moved, and
 * must be used by one thread at a time; two connections can be used by two threads.
 */
typedef struct mote_connection mote_connection;

/**
 * A server of many peers on one socket. Declare one with `motedtls_static.h`. It must not be moved,
 * and must be used by one thread at a time.
 */
typedef struct mote_server mote_server;

/**
 * Server: a store of sessions in memory of the application, the oldest of which makes room for a
 * new one. One thread at a time may use the connections that share it. Declare one with
 * `motedtls_static.h`.
 */
typedef struct mote_session_cache mote_session_cache;

/**
 * Server: finds the key of `identity` (any octets, NUL among them). It writes the key to `key`,
 * which holds `key_capacity` octets, and its length to `key_length`, and returns `MOTE_OK`;
 * `MOTE_ERROR_UNKNOWN_IDENTITY` when nobody has this identity: the handshake goes on all the same
 * and fails as with a wrong key; `MOTE_PENDING` when the answer is not there yet: it is asked
 * again with the next call on the connection; anything else when it failed for good. The time it
 * takes should not depend on the answer; nor does ours, as long as keys have at most 30 octets. Its pointers are borrowed until it returns.
 */
typedef mote_status (*mote_psk_lookup)(void *user,
                                       const uint8_t *identity,
                                       size_t identity_length,
                                       uint8_t *key,
                                       size_t key_capacity,
                                       size_t *key_length);

/**
 * Is shown the secrets of each handshake as one line of an NSS key log, without a newline.
 * `line` is borrowed until it returns.
 */
typedef void (*mote_key_log)(void *user, const char *line);

/**
 * A message, or a fragment of one, as it passes. Received records are shown once they are
 * authenticated, or at once in epoch 0.
 */
typedef struct mote_trace_event {
  /** Which way it went. */
  mote_direction direction;
  /**
   * Of its record: 20 change_cipher_spec, 21 alert, 22 handshake, 23 application_data, 24
   * heartbeat.
   */
  uint8_t content_type;
  /** Handshake: HandshakeType. Alert: AlertDescription. Else 0. */
  uint8_t message_type;
  /** Alert: 1 warning, 2 fatal. Else 0. */
  uint8_t alert_level;
  /** Of its record. */
  uint16_t epoch;
  /** Of its record, 48 bits. */
  uint64_t sequence_number;
  /** Handshake: the number of the message. Else 0. */
  uint16_t message_seq;
  /** Handshake: octets of the whole message. Else octets of content. */
  uint32_t message_length;
  /** Handshake: where the fragment begins. Else 0. */
  uint32_t fragment_offset;
  /** Handshake: octets of the fragment. Else 0. */
  uint32_t fragment_length;
} mote_trace_event;

/** Is shown each message. `event` is borrowed until it returns. */
typedef void (*mote_trace)(void *user, const mote_trace_event *event);

/**
 * Signs a SHA-256 digest of 32 octets with ECDSA on P-256, and writes r and s to `signature`, 32
 * octets each, big endian. It returns `MOTE_OK`; `MOTE_PENDING` when the signature is not there
 * yet: it is asked again for the same digest with the next call on the connection; anything else
 * when it failed for good. Its pointers are borrowed until it returns.
 */
typedef mote_status (*mote_signer)(void *user, const uint8_t *digest, uint8_t *signature);

/**
 * Tells the time in seconds since 1970 (UTC); 0 when it is not known: a handshake that needs it
 * then fails with `MOTE_ERROR_CALLBACK`.
 */
typedef uint64_t (*mote_clock)(void *user);

/**
 * A peer whose key or certificate is accepted, for a `mote_verify`. Everything is borrowed until
 * that returns.
 */
typedef struct mote_peer_credential {
  /** `MOTE_PEER_TYPE_RPK` or `MOTE_PEER_TYPE_CERTIFICATE`. */
  mote_peer_type peer_type;
  /** The certificate in DER, or the SubjectPublicKeyInfo. NULL when a session is resumed. */
  const uint8_t *credential;
  /** Its octets. */
  size_t credential_length;
  /** SHA-256 of the SubjectPublicKeyInfo: `MOTE_KEY_HASH_LENGTH` octets. */
  const uint8_t *key_hash;
  /**
   * A name in the certificate, without NUL at its end; NULL without one, and for one that is too
   * long (86 octets always fit).
   */
  const uint8_t *name;
  /** Its octets. */
  size_t name_length;
  /** The EUI-64 in the certificate: `MOTE_EUI64_LENGTH` octets; NULL without one. */
  const uint8_t *eui64;
} mote_peer_credential;

/**
 * Asks whether a peer may go on. It is called when the key or certificate was accepted, and again
 * when a session is resumed, and can only refuse: with anything but `MOTE_OK`. That the peer holds
 * the private key is shown only afterwards.
 */
typedef mote_status (*mote_verify)(void *user, const mote_peer_credential *peer);

/**
 * Server: fetches what stands under a URL of a client's certificate, writes it to `memory`, which
 * holds `capacity` octets, and its length to `length`, and returns `MOTE_OK`; `MOTE_PENDING` when it
 * is not there yet: it is asked again with the next call on the connection; anything else when it
 * cannot be had or does not fit. `url` is an absolute URI of printable ASCII without NUL at its end,
 * `sha1` the `MOTE_SHA1_LENGTH` octets of the hash that the client says it has, which the library
 * compares with what was fetched. `memory` is the rest of the reassembly buffer.
 *
 * **The client has chosen the URL, and nothing is known of the client yet.** Fetch only what begins
 * with a prefix that you have decided on, follow no redirect (RFC 6066 section 5), and bound size
 * and time: docs/security.md. A copy that has the hash may be given in place of a fetch. A handshake
 * waits no longer than its retransmissions last. The pointers are borrowed until it returns.
 */
typedef mote_status (*mote_certificate_url_fetch)(void *user,
                                                  mote_cert_chain_type chain_type,
                                                  const uint8_t *url,
                                                  size_t url_length,
                                                  const uint8_t *sha1,
                                                  uint8_t *memory,
                                                  size_t capacity,
                                                  size_t *length);

/**
 * Server: a store of sessions of the application. A session is up to `MOTE_SESSION_MAX` octets
 * with the master secret in the clear: keep them as you keep keys. All pointers are borrowed until
 * the callback returns.
 */
typedef struct mote_session_store {
  /** Given to each callback as its first argument. */
  void *user;
  /**
   * Keeps a session under its id, for `MOTE_SESSION_LIFETIME_S` seconds at most: forget it then,
   * since the clock that tells its age wraps. A store that cannot just does not: the client then does a full
   * handshake the next time.
   */
  void (*put)(void *user,
              const uint8_t *id,
              size_t id_length,
              const uint8_t *session,
              size_t length);
  /**
   * Writes the session of that id to `session`, which holds `capacity` octets, and its length to
   * `length`, and returns `MOTE_OK`; anything else when there is none.
   */
  mote_status (*get)(void *user,
                     const uint8_t *id,
                     size_t id_length,
                     uint8_t *session,
                     size_t capacity,
                     size_t *length);
  /** Forgets a session: its connection ended with a fatal alert (RFC 5246 section 7.2.2). */
  void (*remove)(void *user, const uint8_t *id, size_t id_length);
} mote_session_store;

/**
 * What the application does for a connection. All members but `recv` are needed. No callback may
 * call back into the connection it serves: that returns `MOTE_ERROR_STATE`.
 */
typedef struct mote_io {
  /** Given to each callback as its first argument. */
  void *user;
  /**
   * Sends one datagram; never blocks. `address` is what `mote_connection_set_peer_address` set,
   * or NULL with a length of 0: the connection has a socket of its own. Returns `length`,
   * `MOTE_IO_NOTHING`, `MOTE_IO_TOO_BIG` (final with `MOTE_ERROR_IO` at or below
   * `MOTE_MTU_MIN` octets), or another negative number for a failure that will not pass. A
   * datagram that is lost on the way counts as sent, and so does one for which there is no route
   * or no link just now: the library sends it again. Never make a failure of an ICMP error: anyone
   * can forge one. A handshake waits as long as this says "not now": its time-out begins when a
   * flight is out. `datagram` is borrowed until the callback returns.
   */
  int32_t (*send)(void *user,
                  const uint8_t *address,
                  size_t address_length,
                  const uint8_t *datagram,
                  size_t length);
  /**
   * Receives one datagram; never blocks. Returns its length (0: an empty datagram; more than
   * `capacity`: it was cut), `MOTE_IO_NOTHING`, or another negative number for a failure that
   * will not pass. For a connection `address_out` and `address_length` are NULL. NULL where
   * `mote_connection_input` is used instead.
   */
  int32_t (*recv)(void *user,
                  uint8_t *address_out,
                  size_t *address_length,
                  uint8_t *buffer,
                  size_t capacity);
  /**
   * Fills `out` from a cryptographic random source; never blocks. Returns 0, `MOTE_IO_NOTHING`
   * when it has not gathered enough entropy yet (the call returns `MOTE_WANT_ENTROPY`, and goes on
   * where it was when it is made again), or anything else when it is broken: the handshake then
   * fails with `MOTE_ERROR_RANDOM`.
   */
  int32_t (*random)(void *user, uint8_t *out, size_t length);
  /**
   * The time in milliseconds on a clock that never goes back; it may wrap, and stand still while
   * the device sleeps. Two calls, and what they are compared with, lie less than 24.8 days apart.
   */
  uint32_t (*now_ms)(void *user);
} mote_io;

/**
 * What was dropped, and why. The counters stand still at their greatest value, which is at least
 * 65535.
 */
typedef struct mote_counters {
  /** Records that do not parse, of a wrong version or epoch. */
  uint32_t malformed;
  /** Records received before. */
  uint32_t replayed;
  /** Protected records whose tag did not match. */
  uint32_t unauthenticated;
  /**
   * Well-formed messages out of their turn, early or late, and heartbeats that were not answered
   * or not asked for.
   */
  uint32_t out_of_place;
  /** Datagrams of which an unread rest was given up, because the buffer was used anew. */
  uint32_t lost;
  /** Datagrams larger than the buffer. */
  uint32_t truncated;
  /** Flights and heartbeats sent again. */
  uint32_t retransmissions;
} mote_counters;

/** What there is to know about a connection. */
typedef struct mote_info {
  /** Where it stands. */
  mote_state state;
  /** The IANA number of the cipher suite; 0 until the connection is made. */
  uint16_t suite;
  /** Whether the session was resumed. */
  bool resumed;
  /** Whether extended_master_secret (RFC 7627) protects the session. */
  bool extended_master_secret;
  /** Whether the peer knows renegotiation_info (RFC 5746). */
  bool secure_renegotiation;
  /** Client: whether the server left out its certificate, which was remembered (RFC 7924). */
  bool cached_certificate;
  /** Client: whether it left out its CertificateRequest. */
  bool cached_certificate_request;
  /** The maximum fragment length that was negotiated, in octets; 0 for none. */
  uint16_t max_fragment_length;
  /**
   * Server: the number of the configuration that serves the client, by the name that it asks for:
   * 0 the connection's own, 1 the one that `mote_config_set_next` links to it, and so on. A
   * client may ask for any name, or none: whoever treats names differently looks here.
   */
  uint8_t configuration;
  /** What the peer has shown of itself. At a client with a pre-shared key: `MOTE_PEER_TYPE_PSK`. */
  mote_peer_type peer_type;
  /**
   * SHA-256 of the SubjectPublicKeyInfo of the peer's key or certificate,
   * `MOTE_KEY_HASH_LENGTH` octets; else NULL. This and what follows is borrowed until the next
   * call on the connection.
   */
  const uint8_t *peer_key_hash;
  /** A name in the peer's certificate, without NUL at its end; else NULL. */
  const uint8_t *peer_name;
  /** Its octets. */
  size_t peer_name_length;
  /** Whether this is only the front of it: the rest goes with the workspace. */
  bool peer_name_truncated;
  /** The EUI-64 in the peer's certificate, `MOTE_EUI64_LENGTH` octets; else NULL. */
  const uint8_t *peer_eui64;
  /**
   * The PSK identity of the client; NULL until the connection is made. It is borrowed until
   * the next call on the connection.
   */
  const uint8_t *psk_identity;
  /** Its octets. */
  size_t psk_identity_length;
  /** Whether this is only the front of it: the whole identity goes with the workspace. */
  bool psk_identity_truncated;
  /** Why the connection failed, or `MOTE_OK`. */
  mote_status error;
  /** The alert that ended the connection, if `alert_direction` says that there was one. */
  uint8_t alert;
  /** Who sent it. */
  mote_direction alert_direction;
  /** Octets of the largest datagram that did not fit the buffer, or 0. */
  size_t datagram_needed;
  /** Octets of a handshake message that did not fit the reassembly buffer, or 0. */
  size_t reassembly_needed;
  /**
   * Client: octets of the memory of `mote_connection_set_cached_info` that would have been enough
   * if it was too small, or 0.
   */
  size_t cached_info_needed;
  /** Octets of UDP payload that are sent at most. */
  size_t mtu;
  /** Whether both ends know heartbeats (RFC 6520). */
  bool heartbeat;
  /** Whether the peer answers ours. */
  bool heartbeat_allowed;
  /** Whether one of ours, or a probe of the path, is neither answered nor given up. */
  bool heartbeat_in_flight;
  /** How many of ours were answered. This and the next stand still at 65535. */
  uint32_t heartbeat_answers;
  /**
   * How many of ours were given up: probes of the path, and what a peer did not answer that said
   * other things.
   */
  uint32_t heartbeats_lost;
  /** Milliseconds from the last of ours that was answered without being sent again to its answer. */
  uint32_t heartbeat_round_trip_ms;
  /** What was dropped. */
  mote_counters counters;
} mote_info;

/**
 * A peer of a server. It is a number, not a pointer: when the peer is gone, calls with it return
 * `MOTE_STALE`, also when another peer has taken its place.
 */
typedef struct mote_peer {
  /** Its place among the peers, from 0. */
  uint32_t place;
  /** Which of the peers that have had this place. */
  uint32_t generation;
} mote_peer;

/** Something that has happened. */
typedef struct mote_event {
  /** What it is. */
  mote_event_kind kind;
  /**
   * Whom it concerns. After `MOTE_EVENT_KIND_CLOSED` and `MOTE_EVENT_KIND_FAILED` it is stale:
   * good only to know what to forget.
   */
  mote_peer peer;
  /** Whether there is a peer: a handshake that fails has none yet. */
  bool has_peer;
  /**
   * Data: where it lies, in the server's buffer. Borrowed until the next call on the server; it
   * may be changed. Else NULL.
   */
  const uint8_t *data;
  /** Data: its octets. */
  size_t length;
  /** Failed: why. */
  mote_status error;
  /** Failed: the alert, if `alert_direction` says that there was one. */
  uint8_t alert;
  /** Failed: who sent it. */
  mote_direction alert_direction;
} mote_event;

/** What a server as a whole has to tell. */
typedef struct mote_server_figures {
  /** Peers that are connected. */
  size_t peers;
  /** Handshakes that are under way. */
  size_t handshakes;
  /** ClientHellos that were answered with a cookie. */
  uint32_t challenged;
  /** Clients with a good cookie for whom there was no room. */
  uint32_t refused;
  /** Datagrams for which there was no record, handshake or peer. */
  uint32_t dropped;
} mote_server_figures;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The name of a status in one word: `timeout` for `MOTE_ERROR_TIMEOUT`. For any other number
 * `unknown`. The string is constant.
 */
const char *mote_status_str(mote_status status);

/**
 * What `status` tells a device to do. `alert` counts with `MOTE_ERROR_PEER_ALERT` alone: it is
 * `mote_info.alert` of the connection, before it is wiped. For a number that is no status
 * `MOTE_ADVICE_FIX_PROGRAM`. It depends on nothing else.
 */
mote_advice mote_advise(mote_status status, uint8_t alert);

/**
 * How many milliseconds to wait before the next attempt, after `failures` in a row (0 counts as 1).
 * `random` is any 32 random bits; they need not be secret.
 *
 * The wait begins with 10 seconds and doubles with each failure, up to an hour; when somebody has to
 * change something first (from `MOTE_ADVICE_WRONG_CREDENTIALS` on), with an hour, up to a day. Of
 * that, the upper half is drawn, so that a fleet that has lost its server does not come back as one:
 * 5 to 10 s, 10 to 20 s, and so on, 30 to 60 min; or 30 to 60 min, and so on, 12 to 24 h. 0 for
 * `MOTE_ADVICE_GO_ON`. It depends on nothing else, and never says to stop.
 */
uint32_t mote_backoff_ms(mote_advice advice,
                         uint32_t failures,
                         uint32_t random);

/** The version of the library, such as `0.1.0`. The string is constant. */
const char *mote_version(void);

/**
 * The name of an alert as its RFC has it, such as `decrypt_error`; `unknown` for any other
 * number. The string is constant.
 */
const char *mote_alert_str(uint8_t alert);

/**
 * The name of a cipher suite by its IANA number, such as `TLS_PSK_WITH_AES_128_CCM_8`; `unknown`
 * for one that this build does not have. The string is constant.
 */
const char *mote_suite_str(uint16_t suite);

/**
 * Makes a configuration with the defaults in `memory` of `size` octets (at least
 * `MOTE_CONFIG_SIZE`, at a multiple of `MOTE_ALIGNMENT`), which stays in use as long as a
 * connection uses it and must not be moved. There is nothing to free.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (NULL, or no role), `MOTE_ERROR_SIZE`,
 * `MOTE_ERROR_ALIGNMENT`, or `MOTE_ERROR_STATE` when this build lacks the role.
 */
mote_status mote_config_init(void *memory, size_t size, mote_role role);

/**
 * Sets a pre-shared key. Client: the one it presents. Server: one that it accepts, beside those
 * of `mote_config_set_psk_lookup`. `identity` is up to `MOTE_PSK_IDENTITY_MAX` octets of any
 * value, `key` 1 to `MOTE_PSK_KEY_MAX`. Both are borrowed as long as the configuration is in use.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_psk(mote_config *config,
                                const uint8_t *identity,
                                size_t identity_length,
                                const uint8_t *key,
                                size_t key_length);

/**
 * Server: sets the callback that finds keys. `user` is given to it.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a client).
 */
mote_status mote_config_set_psk_lookup(mote_config *config, mote_psk_lookup lookup, void *user);

/**
 * Sets the name of the server: ASCII without blanks or a dot at the end, up to 255 octets. Client:
 * it is sent as server_name (RFC 6066 section 3), and the server's certificate must be for it.
 * Server: it chooses this configuration among those of `mote_config_set_next`. It is borrowed as
 * long as the configuration is in use.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_server_name(mote_config *config,
                                        const char *name);

/**
 * Sets who is shown the secrets, for a tool such as Wireshark; NULL for nobody. Only in builds
 * with the feature `key-log`, which has no place in a product.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_key_log(mote_config *config, mote_key_log log, void *user);

/**
 * Sets who is shown the messages as they pass; NULL for nobody. Only in builds with the feature
 * `trace`.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_trace(mote_config *config, mote_trace trace, void *user);

/**
 * Ends the set-up. From here on the configuration is only read, and connections can use it.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_NO_CREDENTIAL` (a server without any, whose
 * client may also get one with `mote_connection_set_psk`; a key or certificate without a private
 * key, or the reverse; a server that asks its clients and could accept none), `MOTE_ERROR_NO_TIME`
 * (trust anchors, and neither `mote_config_set_time` nor `mote_config_set_no_time`) or
 * `MOTE_ERROR_STATE` (frozen already).
 */
mote_status mote_config_freeze(mote_config *config);

/**
 * Client: asks servers to keep their records within `octets` of content: 512, 1024, 2048 or 4096
 * (RFC 6066 section 4); 0 does not ask. A server follows its clients and cannot set it.
 *
 * It bounds a record, not a datagram: peers put several records into one.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a server).
 */
mote_status mote_config_set_max_fragment_length(mote_config *config,
                                                size_t octets);

/**
 * Sets how many octets of UDP payload a datagram of ours has at most: `MOTE_MTU_MIN` to 65535.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_mtu(mote_config *config, size_t octets);

/**
 * Sets the first and the greatest retransmission timeout in milliseconds. The timeout doubles
 * with each retransmission; when the greatest has passed without an answer (and after at least
 * three retransmissions), the handshake fails with `MOTE_ERROR_TIMEOUT`.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (0, more than a day, or the first is the greater) or
 * `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_retransmission(mote_config *config,
                                           uint32_t initial_ms,
                                           uint32_t max_ms);

/**
 * Sets how long a handshake may take as a whole, in milliseconds, at either end: however often the
 * peer answers, and while callbacks are pending. It then fails with `MOTE_ERROR_TIMEOUT`. It is
 * counted from a client's first `mote_connection_handshake`, and from the ClientHello that a server
 * lets pass its cookie gate. 0 sets no limit; unless set, `MOTE_HANDSHAKE_TIMEOUT_MS`.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (more than a day) or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_handshake_timeout(mote_config *config,
                                              uint32_t milliseconds);

/**
 * Sets how many records may fail authentication before a connection gives up with
 * `MOTE_ERROR_FORGERY_LIMIT`; unless set, 2^20. The tag has 64 bits: so many attempts succeed with
 * a chance of 2^-44.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (0) or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_forgery_limit(mote_config *config,
                                          uint32_t records);

/**
 * Server: sets whether a client has to return a cookie before anything is kept of it (RFC 6347
 * section 4.2.1); unless set, it has to. Leave it so wherever addresses can be forged.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a client).
 */
mote_status mote_config_set_cookie(mote_config *config, bool required);

/**
 * Client: sets whether a server that does not know renegotiation_info (RFC 5746) is refused with
 * handshake_failure; unless set, it is accepted and `mote_info` shows it. No renegotiation is ever
 * done.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a server).
 */
mote_status mote_config_set_secure_renegotiation_required(mote_config *config,
                                                          bool required);

/**
 * Sets the private key of our raw public key or certificate: an ECPrivateKey (SEC1) or PKCS#8 in
 * DER, or the 32 octets of the scalar. It is borrowed as long as the configuration is in use.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (not a private key on P-256) or `MOTE_ERROR_STATE`
 * (frozen).
 */
mote_status mote_config_set_private_key(mote_config *config,
                                        const uint8_t *key,
                                        size_t key_length);

/**
 * Sets a callback that signs in place of a private key: for a key in a secure element. `user` is
 * given to it.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_signer(mote_config *config,
                                   mote_signer signer,
                                   void *user);

/**
 * Sets our raw public key (RFC 7250): its SubjectPublicKeyInfo in DER, `MOTE_PUBLIC_KEY_INFO_LENGTH`
 * octets. It is borrowed as long as the configuration is in use. It needs a private key or a
 * signer.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_rpk(mote_config *config,
                                const uint8_t *public_key_info,
                                size_t length);

/**
 * Sets the raw public keys that are accepted of peers: one or more SubjectPublicKeyInfos of
 * `MOTE_PUBLIC_KEY_INFO_LENGTH` octets each, one after another. They are borrowed as long as the
 * configuration is in use. Every handshake hashes them; hashes cost less.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_peer_rpks(mote_config *config,
                                      const uint8_t *public_key_infos,
                                      size_t length);

/**
 * Sets raw public keys that are accepted of peers, beside those of `mote_config_set_peer_rpks`, by
 * the SHA-256 hashes of their SubjectPublicKeyInfos: `MOTE_KEY_HASH_LENGTH` octets each, one after
 * another. They are borrowed as long as the configuration is in use.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_peer_rpk_hashes(mote_config *config,
                                            const uint8_t *hashes,
                                            size_t length);

/**
 * Sets our certificates in DER, one after another: our own first, then each the issuer of the one
 * before, without the root. They are borrowed as long as the configuration is in use. They need a
 * private key or a signer, which is not compared with them: a peer would refuse a wrong one.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (one is malformed, or of a kind that cannot be used:
 * see docs/profile.md) or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_certificate(mote_config *config,
                                        const uint8_t *chain,
                                        size_t length);

/**
 * Sets the trust anchors for peers' certificates: CA certificates in DER, one after another. They
 * are borrowed as long as the configuration is in use. A client must have a server's name as well.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (one is malformed, or of a kind that cannot be used) or
 * `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_trust_anchors(mote_config *config,
                                          const uint8_t *anchors,
                                          size_t length);

/**
 * Sets the clock by which the dates of certificates are checked. `user` is given to it. With trust
 * anchors either this or `mote_config_set_no_time` is called.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_time(mote_config *config,
                                 mote_clock clock,
                                 void *user);

/**
 * Says that there is no clock: certificates are accepted before and after their time.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_no_time(mote_config *config);

/**
 * Sets whether the common name of a certificate counts when it has no subjectAltName; unless set,
 * it does.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_common_name(mote_config *config,
                                        bool allowed);

/**
 * Server: sets whether a client's certificate must carry an EUI-64; unless set, it need not.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a client).
 */
mote_status mote_config_set_eui64_required(mote_config *config, bool required);

/**
 * Server: sets whether clients are asked for a raw public key or certificate. Unless set, they are,
 * and must have one, as soon as peers' keys or trust anchors are set.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a client).
 */
mote_status mote_config_set_client_auth(mote_config *config,
                                        mote_client_auth client_auth);

/**
 * Sets who is asked whether a peer may go on whose key or certificate is accepted; NULL for nobody.
 * `user` is given to it.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_verify(mote_config *config,
                                   mote_verify verify,
                                   void *user);

/**
 * Server: links another frozen configuration, whose keys and certificates serve the clients that
 * ask for its name (`mote_config_set_server_name`). That one may be linked to another in turn, up
 * to 32. Each has its own pre-shared key (without one its clients may not use any), keys,
 * certificates, signer, trust anchors, verify callback (without one that of the first is asked) and
 * rules; everything else is taken from the first, the look-up of keys and the clock of
 * `mote_config_set_time` as well (whether dates are checked is each one's own). A client chooses by
 * the name it asks for: `mote_info.configuration` tells. `next` is borrowed as long as the configuration is in use.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (no server's, or without a name), `MOTE_ERROR_SIZE` (too
 * many) or `MOTE_ERROR_STATE` (frozen, a client, or `next` is not frozen).
 */
mote_status mote_config_set_next(mote_config *config,
                                 const mote_config *next);

/**
 * Makes the SubjectPublicKeyInfo of a private key, in any form that `mote_config_set_private_key`
 * takes: `MOTE_PUBLIC_KEY_INFO_LENGTH` octets. It costs as much as making a key.
 *
 * Returns `MOTE_OK` or `MOTE_ERROR_ARGUMENT` (NULL, or not a private key on P-256).
 */
mote_status mote_public_key_info(const uint8_t *key,
                                 size_t key_length,
                                 uint8_t *public_key_info);

/**
 * Client: sets where its certificates stand (RFC 6066 section 5). A server that would fetch them and
 * asks for a certificate then gets the URLs and the SHA-1 hashes of the certificates that are set;
 * any other server gets the certificates. `urls` are absolute URIs of printable ASCII, best of the
 * scheme http: one for each certificate of `mote_config_set_certificate`, in the same order, with
 * one blank between each two, or a single one for all of them as a PkiPath. It is borrowed as long
 * as the configuration is in use. The certificates are set before; setting others takes the URLs
 * away.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (NULL, not one URL for each certificate, or not a URL),
 * `MOTE_ERROR_SIZE` (more than a message can say) or `MOTE_ERROR_STATE` (frozen, a server, or no
 * certificate is set).
 */
mote_status mote_config_set_certificate_url(mote_config *config,
                                            const char *urls,
                                            mote_cert_chain_type chain_type);

/**
 * Server: sets the callback that fetches clients' certificates, and lets clients send URLs in place
 * of them. `user` is given to it. The reassembly buffer must hold the client's CertificateURL and
 * all its certificates. When nothing can be had, the handshake fails if a certificate is required
 * (certificate_unobtainable) and goes on with a client that is not known otherwise; a wrong hash is
 * fatal always (bad_certificate_hash_value).
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a client).
 */
mote_status mote_config_set_certificate_url_fetch(mote_config *config,
                                                  mote_certificate_url_fetch fetch,
                                                  void *user);

/**
 * Client: sets whether servers are told the names of the trust anchors (`trusted_ca_keys`), so that
 * one with several chains shows one that leads there; unless set, they are not. It makes the
 * ClientHello longer by 3 octets and a name for each anchor, and helps with no server that has but
 * one chain.
 *
 * Server: sets whether the chain is chosen by what clients say they trust, among the configurations
 * of `mote_config_set_next` of the name that the client asks for, or all of them when none has it.
 * Without a chain that leads there the choice is that of the name alone.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_trusted_ca(mote_config *config,
                                       bool used);

/**
 * Makes a cache in `memory` of `size` octets, at a multiple of `MOTE_ALIGNMENT`:
 * `MOTE_SESSION_CACHE_HEADER_SIZE` and `MOTE_SESSION_CACHE_ENTRY_SIZE` for each session, one at
 * least.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` or `MOTE_ERROR_ALIGNMENT`.
 */
mote_status mote_session_cache_init(void *memory, size_t size);

/**
 * Server: keeps sessions in `cache`, so that clients can resume them; in place of
 * `mote_config_set_session_store`. It is borrowed as long as the configuration is in use.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, a client, or `cache` is
 * not initialised).
 */
mote_status mote_config_set_session_cache(mote_config *config,
                                          mote_session_cache *cache);

/**
 * Server: keeps sessions in a store of the application, so that clients can resume them. `store`
 * is borrowed as long as the configuration is in use.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (a NULL, also in `store`) or `MOTE_ERROR_STATE` (frozen,
 * or a client).
 */
mote_status mote_config_set_session_store(mote_config *config,
                                          const mote_session_store *store);

/**
 * Server: sets whether a client that resumes a session may do so without a cookie (draft section
 * 7), which saves a round trip; unless set, it may not. A full handshake never does without one.
 * Who has seen a session id can then have the server answer a forged address with somewhat more
 * octets than it was sent.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a client).
 */
mote_status mote_config_set_resumption_without_cookie(mote_config *config,
                                                      bool allowed);

/**
 * Makes a connection in `memory` of `size` octets (at least `MOTE_CONNECTION_SIZE`, at a multiple
 * of `MOTE_ALIGNMENT`), which must not be moved or copied: calls then return `MOTE_ERROR_STATE`. A
 * connection that was there before is overwritten: wipe it first, and never do so from one of its
 * callbacks. Never bring a connection back from a copy: its keys would protect two records with one
 * nonce. `config` (frozen) and `io` are borrowed as long as the connection is
 * in use.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (a NULL, also in `io` but for `recv`),
 * `MOTE_ERROR_SIZE`, `MOTE_ERROR_ALIGNMENT` or `MOTE_ERROR_STATE` (`config` is not frozen).
 */
mote_status mote_connection_init(void *memory,
                                 size_t size,
                                 const mote_config *config,
                                 const mote_io *io);

/**
 * Lends the connection what it works in, until `mote_connection_take_back`.
 *
 * `workspace` is needed for the handshake: at least `MOTE_WORKSPACE_SIZE` octets at a multiple of
 * `MOTE_ALIGNMENT`. What it has beyond that is the reassembly buffer, for handshake messages that
 * come in pieces or ahead of their turn; without one, messages ahead of their turn come again, and
 * one in pieces ends the handshake with `MOTE_ERROR_MESSAGE_TOO_LONG`. NULL once connected, when only `buffer` is needed.
 *
 * `buffer` takes one datagram in or out: at least `MOTE_BUFFER_MIN` octets, and as many as the
 * peer's largest datagram. It may serve many connections in turn, each until its
 * `mote_connection_read` returns `MOTE_WANT_READ`; not while its handshake returns
 * `MOTE_WANT_ENTROPY`, when a datagram may wait in it.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (a NULL, or the two overlap), `MOTE_ERROR_SIZE`,
 * `MOTE_ERROR_ALIGNMENT` or `MOTE_ERROR_STATE` (memory is lent already, or a workspace is not
 * needed any more).
 */
mote_status mote_connection_lend(mote_connection *connection,
                                 void *workspace,
                                 size_t workspace_size,
                                 void *buffer,
                                 size_t buffer_size);

/**
 * Takes the lent memory back; the secrets in the workspace are wiped. An unread rest of a datagram
 * is lost, and counted.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, or `MOTE_ERROR_STATE` (nothing is lent, or a handshake
 * is under way: close or wipe the connection first).
 */
mote_status mote_connection_take_back(mote_connection *connection);

/**
 * Closes the connection: says close_notify to the peer and destroys the keys once it is out. A
 * handshake that is under way is given up.
 *
 * Returns `MOTE_OK`, `MOTE_WANT_WRITE` (closed, but close_notify is not out: call again, or wipe), `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE`, `MOTE_ERROR_NO_MEMORY_LENT`, or the
 * connection's final error.
 */
mote_status mote_connection_close(mote_connection *connection);

/**
 * Destroys everything secret without a word to the peer, and takes the lent memory back. The
 * connection's memory can then be used for something else, or be initialised anew.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
 */
mote_status mote_connection_wipe(mote_connection *connection);

/**
 * Client: sets the server's name for this connection alone, as `mote_config_set_server_name` does
 * for all. It is borrowed as long as the connection is in use.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (a server, or the handshake has
 * begun).
 */
mote_status mote_connection_set_server_name(mote_connection *connection,
                                            const char *name);

/**
 * Sets the MTU of this connection, as `mote_config_set_mtu` does for all. It may be set at any
 * time: a handshake that is under way cuts its messages anew.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (not initialised).
 */
mote_status mote_connection_set_mtu(mote_connection *connection, size_t octets);

/**
 * Sets the pre-shared key of this connection, in place of the one that `mote_config_set_psk` sets
 * for all. Identity and key are borrowed as long as the connection is in use.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` or `MOTE_ERROR_STATE` (the handshake
 * has begun).
 */
mote_status mote_connection_set_psk(mote_connection *connection,
                                    const uint8_t *identity,
                                    size_t identity_length,
                                    const uint8_t *key,
                                    size_t key_length);

/**
 * Client: offers to resume the session in `octets`, which `mote_connection_session_export` wrote.
 * Set name and key before it. `age_s` is how many seconds ago its full handshake was, as far as
 * you know (a resumption makes it no younger); 0 if you do not. The octets are borrowed, and must not change, until the handshake is done. A
 * server that does not resume it does a full handshake; `mote_info.resumed` tells.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SESSION` (altered, older than
 * `MOTE_SESSION_LIFETIME_S`, or of another server name, identity, key or maximum fragment length)
 * or `MOTE_ERROR_STATE` (a server, or the handshake has begun).
 */
mote_status mote_connection_set_session(mote_connection *connection,
                                        const uint8_t *octets,
                                        size_t length,
                                        uint32_t age_s);

/**
 * Sets the peer's address, which `send` is given and cookies are bound to: up to
 * `MOTE_ADDRESS_MAX` octets, copied; 0 octets for none.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` or `MOTE_ERROR_STATE` (the handshake
 * has begun; a server that is in `MOTE_STATE_LISTENING` can still change it, and forgets a datagram
 * that waits with `MOTE_WANT_ENTROPY`).
 */
mote_status mote_connection_set_peer_address(mote_connection *connection,
                                             const uint8_t *address,
                                             size_t address_length);

/**
 * Keeps a pointer of the application with the connection.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
 */
mote_status mote_connection_set_user(mote_connection *connection, void *user);

/** The pointer that `mote_connection_set_user` set, or NULL. */
void *mote_connection_user(const mote_connection *connection);

/**
 * Client: lends memory in which the certificate of the server is remembered (RFC 7924), so that a
 * server which knows cached_info need not send it again: `MOTE_CACHED_INFO_OVERHEAD` octets and
 * those of its Certificate message, 1024 for most chains, at most 65535. Zero it before its first
 * use; keep it for the next connection with the same server, in flash if you like: the same octets
 * of the same size. It holds no secret.
 *
 * It is written only by a handshake that brings something new, and what is new counts only when
 * that handshake is complete: one that is cut then leaves nothing to be remembered. What is
 * remembered is checked like a certificate that has just come: its path, its dates, its name. Octets
 * that were altered, or are of another server name, are passed over, and the handshake is a full
 * one. `mote_info.cached_certificate` tells whether the certificate was left out,
 * `mote_info.cached_info_needed` whether the memory was too small.
 *
 * It is used only where that saves octets, which it does not for a raw public key, unless `force`.
 * The fingerprint in the clear lets an observer link connections, as a certificate does. The memory
 * is borrowed until the handshake is done or the connection wiped.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (NULL, or it overlaps with what is lent),
 * `MOTE_ERROR_SIZE` or `MOTE_ERROR_STATE` (a server, or the handshake has begun).
 */
mote_status mote_connection_set_cached_info(mote_connection *connection,
                                            void *memory,
                                            size_t size,
                                            bool force);

/**
 * Server: sets whether a certificate that a client remembers is left out (RFC 7924); unless set, it
 * is not. It costs a hash of the certificate for each client that remembers one.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a client).
 */
mote_status mote_config_set_cached_info(mote_config *config,
                                        bool used);

/**
 * Goes on with the handshake: takes in at most one datagram and sends at most one flight. Call it
 * until it returns `MOTE_OK`; wait in between as `mote_connection_timeout` says. Once connected it
 * takes nothing in; data that came with the last message is left for `mote_connection_read`.
 *
 * Returns `MOTE_OK` (connected), `MOTE_WANT_READ`, `MOTE_WANT_WRITE`, `MOTE_PENDING`,
 * `MOTE_WANT_ENTROPY`, `MOTE_CLOSED`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE`, `MOTE_ERROR_NO_MEMORY_LENT`,
 * `MOTE_ERROR_NO_CREDENTIAL`, or a final error.
 */
mote_status mote_connection_handshake(mote_connection *connection);

/**
 * Reads the data of one record. `*data` then points into the lent buffer to `*length` octets
 * (which may be 0) and is borrowed until the next call on the connection or on another that
 * shares the buffer; it may be changed. Call it until it returns `MOTE_WANT_READ`: a datagram may
 * carry several records, and answers to the peer wait until it is drained. Go on calling it when
 * datagrams arrive: our last flight is sent again from here when the peer has not seen it, and its
 * heartbeats are answered.
 *
 * Returns `MOTE_OK`, `MOTE_WANT_READ`, `MOTE_WANT_WRITE`, `MOTE_CLOSED` (by the peer or by us),
 * `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE` (the handshake is not done),
 * `MOTE_ERROR_NO_MEMORY_LENT`, or a final error.
 */
mote_status mote_connection_read(mote_connection *connection,
                                 const uint8_t **data,
                                 size_t *length);

/**
 * Sends `length` octets as one record in one datagram, 0 to `mote_connection_max_write`. `data`
 * is borrowed until the call returns and may lie anywhere, also in the lent buffer: what was just
 * read can be sent back.
 *
 * Returns `MOTE_OK`, `MOTE_WANT_WRITE` (nothing was sent: call again), `MOTE_ERROR_ARGUMENT`,
 * `MOTE_ERROR_SIZE` (too long; also when the path has just turned out narrower),
 * `MOTE_ERROR_STATE` (not connected), `MOTE_ERROR_NO_MEMORY_LENT`, or a final error.
 */
mote_status mote_connection_write(mote_connection *connection,
                                  const uint8_t *data,
                                  size_t length);

/**
 * The most octets that one `mote_connection_write` takes now; 0 unless connected with a buffer
 * lent. It depends on MTU, buffer and maximum fragment length.
 */
size_t mote_connection_max_write(const mote_connection *connection);

/**
 * Milliseconds from `now_ms` until the connection has to be called again even if nothing
 * happens (`mote_connection_handshake`, or `mote_connection_read` once connected), or
 * `MOTE_NO_TIMEOUT`: for a retransmission, for the end of the handshake as a whole, for what could
 * not be sent, to keep the connection alive, and soon after `MOTE_WANT_ENTROPY`.
 */
uint32_t mote_connection_timeout(const mote_connection *connection,
                                 uint32_t now_ms);

/**
 * Gives one datagram in, in place of `recv`. It is copied into the lent buffer; call
 * `mote_connection_handshake`, or `mote_connection_read` once connected, until it returns
 * `MOTE_WANT_READ`. Of a datagram larger than the buffer the whole records at its front are used.
 *
 * Returns `MOTE_OK`, `MOTE_WANT_WRITE` (not taken: something has to be sent first), `MOTE_PENDING`
 * (not taken: a callback has not answered), `MOTE_WANT_ENTROPY` (not taken: nor has `random`),
 * `MOTE_CLOSED`,
 * `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE` (not taken: the last one is not drained),
 * `MOTE_ERROR_NO_MEMORY_LENT`, or the connection's final error.
 */
mote_status mote_connection_input(mote_connection *connection,
                                  const uint8_t *datagram,
                                  size_t length);

/**
 * Tells about the connection. `info` is written as a whole.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
 */
mote_status mote_connection_info(const mote_connection *connection, mote_info *info);

/**
 * Derives `out_length` octets of keying material for the application (RFC 5705): the same at both
 * ends for the same label and context. `context` NULL is no context, which differs from one of 0
 * octets. Labels should begin with `EXPORTER` or `EXPERIMENTAL`.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (a NULL, a label of TLS itself, a context of more than
 * 65535 octets or one that overlaps `out`) or `MOTE_ERROR_STATE` (not connected, or without extended_master_secret).
 */
mote_status mote_connection_export_keying_material(mote_connection *connection,
                                                   const char *label,
                                                   const uint8_t *context,
                                                   size_t context_length,
                                                   uint8_t *out,
                                                   size_t out_length);

/**
 * Writes the session to `out` of `capacity` octets (`MOTE_SESSION_MAX` is always enough) and its
 * length to `*length`, so that it can be resumed later with `mote_connection_set_session`. It
 * holds the master secret in the clear: keep it as you keep a key. Forget it when the connection
 * ends with a fatal alert (RFC 5246 section 7.2.2).
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` or `MOTE_ERROR_STATE` (a server, not
 * connected, or the server did not make it resumable).
 */
mote_status mote_connection_session_export(mote_connection *connection,
                                           uint8_t *out,
                                           size_t capacity,
                                           size_t *length);

/**
 * Makes a server in `memory` of `size` octets, at a multiple of `MOTE_ALIGNMENT`, which must not be
 * moved or copied: room for `peers` connected peers, `workspaces` handshakes at the same time, each
 * with a workspace of `workspace_size` octets (at least `MOTE_WORKSPACE_SIZE`; what is beyond is
 * its reassembly buffer), and one datagram buffer of `buffer_size` octets (at least
 * `MOTE_BUFFER_MIN`). `MOTE_SERVER_SIZE` of `motedtls_static.h` says how much memory that takes.
 * `config` (frozen, of a server) and `io` are borrowed as long as the server is in use; `io.recv`
 * is given room for an address.
 *
 * Returns `MOTE_OK`, `MOTE_WANT_ENTROPY` (`random` has nothing yet: call again), `MOTE_ERROR_ARGUMENT`
 * (a NULL, also in `io` but for `recv`; no peer or no workspace), `MOTE_ERROR_SIZE`, `MOTE_ERROR_ALIGNMENT`, `MOTE_ERROR_STATE` (`config` is not frozen
 * or a client's) or `MOTE_ERROR_RANDOM`.
 */
mote_status mote_server_init(void *memory,
                             size_t size,
                             const mote_config *config,
                             const mote_io *io,
                             size_t peers,
                             size_t workspaces,
                             size_t workspace_size,
                             size_t buffer_size);

/**
 * Sets how long a peer has to have been silent, in milliseconds, before it makes room for another
 * when all places are taken: it is sent close_notify, and `MOTE_EVENT_CLOSED` tells of it. The one
 * that was heard of the longest ago goes first. `UINT32_MAX`: nobody does, and new clients are
 * turned away. Unless set, `MOTE_SERVER_IDLE_MS`.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
 */
mote_status mote_server_set_idle(mote_server *server,
                                 uint32_t idle_ms);

/**
 * Makes a new cookie secret at once; the one before holds for another minute. The server does so
 * by itself every minute.
 *
 * Returns `MOTE_OK`, `MOTE_WANT_ENTROPY` (nothing has changed), `MOTE_ERROR_ARGUMENT`,
 * `MOTE_ERROR_STATE` or `MOTE_ERROR_RANDOM`.
 */
mote_status mote_server_rotate_cookie_secret(mote_server *server);

/**
 * Takes one datagram of the peer at `address` (1 to `MOTE_ADDRESS_MAX` octets). Take the events
 * that come of it with `mote_server_next_event` before the next one.
 *
 * Returns `MOTE_OK`, `MOTE_WANT_ENTROPY` (a new client, and `random` has nothing yet: not taken, give
 * it again later), `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` (the address is too long),
 * `MOTE_ERROR_STATE` (not taken: there are events) or `MOTE_ERROR_RANDOM` (no cookie can be made).
 */
mote_status mote_server_input(mote_server *server,
                              const uint8_t *address,
                              size_t address_length,
                              const uint8_t *datagram,
                              size_t length);

/**
 * Looks after the handshakes' timers, and takes one datagram from `io.recv` if there is one. Call
 * it when the socket is readable and when `mote_server_timeout` has passed, and take the events
 * with `mote_server_next_event` after each call.
 *
 * Returns `MOTE_OK` (there may be events), `MOTE_WANT_READ` (nothing to do), `MOTE_WANT_ENTROPY` (a
 * new client, and `random` has nothing yet: its ClientHello is lost, and it will say it again),
 * `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE`, `MOTE_ERROR_SIZE` (`recv` gave an address that is empty
 * or too long), `MOTE_ERROR_RANDOM` or `MOTE_ERROR_IO` (`recv` failed). The server goes on.
 */
mote_status mote_server_poll(mote_server *server);

/**
 * Milliseconds from `now_ms` until `mote_server_poll` has to be called again even if nothing
 * arrives, or `MOTE_NO_TIMEOUT`. Only handshakes have timers.
 */
uint32_t mote_server_timeout(const mote_server *server, uint32_t now_ms);

/**
 * Destroys everything secret without a word to the peers. The memory can then be used for
 * something else, or be initialised anew.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
 */
mote_status mote_server_wipe(mote_server *server);

/**
 * Says what has happened, one event a call: call it until it returns `MOTE_WANT_READ`. Nothing is
 * queued: the datagram is read as far as the events are taken, and answers to the peer go out when
 * it is drained.
 *
 * Returns `MOTE_OK` (`*event` is written), `MOTE_WANT_READ` (no more), `MOTE_WANT_WRITE` (no more
 * until something can be sent: call again then), `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
 */
mote_status mote_server_next_event(mote_server *server,
                                   mote_event *event);

/**
 * Sends `length` octets to a peer as one record in one datagram. `data` is borrowed until the call
 * returns and may lie anywhere, also in the server's buffer: what an event has brought can be sent
 * back. What is unread of another peer's datagram in the buffer is lost.
 *
 * Returns `MOTE_OK`, `MOTE_WANT_WRITE` (nothing was sent: call again), `MOTE_STALE`,
 * `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE`, `MOTE_ERROR_STATE`, or a final error of the peer's
 * connection.
 */
mote_status mote_peer_write(mote_server *server,
                            mote_peer peer,
                            const uint8_t *data,
                            size_t length);

/** The most octets that one `mote_peer_write` to this peer takes now; 0 for a stale handle. */
size_t mote_peer_max_write(const mote_server *server, mote_peer peer);

/**
 * Closes a peer: says close_notify to it, if that can be sent now, and destroys its keys. No event
 * tells of it.
 *
 * Returns `MOTE_OK`, `MOTE_STALE`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
 */
mote_status mote_peer_close(mote_server *server,
                            mote_peer peer);

/**
 * Copies the address of a peer to `address`, which holds `*length` octets, and its length to
 * `*length`. `MOTE_ADDRESS_MAX` is always enough.
 *
 * Returns `MOTE_OK`, `MOTE_STALE`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` or `MOTE_ERROR_STATE`.
 */
mote_status mote_peer_address(const mote_server *server,
                              mote_peer peer,
                              uint8_t *address,
                              size_t *length);

/**
 * Tells about a peer's connection. Of `psk_identity` there are the first 32 octets, of `peer_name`
 * what fits; all is borrowed until the next call on the server.
 *
 * Returns `MOTE_OK`, `MOTE_STALE`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
 */
mote_status mote_peer_info(const mote_server *server,
                           mote_peer peer,
                           mote_info *info);

/** Derives keying material with a peer, as `mote_connection_export_keying_material` does. */
mote_status mote_peer_export_keying_material(mote_server *server,
                                             mote_peer peer,
                                             const char *label,
                                             const uint8_t *context,
                                             size_t context_length,
                                             uint8_t *out,
                                             size_t out_length);

/**
 * Keeps a pointer of the application with a peer.
 *
 * Returns `MOTE_OK`, `MOTE_STALE`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
 */
mote_status mote_peer_set_user(mote_server *server, mote_peer peer, void *user);

/** The pointer that `mote_peer_set_user` set; NULL if there is none, or for a stale handle. */
void *mote_peer_user(const mote_server *server, mote_peer peer);

/**
 * Tells about the server. The counters stand still at their greatest value.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
 */
mote_status mote_server_info(const mote_server *server, mote_server_figures *info);

/**
 * Sets whether heartbeats are used; unless set, they are not. A client offers the extension, a
 * server answers it. A request of the peer's is answered from within `mote_connection_read` or
 * `mote_server_next_event`, one in a datagram at most, with no more octets than it has itself.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
 */
mote_status mote_config_set_heartbeat(mote_config *config, mote_heartbeat_mode mode);

/**
 * Sets after how many milliseconds without an authenticated record of the peer's a connection
 * sends a heartbeat by itself: 1000 to 86400000, many round trips; 0, the default, for never.
 * Heartbeats must be on and the peer must allow them, or nothing is sent: `mote_info` tells.
 * `mote_connection_timeout` says when `mote_connection_read` is to be called for it. A peer that
 * stays silent is gone: `MOTE_ERROR_PEER_GONE`, after as many retransmissions as a handshake makes.
 * The peers of a `mote_server` are not asked by themselves: `mote_peer_heartbeat` asks one.
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or without
 * `mote_config_set_heartbeat`).
 */
mote_status mote_config_set_keep_alive(mote_config *config,
                                       uint32_t interval_ms);

/**
 * Asks the peer for a sign of life. The request goes out now, or, when the last datagram is not
 * drained or the transport cannot send, with `mote_connection_read`. Go on calling that as
 * `mote_connection_timeout` says: it takes the answer, which shows in `mote_info`
 * (`heartbeat_answers` counts up, `heartbeat_in_flight` ends), and sends the request again with the
 * timeouts of a handshake. When the last of them passes, the connection ends with
 * `MOTE_ERROR_PEER_GONE`; if the peer has said anything else meanwhile, only the request is given
 * up (`heartbeats_lost`).
 *
 * Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE` (not connected, heartbeats not
 * negotiated or not allowed by the peer, or one is in flight), `MOTE_ERROR_NO_MEMORY_LENT`, or a
 * final error.
 */
mote_status mote_connection_heartbeat(mote_connection *connection);

/**
 * Tries whether a datagram of `octets` octets of UDP payload reaches the peer: a heartbeat of that
 * size is sent. When it is answered, the MTU of the connection is raised to it (`mote_info.mtu`)
 * if it was lower; when it is not answered after three sendings, or `send` says that it is too big,
 * it is lost (`heartbeats_lost`), and that is all. Let the transport forbid fragmentation on the
 * way (the DF bit), or it only tells what the peer can put together. The peer must have room for
 * the datagram, and so must the lent buffer.
 *
 * Returns `MOTE_OK` (it is under way, as with `mote_connection_heartbeat`), `MOTE_ERROR_ARGUMENT`
 * (less than `MOTE_MTU_MIN`), `MOTE_ERROR_SIZE` (more than the buffer, or than the maximum fragment
 * length allows), `MOTE_ERROR_STATE` (as with `mote_connection_heartbeat`),
 * `MOTE_ERROR_NO_MEMORY_LENT`, or a final error.
 */
mote_status mote_connection_probe_mtu(mote_connection *connection,
                                      size_t octets);

/**
 * Asks a peer of a server for a sign of life. A server keeps no timers for its peers: whoever wants
 * to know calls this again, every second or so, until `mote_peer_info` shows the answer
 * (`heartbeat_in_flight` is false; `heartbeat_answers` has grown). A request that was not answered
 * in time is then sent again, and after the last the peer is forgotten, as by `mote_peer_close`:
 * `MOTE_ERROR_PEER_GONE`. What is unread of another peer's datagram in the buffer is lost.
 *
 * Returns `MOTE_OK` (a request was sent, for the first time or again), `MOTE_WANT_READ` (one is in
 * flight), `MOTE_STALE`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE` (heartbeats not negotiated or
 * not allowed by the peer), or a final error of the peer's connection.
 */
mote_status mote_peer_heartbeat(mote_server *server,
                                mote_peer peer);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MOTEDTLS_H */
