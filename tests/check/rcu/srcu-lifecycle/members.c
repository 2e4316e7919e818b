/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A member that is read but never initialised; one whose per-CPU memory is never given back. */
// run: --all
#include "kernel.h"

struct reader {
	struct srcu_struct srcu;
};

int reader_read_bad(struct reader *r)
{
	int index = srcu_read_lock(&r->srcu); // finds rcu/srcu-lifecycle [note, low]: is used, but

	srcu_read_unlock(&r->srcu, index);
	return 0;
}

struct leaker {
	struct srcu_struct srcu;
};

int leaker_create_bad(struct leaker *l)
{
	return init_srcu_struct(&l->srcu); // finds rcu/srcu-lifecycle: its per-CPU memory is lost
}

struct whole {
	struct srcu_struct srcu;
};

static int whole_prepare_ok(struct srcu_struct *ssp)
{
	return init_srcu_struct(ssp);
}

int whole_create_ok(struct whole *w)
{
	return whole_prepare_ok(&w->srcu);
}

int whole_read_ok(struct whole *w)
{
	int index = srcu_read_lock(&w->srcu);

	srcu_read_unlock(&w->srcu, index);
	return 0;
}

void whole_destroy_ok(struct whole *w)
{
	cleanup_srcu_struct(&w->srcu);
	kfree(w);
}
