/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other things that are waited for, spinning: tasklets, high resolution timers. They have no map of
 * lockdep's.
 */
#include "kernel.h"

struct nic {
	spinlock_t lock, tick_lock;
	struct tasklet_struct tasklet;
	struct hrtimer tick;
	int n;
};

static void nic_tasklet(struct tasklet_struct *tasklet)
{
	struct nic *n = container_of(tasklet, struct nic, tasklet);

	spin_lock(&n->lock); // step
	n->n++;
	spin_unlock(&n->lock);
}

static int nic_tick(struct hrtimer *timer)
{
	struct nic *n = container_of(timer, struct nic, tick);

	spin_lock(&n->tick_lock); // step
	n->n++;
	spin_unlock(&n->tick_lock);
	return 0;
}

void nic_setup(struct nic *n)
{
	tasklet_setup(&n->tasklet, nic_tasklet);
	n->tick.function = nic_tick;
}

void nic_stop_bad(struct nic *n)
{
	spin_lock_bh(&n->lock);
	tasklet_unlock_spin_wait(&n->tasklet); // finds deadlock/wait [error, high]: tasklet_unlock_spin_wait() waits for nic_tasklet(), which takes nic->lock
	spin_unlock_bh(&n->lock);
}

void nic_untick_bad(struct nic *n)
{
	spin_lock_irq(&n->tick_lock);
	hrtimer_cancel(&n->tick); // finds deadlock/wait [error, high]: hrtimer_cancel() waits for nic_tick(), which takes nic->tick_lock
	spin_unlock_irq(&n->tick_lock);
}

struct uart {
	spinlock_t lock;
	struct hrtimer tick;
	int n;
};

static int uart_tick_ok(struct hrtimer *timer)
{
	struct uart *u = container_of(timer, struct uart, tick);

	spin_lock(&u->lock);
	u->n++;
	spin_unlock(&u->lock);
	return 0;
}

void uart_setup_ok(struct uart *u)
{
	u->tick.function = uart_tick_ok;
}

void uart_stop_ok(struct uart *u)
{
	spin_lock_irq(&u->lock);
	hrtimer_try_to_cancel(&u->tick);
	spin_unlock_irq(&u->lock);
	hrtimer_cancel(&u->tick);
}
