/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* There is one thread. */
#ifndef PTHREAD_H
#define PTHREAD_H

#include <sys/types.h> /* pthread_mutex_t */

#define PTHREAD_MUTEX_INITIALIZER 0
#define pthread_mutex_lock(mutex) (*(mutex) = 1)
#define pthread_mutex_trylock(mutex) (*(mutex) = 1)
#define pthread_mutex_unlock(mutex) (*(mutex) = 0)

#endif
