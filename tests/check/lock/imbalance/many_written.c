/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a function writes behind one parameter, however much it is, says nothing of another
 * parameter: the flag that tells whether the lock is given up is what it was.
 */
#include "kernel.h"

struct cursor {
	int node, index, last, low, high, depth, offset, end, flags, status, alloc, state, tree,
		height, slot, entries;
};

struct unmapping {
	bool unlock;
	int count;
};

struct space {
	struct mutex lock;
	int pages;
};

static void gather(struct cursor *cursor, struct unmapping *unmapping)
{
	cursor->node = cursor->index = cursor->last = cursor->low = 1;
	cursor->high = cursor->depth = cursor->offset = cursor->end = 2;
	cursor->flags = cursor->status = cursor->alloc = cursor->state = 3;
	cursor->tree = cursor->height = cursor->slot = cursor->entries = 4;
	unmapping->count++;
}

static int unmap(struct space *space, bool unlock)
{
	struct unmapping unmapping = { .unlock = unlock };
	struct cursor cursor;

	gather(&cursor, &unmapping);
	space->pages -= unmapping.count;
	if (unmapping.unlock)
		mutex_unlock(&space->lock);
	return cursor.status;
}

void remap_ok(struct space *space)
{
	mutex_lock(&space->lock);
	unmap(space, false);
	mutex_unlock(&space->lock);
}

void drop_bad(struct space *space)
{
	mutex_lock(&space->lock);
	unmap(space, true); // step
	mutex_unlock(&space->lock); // finds lock/imbalance: released a second time
}
