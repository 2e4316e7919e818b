/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks of an array that are initialised under names of their own are classes of their own. */
#include "kernel.h"

#define LEVELS 3

struct super {
	struct mutex level[LEVELS];
	struct mutex quota;
};

static const char *const level_names[LEVELS] = { "write", "fault", "internal" };
static struct lock_class_key level_keys[LEVELS];

void super_init(struct super *s)
{
	int i;

	for (i = 0; i < LEVELS; i++)
		__mutex_init(&s->level[i], level_names[i], &level_keys[i]);
}

static void level_lock_bad(struct super *s, int level)
{
	mutex_lock(s->level + level - 1); // finds deadlock/cycle: super.level[0] and super->quota
}

static void level_unlock(struct super *s, int level)
{
	mutex_unlock(s->level + level - 1);
}

void super_write_bad(struct super *s)
{
	level_lock_bad(s, 1);
	mutex_lock(&s->quota); // step
	mutex_unlock(&s->quota);
	level_unlock(s, 1);
}

void super_sync_bad(struct super *s)
{
	mutex_lock(&s->quota);
	level_lock_bad(s, 1); // step
	level_unlock(s, 1);
	mutex_unlock(&s->quota);
}

/* The levels have an order among them, and are given up one by one. */
void super_commit_ok(struct super *s, struct super *same)
{
	level_lock_bad(s, 1);
	level_lock_bad(s, 3);
	level_unlock(same, 3);
	level_unlock(s, 1);
}

/* One name for all: one class. */
struct bank {
	struct mutex level[LEVELS];
	struct mutex quota;
};

static struct lock_class_key bank_key;

void bank_init(struct bank *b)
{
	int i;

	for (i = 0; i < LEVELS; i++)
		__mutex_init(&b->level[i], "bank", &bank_key);
}

void bank_write_bad(struct bank *b)
{
	mutex_lock(&b->level[0]);
	mutex_lock(&b->quota); // finds deadlock/cycle: bank
	mutex_unlock(&b->quota);
	mutex_unlock(&b->level[0]);
}

void bank_sync_bad(struct bank *b)
{
	mutex_lock(&b->quota);
	mutex_lock(&b->level[2]); // step
	mutex_unlock(&b->level[2]);
	mutex_unlock(&b->quota);
}
