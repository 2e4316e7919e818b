/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfree() may sleep, unless in an interrupt, and then it has asked; kvfree() of what was too large
 * for kmalloc() is vfree().
 */
#include "kernel.h"

bool is_vmalloc_addr(const void *addr);
void vfree_atomic(const void *addr);

void vfree(const void *addr)
{
	if (in_interrupt()) {
		vfree_atomic(addr);
		return;
	}
	might_sleep();
}

void kvfree(const void *addr)
{
	if (is_vmalloc_addr(addr))
		vfree(addr);
	else
		kfree(addr);
}

struct workspace {
	spinlock_t lock;
	void *memory;
};

void workspace_vfree_bad(struct workspace *w)
{
	spin_lock(&w->lock); // step
	vfree(w->memory); // finds sleep/atomic [error, high]: vfree() may sleep while
	spin_unlock(&w->lock);
}

void workspace_kvfree_bad(struct workspace *w)
{
	spin_lock(&w->lock); // step
	kvfree(w->memory); // finds sleep/atomic [warning, medium]: kvfree() may sleep while
	spin_unlock(&w->lock);
}

void workspace_irq_bad(struct workspace *w)
{
	spin_lock_irq(&w->lock); // step
	kvfree(w->memory); // finds sleep/atomic [warning, medium]: kvfree() may sleep while
	spin_unlock_irq(&w->lock);
}

/* Softirqs being off is an interrupt, too, for who asks. */
void workspace_bh_ok(struct workspace *w)
{
	spin_lock_bh(&w->lock);
	kvfree(w->memory);
	spin_unlock_bh(&w->lock);
}

void workspace_after_ok(struct workspace *w)
{
	void *memory;

	spin_lock(&w->lock);
	memory = w->memory;
	w->memory = NULL;
	spin_unlock(&w->lock);
	kvfree(memory);
}

struct timed_workspace {
	spinlock_t lock;
	struct timer_list timer;
	void *memory;
};

static void workspace_free(struct timed_workspace *w)
{
	kvfree(w->memory);
	w->memory = NULL;
}

/* Nobody but the timer comes here. */
static void workspace_reclaim_ok(struct timer_list *timer)
{
	struct timed_workspace *w = container_of(timer, struct timed_workspace, timer);

	spin_lock(&w->lock);
	workspace_free(w);
	spin_unlock(&w->lock);
}

void workspace_init_ok(struct timed_workspace *w)
{
	timer_setup(&w->timer, workspace_reclaim_ok, 0);
}

struct shared_workspace {
	spinlock_t lock;
	struct timer_list timer;
	void *memory;
};

/* The timer, and a task that wants the memory now. */
static void shared_reclaim_bad(struct timer_list *timer)
{
	struct shared_workspace *w = container_of(timer, struct shared_workspace, timer);

	spin_lock(&w->lock); // finds deadlock/irq: shared_workspace.lock
	vfree(w->memory); // finds sleep/atomic: vfree() may sleep while
	spin_unlock(&w->lock);
}

void shared_init_ok(struct shared_workspace *w)
{
	timer_setup(&w->timer, shared_reclaim_bad, 0);
}

void shared_shrink_ok(struct shared_workspace *w)
{
	shared_reclaim_bad(&w->timer);
}
