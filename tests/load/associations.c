/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* So many associations at the same time, each from an address of its own. */
#define _GNU_SOURCE
#include "load.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DESKS 16
#define RECORDS 200000u
#define RECORD_LENGTH 64
#define IN_FLIGHT 64
#define TIME_LIMIT 120.0 /* seconds, for each part */
#define FIRST_ADDRESS 0x010000u /* 127.1.0.0 */

struct load {
  int descriptor;
  uint16_t port;
  struct client *clients;
  unsigned count;
  struct desk desks[DESKS];
};

static struct client *client_at(const struct load *load, host_number address)
{
  host_number index = address - FIRST_ADDRESS;
  return index < load->count ? &load->clients[index] : NULL;
}

/* Says what became of a client; true when its desk is free. */
static bool settle(struct client *client, mote_status status, unsigned *connected,
                   unsigned *failed)
{
  if (status == MOTE_OK) {
    client_rest(client);
    ++*connected;
    return true;
  }
  if (status >= 0)
    return false;
  fprintf(stderr, "mote-load: a handshake failed: %s\n", mote_status_str(status));
  client->desk = NULL;
  ++*failed;
  return true;
}

static bool shake_hands(struct load *load)
{
  struct client *at_desk[DESKS] = {NULL};
  unsigned begun = 0, connected = 0, failed = 0;
  double start = net_seconds();
  while (connected + failed < load->count && failed < 10 && net_seconds() - start < TIME_LIMIT) {
    for (size_t i = 0; i < DESKS; i++) {
      struct client *client = at_desk[i];
      if (client == NULL && begun < load->count) {
        at_desk[i] = client = &load->clients[begun];
        client->descriptor = load->descriptor;
        client->port = load->port;
        client->address = FIRST_ADDRESS + begun++;
        if (settle(client, client_begin(client, &load->desks[i]), &connected, &failed))
          at_desk[i] = NULL;
      } else if (client != NULL && client->desk == NULL) {
        at_desk[i] = NULL;
      } else if (client != NULL &&
                 mote_connection_timeout(&client->connection, net_now_ms()) == 0) {
        (void)settle(client, client_go_on(client, NULL, 0), &connected, &failed);
      }
    }
    uint8_t datagram[LOAD_DATAGRAM_MAX];
    host_number to;
    ssize_t length;
    int wait_ms = 10;
    for (unsigned i = 0; i < DESKS && (length = net_receive(load->descriptor, wait_ms, &to, datagram,
                                                            sizeof datagram, NULL)) >= 0;
         i++) {
      struct client *client = client_at(load, to);
      wait_ms = 0;
      if (client != NULL && client->desk != NULL)
        (void)settle(client, client_go_on(client, datagram, (size_t)length), &connected, &failed);
    }
  }
  double seconds = net_seconds() - start;
  printf("handshakes: %u of %u in %.2f s, %.0f a second, both ends on this machine\n", connected,
         load->count, seconds, connected / seconds);
  return connected == load->count;
}

/* Every association echoes, one after the other and round again, some at a time. */
static bool exchange(struct load *load)
{
  static const uint8_t record[RECORD_LENGTH];
  uint8_t *answered = calloc(load->count, 1);
  unsigned wanted = RECORDS > load->count ? RECORDS : load->count;
  unsigned sent = 0, received = 0, lost = 0, next = 0, silent = 0;
  double start = net_seconds();
  while (answered != NULL && received < wanted && net_seconds() - start < TIME_LIMIT) {
    while (sent - received - lost < IN_FLIGHT) {
      struct client *client = &load->clients[next++ % load->count];
      if (!client_write(client, &load->desks[0], record, sizeof record)) {
        fputs("mote-load: a record cannot be written\n", stderr);
        free(answered);
        return false;
      }
      sent++;
    }
    uint8_t datagram[LOAD_DATAGRAM_MAX];
    host_number to;
    ssize_t length =
        net_receive(load->descriptor, 100, &to, datagram, sizeof datagram, NULL);
    if (length < 0) {
      lost = sent - received; /* they do not come any more */
      continue;
    }
    struct client *client = client_at(load, to);
    if (client != NULL && client_take(client, &load->desks[0], datagram, (size_t)length)) {
      answered[client - load->clients] = 1;
      received++;
    }
  }
  double seconds = net_seconds() - start;
  for (unsigned i = 0; answered != NULL && i < load->count; i++)
    silent += answered[i] == 0;
  free(answered);
  printf("records: %u of %d octets there and back in %.2f s, %.0f a second each way, %u lost\n",
         received, RECORD_LENGTH, seconds, received / seconds, lost);
  if (silent > 0)
    fprintf(stderr, "mote-load: %u associations have not answered\n", silent);
  return received >= wanted && silent == 0;
}

bool load_associations(const char *path, unsigned count)
{
  static struct load load;
  struct server_process server;
  size_t one = MOTE_SERVER_SIZE(2, 1, MOTE_WORKSPACE_SIZE, 0) -
               MOTE_SERVER_SIZE(1, 1, MOTE_WORKSPACE_SIZE, 0);
  load.count = count;
  load.clients = calloc(count, sizeof *load.clients);
  load.descriptor = net_open();
  if (load.clients == NULL || load.descriptor < 0 || !server_start(&server, path, count))
    return false;
  load.port = server.port;
  size_t before = server_resident(&server);
  bool well = shake_hands(&load) && exchange(&load);
  size_t after = server_resident(&server);
  well = server_stop(&server) && well;
  printf("memory: %zu octets an association; the server has %zu KiB resident with nobody, "
         "%zu KiB with all\n",
         one, before / 1024, after / 1024);
  close(load.descriptor);
  free(load.clients);
  return well;
}
