/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* lwIP on FreeRTOS, without a heap: so much of lwip/sys.h as raw UDP with core locking needs. lwIP's
 * contrib/ports/freertos has all of it, on the kernel's heap. */
#include <lwip/opt.h>

#include <arch/sys_arch.h>
#include <lwip/sys.h>

_Static_assert(configTICK_RATE_HZ == 1000, "sys_now counts ticks as milliseconds");

void sys_init(void)
{
}

u32_t sys_now(void)
{
  return xTaskGetTickCount();
}

/* --- Mutexes --------------------------------------------------------------------------------- */

err_t sys_mutex_new(sys_mutex_t *mutex)
{
  mutex->handle = xSemaphoreCreateMutexStatic(&mutex->storage);
  return ERR_OK;
}

void sys_mutex_lock(sys_mutex_t *mutex)
{
  (void)xSemaphoreTake(mutex->handle, portMAX_DELAY);
}

void sys_mutex_unlock(sys_mutex_t *mutex)
{
  (void)xSemaphoreGive(mutex->handle);
}

sys_prot_t sys_arch_protect(void)
{
  taskENTER_CRITICAL();
  return 0;
}

void sys_arch_unprotect(sys_prot_t before)
{
  (void)before;
  taskEXIT_CRITICAL();
}

/* --- Mailboxes ------------------------------------------------------------------------------- */

err_t sys_mbox_new(sys_mbox_t *mbox, int size)
{
  (void)size; /* there is one, of TCPIP_MBOX_SIZE */
  mbox->handle = xQueueCreateStatic(TCPIP_MBOX_SIZE, sizeof mbox->slots[0],
                                    (uint8_t *)mbox->slots, &mbox->storage);
  return ERR_OK;
}

int sys_mbox_valid(sys_mbox_t *mbox)
{
  return mbox->handle != NULL;
}

void sys_mbox_post(sys_mbox_t *mbox, void *message)
{
  (void)xQueueSend(mbox->handle, &message, portMAX_DELAY);
}

err_t sys_mbox_trypost(sys_mbox_t *mbox, void *message)
{
  return xQueueSend(mbox->handle, &message, 0) == pdTRUE ? ERR_OK : ERR_MEM;
}

u32_t sys_arch_mbox_fetch(sys_mbox_t *mbox, void **message, u32_t timeout_ms)
{
  TickType_t wait = timeout_ms == 0 ? portMAX_DELAY : timeout_ms;
  if (xQueueReceive(mbox->handle, message, wait) == pdTRUE)
    return 0;
  *message = NULL;
  return SYS_ARCH_TIMEOUT;
}

/* --- Threads --------------------------------------------------------------------------------- */

sys_thread_t sys_thread_new(const char *name, lwip_thread_fn body, void *argument, int stack_size,
                            int priority)
{
  /* lwIP has a single thread, of TCPIP_THREAD_STACKSIZE octets. */
  static StackType_t stack[TCPIP_THREAD_STACKSIZE / sizeof(StackType_t)];
  static StaticTask_t task;
  configASSERT(stack_size == (int)sizeof stack);
  return xTaskCreateStatic(body, name, sizeof stack / sizeof stack[0], argument,
                           (UBaseType_t)priority, stack, &task);
}
