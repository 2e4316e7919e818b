/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The result says which way it was, but it is one of two locks, and callers do not know which: they
 * cannot release it.
 */
#include "kernel.h"

struct limit {
	struct mutex mutex;
	int left;
};

static struct limit limit_panic, limit_reboot;

bool load_permitted_bad(bool panic)
{
	struct limit *limit = panic ? &limit_panic : &limit_reboot;

	mutex_lock(&limit->mutex); // step
	if (!limit->left) {
		mutex_unlock(&limit->mutex);
		return false; // step
	}
	limit->left--;
	return true; // finds lock/imbalance: returns with
}

int load(bool panic)
{
	if (!load_permitted_bad(panic))
		return -EPERM;
	return 0;
}

/* The twin has somebody who releases it by another name. */
struct safe_limit {
	struct mutex mutex;
	int left;
};

static struct safe_limit safe_panic, safe_reboot;

static bool safe_get_ok(bool panic)
{
	struct safe_limit *limit = panic ? &safe_panic : &safe_reboot;

	mutex_lock(&limit->mutex);
	if (!limit->left) {
		mutex_unlock(&limit->mutex);
		return false;
	}
	limit->left--;
	return true;
}

static void safe_put_ok(bool panic)
{
	if (panic)
		mutex_unlock(&safe_panic.mutex);
	else
		mutex_unlock(&safe_reboot.mutex);
}

int safe_load_ok(bool panic)
{
	if (!safe_get_ok(panic))
		return -EPERM;
	safe_put_ok(panic);
	return 0;
}
