/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Four variables in a circle: that one of them is given another name later leaves no doubt. */
#include "kernel.h"

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
static DEFINE_MUTEX(third);
static DEFINE_MUTEX(fourth);
static struct lock_class_key third_key, fourth_key;

void begin_anew(void)
{
	__mutex_init(&third, "later", &third_key);
	__mutex_init(&fourth, "again", &fourth_key);
}

void round_bad(void)
{
	mutex_lock(&first);
	mutex_lock(&second); // finds deadlock/cycle [error, high]: second
	mutex_unlock(&second);
	mutex_unlock(&first);

	mutex_lock(&second);
	mutex_lock(&third); // step
	mutex_unlock(&third);
	mutex_unlock(&second);

	mutex_lock(&third);
	mutex_lock(&fourth); // step
	mutex_unlock(&fourth);
	mutex_unlock(&third);

	mutex_lock(&fourth);
	mutex_lock(&first); // step
	mutex_unlock(&first);
	mutex_unlock(&fourth);
}
