/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function that comes to itself again has mostly done something before that keeps it from that:
 * a warning. Through another one that takes the lock it is an error.
 */
#include "kernel.h"

struct journal {
	struct mutex abort_mutex;
	unsigned long flags;
	int error;
};

void journal_abort_bad(struct journal *j, int error);

static int journal_write(struct journal *j)
{
	if (j->error && !test_bit(0, &j->flags))
		journal_abort_bad(j, -EIO); // step
	return j->error;
}

void journal_abort_bad(struct journal *j, int error)
{
	mutex_lock(&j->abort_mutex); // finds deadlock/self [warning, medium]: journal->abort_mutex
	set_bit(0, &j->flags);
	j->error = error;
	journal_write(j); // step
	mutex_unlock(&j->abort_mutex);
}

struct log {
	struct mutex abort_mutex;
	int error;
};

static void log_abort(struct log *l)
{
	mutex_lock(&l->abort_mutex); // step
	l->error = -EIO;
	mutex_unlock(&l->abort_mutex);
}

void log_write_bad(struct log *l)
{
	mutex_lock(&l->abort_mutex); // step
	log_abort(l);		     // finds deadlock/self [error, high]: log->abort_mutex
	mutex_unlock(&l->abort_mutex);
}
