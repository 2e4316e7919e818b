/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes the journal's lock, then, in an audit, an account's: the other way round. */
#include "account.h"

void journal_add(struct journal *journal)
{
	pthread_mutex_lock(&journal->lock);
	journal->entries++;
	pthread_mutex_unlock(&journal->lock);
}

static long balance_of(struct account *account)
{
	long balance;

	pthread_mutex_lock(&account->lock);
	balance = account->balance;
	pthread_mutex_unlock(&account->lock);
	return balance;
}

long journal_audit(struct journal *journal, struct account *accounts, int n)
{
	long sum = 0;

	pthread_mutex_lock(&journal->lock);
	for (int i = 0; i < n; i++)
		sum += balance_of(&accounts[i]);
	pthread_mutex_unlock(&journal->lock);
	return sum;
}
