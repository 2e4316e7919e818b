/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <pthread.h>

struct journal {
	pthread_mutex_t lock;
	unsigned long entries;
};

struct account {
	pthread_mutex_t lock;
	long balance;
	struct journal *journal;
};

/* Moves @amount into the account and writes it down. */
void account_deposit(struct account *account, long amount);

/* One more line in the journal. */
void journal_add(struct journal *journal);

/* Asks each account for its balance; the journal stands still meanwhile. */
long journal_audit(struct journal *journal, struct account *accounts, int n);

#endif
