/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lock is held that the reading does not ask for: at run time the question is asked all the same. */
#include "kernel.h"

struct link {
	int band;
};

struct station {
	struct link __rcu *link;
	struct mutex lock;
	struct work_struct work;
};

static int station_band(struct station *s)
{
	struct link *link = rcu_dereference(s->link); // finds rcu/reader-missing [note, medium]: station.link is read outside of any RCU reader

	return link ? link->band : 0;
}

static void check_bad(struct work_struct *work)
{
	struct station *s = container_of(work, struct station, work);

	mutex_lock(&s->lock);
	station_band(s); // step
	mutex_unlock(&s->lock);
}

static int station_band_locked(struct station *s)
{
	struct link *link = rcu_dereference_protected(s->link, lockdep_is_held(&s->lock));

	return link ? link->band : 0;
}

static void check_ok(struct work_struct *work)
{
	struct station *s = container_of(work, struct station, work);

	mutex_lock(&s->lock);
	station_band_locked(s);
	mutex_unlock(&s->lock);
}

void station_init_ok(struct station *s, bool is_old)
{
	mutex_init(&s->lock);
	if (is_old)
		INIT_WORK(&s->work, check_bad);
	else
		INIT_WORK(&s->work, check_ok);
}
