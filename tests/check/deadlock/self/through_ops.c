/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core calls a driver's operation under its lock, and the operation calls back into the core. */
#include "kernel.h"

struct phy;

struct phy_ops {
	void (*report)(struct phy *p);
};

struct phy {
	struct mutex lock;
	const struct phy_ops *ops;
	int link;
};

static void phy_set_link(struct phy *p, int link)
{
	mutex_lock(&p->lock); // step
	p->link = link;
	mutex_unlock(&p->lock);
}

static void my_report_bad(struct phy *p)
{
	phy_set_link(p, 1); // step
}

static const struct phy_ops my_ops = {
	.report = my_report_bad,
};

void my_setup(struct phy *p)
{
	p->ops = &my_ops;
}

void phy_poll_bad(struct phy *p)
{
	mutex_lock(&p->lock); // step
	p->ops->report(p);    // finds deadlock/self
	mutex_unlock(&p->lock);
}

/* The operation only notes what it has to say. */
struct sensor;

struct sensor_ops {
	void (*report)(struct sensor *s);
};

struct sensor {
	struct mutex lock;
	const struct sensor_ops *ops;
	int value;
};

static void note_ok(struct sensor *s)
{
	lockdep_assert_held(&s->lock);
	s->value = 1;
}

static const struct sensor_ops sensor_ops = {
	.report = note_ok,
};

void sensor_setup(struct sensor *s)
{
	s->ops = &sensor_ops;
}

void sensor_poll_ok(struct sensor *s)
{
	mutex_lock(&s->lock);
	s->ops->report(s);
	mutex_unlock(&s->lock);
}
