/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* lwIP's settings: UDP over IPv4 and nothing else. Those that motedtls depends on are marked with
 * (*). */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

/* (*) Tasks call udp_sendto() by themselves, under the lock of lwIP's core; so does the task that
 * brings frames in. No datagram waits for another task to be scheduled. */
#define NO_SYS 0
#define LWIP_TCPIP_CORE_LOCKING 1
#define LWIP_TCPIP_CORE_LOCKING_INPUT 1
#define SYS_LIGHTWEIGHT_PROT 1

#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_TCP 0
#define LWIP_RAW 0
#define LWIP_UDP 1
#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ARP 1
#define LWIP_ICMP 1
#define LWIP_DHCP 0

/* (*) DTLS cuts its messages to the path by itself (RFC 6347 4.1.1): IP need not. */
#define IP_FRAG 0
#define IP_REASSEMBLY 0

/* No malloc: a heap of lwIP's own for datagrams on their way out, and a pool for those that come. */
#define MEM_LIBC_MALLOC 0
#define MEMP_MEM_MALLOC 0
#define MEM_ALIGNMENT 4
#define MEM_SIZE 6144
#define MEMP_NUM_PBUF 4
#define MEMP_NUM_UDP_PCB 4
#define PBUF_POOL_SIZE 16
/* A certificate flight fills four of them, a PSK handshake's datagrams one. */
#define PBUF_POOL_BUFSIZE 512

#define TCPIP_THREAD_NAME "tcpip"
#define TCPIP_THREAD_STACKSIZE 768 /* octets; timers alone */
#define TCPIP_THREAD_PRIO 3
#define TCPIP_MBOX_SIZE 8

#define LWIP_STATS 0
#define LWIP_NETIF_HOSTNAME 0

/* Ephemeral ports that nobody guesses: who wants to disturb a handshake must know ours. */
unsigned network_random(void);
#define LWIP_RAND() network_random()

#endif
