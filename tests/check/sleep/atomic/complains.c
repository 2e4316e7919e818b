/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who holds the lock of a group has asked for the group before: nobody complains of its number. */
#include "kernel.h"

struct group {
	spinlock_t lock;
	int free;
};

static struct group groups[8];

static struct group *ext4_get_group_desc(unsigned int number)
{
	if (number >= 8) {
		might_sleep();
		return NULL;
	}
	return &groups[number];
}

static struct group *get_any_desc(unsigned int number)
{
	if (number >= 8) {
		might_sleep();
		return NULL;
	}
	return &groups[number];
}

void group_free_ok(struct group *g, unsigned int number)
{
	spin_lock(&g->lock);
	g->free += ext4_get_group_desc(number)->free;
	spin_unlock(&g->lock);
}

void any_free_bad(struct group *g, unsigned int number)
{
	spin_lock(&g->lock); // step
	g->free += get_any_desc(number)->free; // finds sleep/atomic: get_any_desc() may sleep
	spin_unlock(&g->lock);
}
