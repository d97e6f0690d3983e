/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What check.sh must notice: global and visible, and not of ours. */
extern int planted_for_the_export_check;
int planted_for_the_export_check = 1;
