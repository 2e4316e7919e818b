/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes an account's lock, then the journal's. */
#include "account.h"

void account_deposit(struct account *account, long amount)
{
	pthread_mutex_lock(&account->lock);
	account->balance += amount;
	journal_add(account->journal);
	pthread_mutex_unlock(&account->lock);
}
