/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks that are kept on purpose: from one call to the next, and from one state to the next. */
#include "kernel.h"

struct line {
	struct mutex read_lock;
	int left;
};

int line_copy(struct line *l, char *to);
bool line_more(struct line *l);

/* The caller comes again while there is more, and says so with the cookie. */
int line_read_ok(struct line *l, char *to, void **cookie)
{
	int n;

	if (*cookie) {
		n = line_copy(l, to);
		if (line_more(l))
			return n;
		mutex_unlock(&l->read_lock);
		*cookie = NULL;
		return n;
	}
	mutex_lock(&l->read_lock);
	n = line_copy(l, to);
	if (line_more(l)) {
		*cookie = l;
		return n; // wrongly lock/imbalance [note, medium]: line_read_ok() returns
	}
	mutex_unlock(&l->read_lock);
	return n;
}

/* The same without a next call. */
struct row {
	struct mutex read_lock;
	int left;
};

int row_copy(struct row *r, char *to);
bool row_more(struct row *r);

int row_read_bad(struct row *r, char *to)
{
	int n;

	mutex_lock(&r->read_lock);
	n = row_copy(r, to);
	if (row_more(r))
		return n; // finds lock/imbalance [error, high]: row_read_bad() returns
	mutex_unlock(&r->read_lock);
	return n;
}

/* There is no fourth state. */
struct grace {
	struct mutex mutex;
	unsigned long seq;
};

int grace_state(unsigned long seq);
int grace_check(struct grace *g);
void grace_end(struct grace *g);

void grace_advance_ok(struct grace *g)
{
	mutex_lock(&g->mutex);
	if (grace_state(READ_ONCE(g->seq)) == 1) {
		if (!grace_check(g)) {
			mutex_unlock(&g->mutex);
			return;
		}
	}
	if (grace_state(READ_ONCE(g->seq)) == 2) {
		grace_end(g);
		mutex_unlock(&g->mutex);
	}
} // wrongly lock/imbalance [note, medium]: grace_advance_ok() returns

/* One question has one of two answers. */
struct phase {
	struct mutex mutex;
	unsigned long seq;
};

void phase_advance_bad(struct phase *p)
{
	mutex_lock(&p->mutex);
	if (grace_state(READ_ONCE(p->seq)) == 2)
		return; // finds lock/imbalance [error, high]: phase_advance_bad() returns
	mutex_unlock(&p->mutex);
}
