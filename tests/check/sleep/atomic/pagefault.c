/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A copy from user space may sleep in a page fault: not where those are off, it fails there. */
#include "kernel.h"

struct page_user {
	spinlock_t lock;
	int n;
};

static void user_read(struct page_user *u)
{
	might_fault(); // step
	u->n++;
}

void read_bad(struct page_user *u)
{
	spin_lock(&u->lock);
	user_read(u); // finds sleep/atomic [error, high]: user_read() may sleep
	spin_unlock(&u->lock);
}

void read_ok(struct page_user *u)
{
	spin_lock(&u->lock);
	pagefault_disable();
	might_fault();
	user_read(u);
	pagefault_enable();
	spin_unlock(&u->lock);
}

/* On again too early. */
void read_late_bad(struct page_user *u)
{
	preempt_disable();
	pagefault_disable();
	u->n = 0;
	pagefault_enable();
	might_fault(); // finds sleep/atomic: with preemption off
	preempt_enable();
}
