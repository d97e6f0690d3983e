/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ClientHellos from addresses that are not their senders', while honest clients want to get in. */
#define _GNU_SOURCE
#include "load.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HONEST_ADDRESS 0x000002u   /* 127.0.0.2 and so on, one for each honest client */
#define SPOOFED_ADDRESS 0x400000u  /* 127.64.0.0 to 127.127.255.255 */
#define SPOOFED_MASK 0x3FFFFFu
#define HONEST_LIMIT 30.0          /* seconds that an honest client has */
#define GROWTH_MAX (128 * 1024)    /* octets: pages that are touched for the first time */
#define RANDOM_AT 27               /* behind record header, message header and version */

struct flood {
  int descriptor;
  uint16_t port;
  unsigned per_second;
  double seconds;
  struct capture hellos;
  atomic_bool stop;
  /* What has gone to the server, and what has come back. */
  uint64_t datagrams_in, octets_in;
  uint64_t datagrams_out, octets_out;
  size_t longest_out;
  uint32_t unread;
  double sent_for;
};

static void *spoof(void *user)
{
  struct flood *flood = user;
  uint64_t state = 88172645463325252u;
  double start = net_seconds(), now = start;
  while ((now = net_seconds()) - start < flood->seconds) {
    uint64_t due = (uint64_t)((now - start) * flood->per_second);
    for (; flood->datagrams_in < due; flood->datagrams_in++) {
      state ^= state << 13, state ^= state >> 7, state ^= state << 17;
      /* With no cookie and with one that was made for another, by turns. */
      size_t which = flood->datagrams_in % 2;
      memcpy(flood->hellos.octets[which] + RANDOM_AT, &state, sizeof state);
      host_number from = SPOOFED_ADDRESS | ((host_number)(state >> 20) & SPOOFED_MASK);
      (void)net_send(flood->descriptor, flood->port, from, flood->hellos.octets[which],
                     flood->hellos.lengths[which]);
      flood->octets_in += flood->hellos.lengths[which];
    }
    const struct timespec tick = {.tv_nsec = 500000};
    nanosleep(&tick, NULL);
  }
  flood->sent_for = now - start;
  atomic_store(&flood->stop, true);
  return NULL;
}

static void *collect(void *user)
{
  struct flood *flood = user;
  uint8_t datagram[LOAD_DATAGRAM_MAX];
  host_number to;
  ssize_t length = 0;
  while (!atomic_load(&flood->stop) || length >= 0) {
    length = net_receive(flood->descriptor, 200, &to, datagram, sizeof datagram, &flood->unread);
    if (length < 0)
      continue;
    flood->datagrams_out++;
    flood->octets_out += (size_t)length;
    flood->longest_out = (size_t)length > flood->longest_out ? (size_t)length : flood->longest_out;
  }
  return NULL;
}

/* An honest client from its first ClientHello to an echo; how long it took, or -1. */
static double be_honest(int descriptor, uint16_t port, host_number address,
                        struct capture *capture)
{
  static struct desk desk;
  static struct client client;
  memset(&client, 0, sizeof client);
  client.descriptor = descriptor;
  client.port = port;
  client.address = address;
  client.capture = capture;
  double start = net_seconds(), asked = 0;
  mote_status status = client_begin(&client, &desk);
  while (status >= 0 && net_seconds() - start < HONEST_LIMIT) {
    uint8_t datagram[LOAD_DATAGRAM_MAX];
    host_number to = 0;
    ssize_t length = net_receive(descriptor, 10, &to, datagram, sizeof datagram, NULL);
    bool ours = length >= 0 && to == address;
    if (status != MOTE_OK) {
      if (ours || mote_connection_timeout(&client.connection, net_now_ms()) == 0)
        status = client_go_on(&client, ours ? datagram : NULL, (size_t)length);
      if (status == MOTE_OK)
        client_rest(&client);
    } else if (ours && client_take(&client, &desk, datagram, (size_t)length)) {
      (void)mote_connection_lend(&client.connection, NULL, 0, desk.buffer, sizeof desk.buffer);
      (void)mote_connection_close(&client.connection);
      return net_seconds() - start;
    }
    /* An answer that gets lost is asked for again. */
    if (status == MOTE_OK && net_seconds() - asked > 0.5) {
      (void)client_write(&client, &desk, (const uint8_t *)"still here?", 11);
      asked = net_seconds();
    }
  }
  fprintf(stderr, "mote-load: an honest client does not get in: %s\n", mote_status_str(status));
  return -1;
}

static bool go_through(struct flood *flood, const struct server_process *server, int descriptor)
{
  host_number address = HONEST_ADDRESS;
  /* What it takes once is taken: then its memory is to stay as it is. */
  if (be_honest(descriptor, server->port, address++, &flood->hellos) < 0)
    return false;
  size_t resident = server_resident(server), most = resident;
  unsigned honest = 0, shut_out = 0;
  double longest = 0, sum = 0;
  pthread_t spoofer, collector;
  if (pthread_create(&collector, NULL, collect, flood) != 0)
    return false;
  if (pthread_create(&spoofer, NULL, spoof, flood) != 0) {
    atomic_store(&flood->stop, true);
    (void)pthread_join(collector, NULL);
    return false;
  }
  while (!atomic_load(&flood->stop)) {
    double took = be_honest(descriptor, server->port, address++, NULL);
    size_t now = server_resident(server);
    most = now > most ? now : most;
    if (took < 0) {
      shut_out++;
      continue;
    }
    honest++;
    sum += took;
    longest = took > longest ? took : longest;
    const struct timespec pause = {.tv_nsec = 10000000};
    nanosleep(&pause, NULL);
  }
  (void)pthread_join(spoofer, NULL);
  (void)pthread_join(collector, NULL);

  /* What the socket had no room for may have been as long as the longest that was seen. */
  uint64_t out_at_most = flood->octets_out + (uint64_t)flood->unread * flood->longest_out;
  printf("flood: %llu spoofed ClientHellos in %.1f s, %.0f a second\n",
         (unsigned long long)flood->datagrams_in, flood->sent_for,
         (double)flood->datagrams_in / flood->sent_for);
  printf("octets to the server %llu, from it %llu in %llu datagrams of %zu at most (%u unread)\n",
         (unsigned long long)flood->octets_in, (unsigned long long)flood->octets_out,
         (unsigned long long)flood->datagrams_out, flood->longest_out, flood->unread);
  printf("honest clients: %u served, %u shut out; a full exchange took %.0f ms on average, "
         "%.0f ms at most\n",
         honest, shut_out, honest == 0 ? 0 : sum / honest * 1000, longest * 1000);
  printf("memory of the server: %zu KiB before, %zu KiB at most\n", resident / 1024, most / 1024);

  bool bounded = out_at_most <= flood->octets_in && flood->datagrams_out > 0;
  bool flat = resident > 0 && most - resident <= GROWTH_MAX;
  if (!bounded)
    fputs("mote-load: more came out than went in, or nothing at all\n", stderr);
  if (!flat)
    fputs("mote-load: the server's memory has grown\n", stderr);
  if (honest == 0 || shut_out > 0)
    fputs("mote-load: honest clients were shut out\n", stderr);
  return bounded && flat && honest > 0 && shut_out == 0;
}

bool load_flood(const char *path, unsigned per_second, unsigned seconds)
{
  static struct flood flood;
  struct server_process server;
  int descriptor = net_open();
  flood.descriptor = net_open();
  flood.per_second = per_second;
  flood.seconds = seconds;
  if (descriptor < 0 || flood.descriptor < 0 || !server_start(&server, path, 1000))
    return false;
  flood.port = server.port;
  bool well = go_through(&flood, &server, descriptor);
  well = server_stop(&server) && well;
  close(descriptor);
  close(flood.descriptor);
  return well;
}
