/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WARN_ON() without an if around it says what cannot be; with one, the code is ready for it. */
#include "kernel.h"

struct dev {
	struct mutex lock;
	int value;
};

void asserted_ok(struct dev *d)
{
	int taken = mutex_trylock(&d->lock);

	WARN_ON(!taken);
	d->value++;
	mutex_unlock(&d->lock);
}

int asked_bad(struct dev *d)
{
	mutex_lock(&d->lock); // step
	if (WARN_ON(!d->value))
		d->value = 1;
	if (d->value > 3)
		return -EINVAL; // finds lock/imbalance
	mutex_unlock(&d->lock);
	return 0;
}
