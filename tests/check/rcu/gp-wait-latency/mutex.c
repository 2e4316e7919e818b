/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A grace period is waited for with a mutex held that many others want, or that nobody else does. */
#include "kernel.h"

struct user {
	int n;
};
void use(struct user *u);

static DEFINE_MUTEX(all_lock);
static DEFINE_MUTEX(few_lock);

#define USER(name)                                                                                 \
	void name(struct user *u)                                                                  \
	{                                                                                          \
		mutex_lock(&all_lock);                                                             \
		use(u);                                                                            \
		mutex_unlock(&all_lock);                                                           \
	}
#define USERS(name)                                                                                \
	USER(name##0)                                                                              \
	USER(name##1)                                                                              \
	USER(name##2)                                                                              \
	USER(name##3)                                                                              \
	USER(name##4)                                                                              \
	USER(name##5)                                                                              \
	USER(name##6)                                                                              \
	USER(name##7)

USERS(a)
USERS(b)
USERS(c)
USERS(d)
USERS(e)

void all_drop_bad(struct user *u)
{
	mutex_lock(&all_lock); // step
	use(u);
	synchronize_rcu(); // finds rcu/gp-wait-latency [note]: synchronize_rcu() is waited for with
	mutex_unlock(&all_lock);
}

void all_drop_ok(struct user *u)
{
	mutex_lock(&all_lock);
	use(u);
	mutex_unlock(&all_lock);
	synchronize_rcu();
}

void few_drop_ok(struct user *u)
{
	mutex_lock(&few_lock);
	use(u);
	synchronize_rcu();
	mutex_unlock(&few_lock);
}
