/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of memory from before a call is taken to hold after it. Where only BUG() would be
 * left then, it does not: whoever wrote that knows better.
 */
#include "kernel.h"

void stop(void) __attribute__((noreturn));

struct fc;
int fill(struct fc *fc);

struct fc {
	struct mutex lock;
	struct fc *root;
	int state;
};

int get_bad(struct fc *fc)
{
	int err;

	if (fc->root)
		return -EBUSY;
	err = fill(fc);
	if (err < 0)
		return err;
	if (!fc->root)
		stop();
	mutex_lock(&fc->lock); // step
	if (fc->state)
		return -EINVAL; // finds lock/imbalance: fc->lock held here
	mutex_unlock(&fc->lock);
	return 0;
}

int get_ok(struct fc *fc)
{
	int err;

	if (fc->root)
		return -EBUSY;
	err = fill(fc);
	if (err < 0)
		return err;
	if (!fc->root)
		stop();
	mutex_lock(&fc->lock);
	fc->state++;
	mutex_unlock(&fc->lock);
	return 0;
}

/* Nothing that others write: it stops indeed. */
int always_ok(struct fc *fc)
{
	int known = 0;

	mutex_lock(&fc->lock);
	if (!known)
		stop();
	return 0;
}
