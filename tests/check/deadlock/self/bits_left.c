/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One of two bits is set, and the one is not: so the other is, and each way gives the lock up. */
#include "kernel.h"

#define TRAP_STOP 1
#define TRAP_NOTIFY 2
#define TRAP_FREEZE 4
#define TRAP_MASK (TRAP_STOP | TRAP_NOTIFY)

struct handlers {
	spinlock_t lock;
	unsigned long pending;
};

void trap(struct handlers *h);
void freeze(struct handlers *h);

int next_signal_ok(struct handlers *h, unsigned long traps)
{
	int signal;

relock:
	spin_lock(&h->lock);
	if (traps & (TRAP_MASK | TRAP_FREEZE)) {
		if (traps & TRAP_MASK) {
			trap(h);
			spin_unlock(&h->lock);
		} else if (traps & TRAP_FREEZE) {
			spin_unlock(&h->lock);
			freeze(h);
		}
		traps >>= 3;
		goto relock;
	}
	signal = h->pending;
	spin_unlock(&h->lock);
	return signal;
}

struct other_handlers {
	spinlock_t lock;
	unsigned long pending;
};

void trap_other(struct other_handlers *h);
void freeze_other(struct other_handlers *h);

/* TRAP_NOTIFY alone is asked for by nobody. */
int next_signal_bad(struct other_handlers *h, unsigned long traps)
{
	int signal;

relock:
	spin_lock(&h->lock); // finds deadlock/self: other_handlers->lock
	if (traps & (TRAP_MASK | TRAP_FREEZE)) {
		if (traps & TRAP_STOP) {
			trap_other(h);
			spin_unlock(&h->lock);
		} else if (traps & TRAP_FREEZE) {
			spin_unlock(&h->lock);
			freeze_other(h);
		}
		traps >>= 3;
		goto relock;
	}
	signal = h->pending;
	spin_unlock(&h->lock);
	return signal;
}
