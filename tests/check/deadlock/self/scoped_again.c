/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A for statement whose variable has a cleanup: the body runs without the lock, and if that was in
 * vain once more with it. The variable remembers which lock its cleanup gives up.
 */
#include "kernel.h"

enum pass_state {
	pass_done = 0,
	pass_lock,
	pass_lock_irqsave,
	pass_lockless,
};

struct pass {
	enum pass_state state;
	unsigned long data;
	spinlock_t *lock;
	spinlock_t *lock_irqsave;
};

int was_in_vain(unsigned long data);
void pass_bug(void);

static __always_inline void pass_cleanup(struct pass *pass)
{
	if (pass->lock)
		spin_unlock(pass->lock);
	if (pass->lock_irqsave)
		spin_unlock_irqrestore(pass->lock_irqsave, pass->data);
}

static __always_inline void pass_next(struct pass *pass, spinlock_t *lock, enum pass_state target)
{
	switch (pass->state) {
	case pass_done:
		pass_bug();
		return;

	case pass_lock:
	case pass_lock_irqsave:
		pass->state = pass_done;
		return;

	case pass_lockless:
		if (!was_in_vain(pass->data)) {
			pass->state = pass_done;
			return;
		}
		break;
	}

	switch (target) {
	case pass_done:
		pass_bug();
		return;

	case pass_lock:
		pass->lock = lock;
		spin_lock(pass->lock);
		pass->state = pass_lock;
		return;

	case pass_lock_irqsave:
		pass->lock_irqsave = lock;
		spin_lock_irqsave(pass->lock_irqsave, pass->data);
		pass->state = pass_lock_irqsave;
		return;

	case pass_lockless:
		pass->data = 1;
		return;
	}
}

#define scoped_read(lock, target)                                                                  \
	for (struct pass _pass __cleanup(pass_cleanup) = { .state = pass_lockless, .data = 1 };    \
	     _pass.state != pass_done; pass_next(&_pass, lock, target))

struct counted {
	spinlock_t lock;
	long a, b;
};

static long counted_sum(struct counted *c)
{
	unsigned long flags;
	long sum;

	spin_lock_irqsave(&c->lock, flags);
	sum = c->a + c->b;
	spin_unlock_irqrestore(&c->lock, flags);
	return sum;
}

long counted_behind_ok(struct counted *c)
{
	long a = 0;

	scoped_read (&c->lock, pass_lock_irqsave)
		a = c->a;
	return a + counted_sum(c);
}

struct inside {
	spinlock_t lock;
	long a, b;
};

static long inside_sum(struct inside *c)
{
	unsigned long flags;
	long sum;

	spin_lock_irqsave(&c->lock, flags);
	sum = c->a + c->b;
	spin_unlock_irqrestore(&c->lock, flags);
	return sum;
}

long inside_bad(struct inside *c)
{
	long sum = 0;

	scoped_read (&c->lock, pass_lock_irqsave)
		sum = c->a + inside_sum(c); // finds deadlock/self
	return sum;
}
