/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two threads that sooner or later wait for each other for ever. */
#include "account.h"

#include <stdio.h>

#define ROUNDS 1000000

static struct journal journal = { .lock = PTHREAD_MUTEX_INITIALIZER };
static struct account account = { .lock = PTHREAD_MUTEX_INITIALIZER, .journal = &journal };

static void *deposit_often(void *unused)
{
	for (int i = 0; i < ROUNDS; i++)
		account_deposit(&account, 1);
	return unused;
}

int main(void)
{
	pthread_t depositor;
	long sum = 0;

	if (pthread_create(&depositor, NULL, deposit_often, NULL))
		return 1;
	for (int i = 0; i < ROUNDS; i++)
		sum = journal_audit(&journal, &account, 1);
	pthread_join(depositor, NULL);
	printf("%ld\n", sum);
	return 0;
}
