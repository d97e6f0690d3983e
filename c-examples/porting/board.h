/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What stands for the device here: its drivers, which you have under names of their own. */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Counts 32768 times a second, also in deep sleep; wraps at 2^32, every 36 hours. */
uint32_t board_rtc_ticks(void);
/* Counts milliseconds while the CPU runs, and stands still in deep sleep. */
uint32_t board_systick_ms(void);

/* Seconds on a clock that goes on in deep sleep. */
uint32_t board_rtc_seconds(void);

/* One random word of the hardware generator, if it has one now. */
bool board_trng_word(uint32_t *word);

/* 32 octets that outlive a loss of power; true once they are read, or written. */
bool board_seed_read(uint8_t seed[32]);
bool board_seed_write(const uint8_t seed[32]);
/* A generator of your crypto library (NIST SP 800-90A). */
void drbg_seed(const uint8_t *seed, size_t length);
bool drbg_generate(uint8_t *out, size_t length);
/* Writes zeros that the compiler cannot leave out. */
void board_wipe(void *memory, size_t length);

/* A radio that takes a datagram of up to RADIO_MTU octets and keeps it until it is on the air. */
#define RADIO_MTU 256
bool board_radio_is_busy(void);
void board_radio_send(const uint8_t *datagram, size_t length);
bool board_radio_is_off(void);

/* Keep the radio's interrupt away. */
void board_radio_irq_off(void);
void board_radio_irq_on(void);

/* Sleeps until something happens, at most so long; MOTE_NO_TIMEOUT is for ever. */
void board_wait(uint32_t timeout_ms);

#endif
