/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two threads, two orders; once with a common gate lock around each.
 *
 * // run: --rules=pthread
 */
#include <pthread.h>

struct bank {
	pthread_mutex_t account, journal;
};

static void *deposit_bad(void *data)
{
	struct bank *bank = data;

	pthread_mutex_lock(&bank->account);
	pthread_mutex_lock(&bank->journal); // finds deadlock/cycle: account -> journal -> account
	pthread_mutex_unlock(&bank->journal);
	pthread_mutex_unlock(&bank->account);
	return NULL;
}

void audit_bad(struct bank *bank)
{
	pthread_t depositor;

	pthread_create(&depositor, NULL, deposit_bad, bank);
	pthread_mutex_lock(&bank->journal);
	pthread_mutex_lock(&bank->account); // step
	pthread_mutex_unlock(&bank->account);
	pthread_mutex_unlock(&bank->journal);
	pthread_join(depositor, NULL);
}

struct gated {
	pthread_mutex_t gate, account, journal;
};

static void *deposit_ok(void *data)
{
	struct gated *bank = data;

	pthread_mutex_lock(&bank->gate);
	pthread_mutex_lock(&bank->account);
	pthread_mutex_lock(&bank->journal);
	pthread_mutex_unlock(&bank->journal);
	pthread_mutex_unlock(&bank->account);
	pthread_mutex_unlock(&bank->gate);
	return NULL;
}

void audit_ok(struct gated *bank)
{
	pthread_t depositor;

	pthread_create(&depositor, NULL, deposit_ok, bank);
	pthread_mutex_lock(&bank->gate);
	pthread_mutex_lock(&bank->journal);
	pthread_mutex_lock(&bank->account);
	pthread_mutex_unlock(&bank->account);
	pthread_mutex_unlock(&bank->journal);
	pthread_mutex_unlock(&bank->gate);
	pthread_join(depositor, NULL);
}
