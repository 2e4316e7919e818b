/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guards release in the opposite order at the end of their scope, on every way out. */
#include "kernel.h"

struct dev {
	struct mutex config;
	spinlock_t state;
	int users;
};

int open_bad(struct dev *d)
{
	guard(mutex)(&d->config);
	if (!d->users)
		return -ENODEV;
	guard(spinlock)(&d->state); // finds deadlock/cycle: config -> state -> config
	d->users++;
	return 0;
}

void reset_bad(struct dev *d)
{
	guard(spinlock)(&d->state);
	guard(mutex)(&d->config); // step // finds sleep/atomic
	d->users = 0;
}

struct dev_ok {
	struct mutex config;
	spinlock_t state;
	int users;
};

int open_ok(struct dev_ok *d)
{
	guard(mutex)(&d->config);
	guard(spinlock)(&d->state);
	d->users++;
	return 0;
}

void reset_ok(struct dev_ok *d)
{
	scoped_guard(spinlock, &d->state)
		d->users = 0;
	guard(mutex)(&d->config);
	d->users = 0;
}
