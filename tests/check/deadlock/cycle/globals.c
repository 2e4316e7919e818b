/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks that are global, taken through helpers; static ones of one name in a function are two. */
#include "kernel.h"

static DEFINE_MUTEX(list_mutex);
static DEFINE_SPINLOCK(state_lock);
static int state;

static void set_state(int to)
{
	unsigned long flags;

	spin_lock_irqsave(&state_lock, flags); // finds deadlock/cycle: list_mutex -> state_lock -> list_mutex
	state = to;
	spin_unlock_irqrestore(&state_lock, flags);
}

void insert_bad(void)
{
	mutex_lock(&list_mutex); // step
	set_state(1); // step
	mutex_unlock(&list_mutex);
}

void expire_bad(void)
{
	spin_lock_irq(&state_lock); // step
	mutex_lock(&list_mutex); // step // finds sleep/atomic
	mutex_unlock(&list_mutex);
	spin_unlock_irq(&state_lock);
}

static DEFINE_MUTEX(names_mutex);
static DEFINE_SPINLOCK(numbers_lock);

void insert_ok(void)
{
	mutex_lock(&names_mutex);
	spin_lock_irq(&numbers_lock);
	state = 2;
	spin_unlock_irq(&numbers_lock);
	mutex_unlock(&names_mutex);
}

void expire_ok(void)
{
	spin_lock_irq(&numbers_lock);
	state = 3;
	spin_unlock_irq(&numbers_lock);
	mutex_lock(&names_mutex);
	mutex_unlock(&names_mutex);
}
