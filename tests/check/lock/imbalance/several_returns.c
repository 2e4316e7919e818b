/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several returns with the same lock held have one reason: they are told once, with the first one. */
#include "kernel.h"

struct meter {
	struct mutex lock;
	int on, level;
};

int meter_read_bad(struct meter *m, int what)
{
	mutex_lock(&m->lock);
	if (what == 1)
		return -EINVAL; // finds lock/imbalance [error]: meter_read_bad() returns with m->lock held here
	if (what == 2)
		return -EINVAL; // step
	if (!m->on)
		return -EINVAL; // step
	mutex_unlock(&m->lock);
	return m->level > 5 ? -EINVAL : 0; // step
}

int meter_level_ok(struct meter *m, int what)
{
	int err = -EINVAL;

	mutex_lock(&m->lock);
	if (what == 1)
		goto out;
	if (m->on)
		err = m->level;
out:
	mutex_unlock(&m->lock);
	return err;
}
