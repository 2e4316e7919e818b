/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lock functions that call each other: who is judged first does not know the other yet. */
#include "kernel.h"

static DEFINE_SPINLOCK(registry_lock);
static int registered;

void registry_drop(int depth);

/* The unlock half of a pair calls, further down, its own users. */
static void registry_end(int depth)
{
	spin_unlock(&registry_lock);
	if (depth > 1)
		registry_drop(depth - 1);
}

static bool registry_begin(void)
{
	spin_lock(&registry_lock);
	if (!registered) {
		spin_unlock(&registry_lock);
		return false;
	}
	return true;
}

void registry_drop(int depth)
{
	if (registry_begin())
		registry_end(depth);
}

void registry_drop_two_ok(int depth)
{
	registry_drop(depth);
	registry_drop(depth);
}

/* The same pair, and a way out between its halves. */
int registry_check_bad(int depth)
{
	if (!registry_begin())
		return -ENOENT;
	if (!depth)
		return -EINVAL; // finds lock/imbalance
	registry_end(depth);
	return 0;
}
