/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* lwIP's mutexes, mailboxes and threads as FreeRTOS objects in static memory. */
#ifndef ARCH_SYS_ARCH_H
#define ARCH_SYS_ARCH_H

#include <FreeRTOS.h>
#include <queue.h>
#include <semphr.h>
#include <task.h>

typedef struct {
  SemaphoreHandle_t handle;
  StaticSemaphore_t storage;
} sys_mutex_t;

typedef struct {
  QueueHandle_t handle;
  StaticQueue_t storage;
  void *slots[TCPIP_MBOX_SIZE];
} sys_mbox_t;

/* Without netconns and sockets, lwIP has no use for them. */
typedef struct {
  int unused;
} sys_sem_t;

typedef TaskHandle_t sys_thread_t;
typedef UBaseType_t sys_prot_t;

#endif
