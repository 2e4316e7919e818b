/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An operation of an object that callers name is what is stored in that object, and not what any
 * other has there.
 */
#include "kernel.h"

struct domain {
	void (*wait)(struct domain *d);
	void (*prepare)(struct domain *d);
};

static DEFINE_MUTEX(hotplug);
static DEFINE_MUTEX(text);
static DEFINE_MUTEX(other_text);

static void domain_wait(struct domain *d)
{
	d->prepare(d); // step
}

static void plain_prepare(struct domain *d)
{
}

static void hotplug_prepare_bad(struct domain *d)
{
	mutex_lock(&hotplug); // finds deadlock/cycle: hotplug -> other_text
	mutex_unlock(&hotplug);
}

static struct domain plain_domain = { .wait = domain_wait };
static struct domain hotplug_domain = { .wait = domain_wait };

void domains_init(void)
{
	plain_domain.prepare = plain_prepare;
	hotplug_domain.prepare = hotplug_prepare_bad;
}

static void wait_for(struct domain *d)
{
	d->wait(d); // step
}

void plain_ok(void)
{
	mutex_lock(&hotplug);
	mutex_lock(&text);
	wait_for(&plain_domain);
	mutex_unlock(&text);
	mutex_unlock(&hotplug);
}

void hotplug_wait_bad(void)
{
	mutex_lock(&other_text); // step
	wait_for(&hotplug_domain); // step
	mutex_unlock(&other_text);
}

void order_bad(void)
{
	mutex_lock(&hotplug); // step
	mutex_lock(&other_text); // step
	mutex_unlock(&other_text);
	mutex_unlock(&hotplug);
}
