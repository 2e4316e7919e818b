/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Indices that do not find their way back. */
#include "more.h"

struct dev {
	struct srcu_struct srcu, other;
};

void ignored_bad(struct dev *d)
{
	srcu_read_lock(&d->srcu); // reports: thrown away
	use(1);
	srcu_read_unlock(&d->srcu, 0); // reports: not 0
}

void lost_bad(struct dev *d)
{
	int idx;

	idx = srcu_read_lock(&d->srcu);
	idx = srcu_read_lock(&d->other); // reports: idx still is the index
	srcu_read_unlock(&d->other, idx);
	use(2);
}

void crossed_bad(struct dev *d)
{
	int idx = srcu_read_lock(&d->srcu);

	use(3);
	srcu_read_unlock(&d->other, idx); // reports: idx is an index of &d->srcu
}

void nested_ok(struct dev *d)
{
	int idx, inner;

	idx = srcu_read_lock(&d->srcu);
	inner = srcu_read_lock(&d->other);
	srcu_read_unlock(&d->other, inner);
	srcu_read_unlock(&d->srcu, idx);
}

void again_ok(struct dev *d)
{
	int idx;

	idx = srcu_read_lock(&d->srcu);
	srcu_read_unlock(&d->srcu, idx);
	idx = srcu_read_lock(&d->other);
	srcu_read_unlock(&d->other, idx);
}
