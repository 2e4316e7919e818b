/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The result says whether the spinlock is held, and the way out asks it: lock_sock_fast().
 */
#include "kernel.h"

struct sock {
	spinlock_t slock;
	int owned;
};

static bool lock_fast(struct sock *sk)
{
	spin_lock_bh(&sk->slock);
	if (!sk->owned)
		return false;
	sk->owned = 1;
	spin_unlock_bh(&sk->slock);
	return true;
}

static void release(struct sock *sk)
{
	spin_lock_bh(&sk->slock);
	sk->owned = 0;
	spin_unlock_bh(&sk->slock);
}

static void unlock_fast(struct sock *sk, bool slow)
{
	if (slow)
		release(sk);
	else
		spin_unlock_bh(&sk->slock);
}

void destroy_ok(struct sock *sk)
{
	bool slow = lock_fast(sk);

	unlock_fast(sk, slow);
}

struct sock_bad {
	spinlock_t slock;
	int owned;
};

static bool lock_fast_bad(struct sock_bad *sk)
{
	spin_lock_bh(&sk->slock); // step
	if (!sk->owned)
		return false;
	sk->owned = 1;
	spin_unlock_bh(&sk->slock);
	return true;
}

static void release_bad(struct sock_bad *sk)
{
	spin_lock_bh(&sk->slock); // step
	sk->owned = 0;
	spin_unlock_bh(&sk->slock);
}

static void unlock_fast_bad(struct sock_bad *sk, bool slow)
{
	if (slow)
		spin_unlock_bh(&sk->slock);
	else
		release_bad(sk); // step
}

void destroy_bad(struct sock_bad *sk)
{
	bool slow = lock_fast_bad(sk); // step

	unlock_fast_bad(sk, slow); // finds deadlock/self: slock
}
