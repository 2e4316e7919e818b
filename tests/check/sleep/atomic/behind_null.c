/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a member of the argument says cannot be so for who hands in NULL. */
#include "kernel.h"

struct request {
	int may_wait;
	struct completion done;
};

struct entry {
	spinlock_t lock;
	int state;
};

#define AGAIN (-11)

int entry_state(struct entry *e);

static int entry_defer(struct request *r, struct entry *e)
{
	if (r->may_wait) {
		wait_for_completion(&r->done);
		return entry_state(e);
	}
	return AGAIN;
}

static int entry_check(struct entry *e, struct request *r)
{
	int err = entry_state(e);

	if (!r) {
		if (err == AGAIN)
			err = -2;
	} else if (err == -2) {
		err = AGAIN;
	}
	if (err == AGAIN)
		err = entry_defer(r, e);
	return err;
}

int entry_show_ok(struct entry *e)
{
	int err;

	spin_lock(&e->lock);
	err = entry_check(e, NULL);
	spin_unlock(&e->lock);
	return err;
}

int entry_show_for_bad(struct entry *e, struct request *r)
{
	int err;

	spin_lock(&e->lock);
	err = entry_check(e, r); // finds sleep/atomic
	spin_unlock(&e->lock);
	return err;
}

/* Nor can it be that one is read that is handed to what sleeps. */
static void entry_wait(struct request *r, struct entry *e)
{
	if (entry_state(e) == AGAIN)
		wait_for_completion_timeout(&r->done, r->may_wait);
}

static void entry_update(struct entry *e, struct request *r)
{
	int err = entry_state(e);

	if (!r && err == AGAIN)
		err = -2;
	if (err == AGAIN)
		entry_wait(r, e);
}

void entry_update_ok(struct entry *e)
{
	spin_lock(&e->lock);
	entry_update(e, NULL);
	spin_unlock(&e->lock);
}

void entry_update_for_bad(struct entry *e, struct request *r)
{
	spin_lock(&e->lock);
	entry_update(e, r); // finds sleep/atomic
	spin_unlock(&e->lock);
}
